"""The money app: what a connection may cost."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from money import tables  # noqa: F401, PLC0415 (models are ready only now)
