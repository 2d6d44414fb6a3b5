"""The app of the record."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Wires the record to what accounts tells it."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to roles that are given and taken away."""
        from ledger import receivers

        assert receivers.record_role
