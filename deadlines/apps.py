from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.events import declare  # noqa: PLC0415 (as in every app)
        from deadlines.events import EVENTS  # noqa: PLC0415

        declare(EVENTS)
