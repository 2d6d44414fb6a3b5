from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.actions import role_changed  # noqa: PLC0415 (models are ready only now)
        from desk.saved import forget  # noqa: PLC0415

        role_changed.connect(forget)
