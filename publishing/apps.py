from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.events import declare  # noqa: PLC0415 (as in every app)
        from publishing import messages  # noqa: PLC0415
        from publishing.events import EVENTS  # noqa: PLC0415

        declare(EVENTS)
        messages.register()
