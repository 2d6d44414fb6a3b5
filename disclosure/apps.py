from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from disclosure import following  # noqa: PLC0415 (models are ready only now)

        following.wire()
