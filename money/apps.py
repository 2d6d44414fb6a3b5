"""The money app: what a connection may cost, and how that is paid."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from money import wiring  # noqa: PLC0415 (models are ready only now)

        wiring.wire()
