from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications import wiring  # noqa: PLC0415 (models are ready only now)

        wiring.wire()
