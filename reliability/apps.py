from django.apps import AppConfig


class ReliabilityConfig(AppConfig):
    name = "reliability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reliability import wiring  # noqa: PLC0415 (models are ready only now)

        wiring.wire()
