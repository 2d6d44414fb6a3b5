"""The app of the record."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Wires the record to what accounts tells it."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to roles that are given and taken away."""
        # Models are ready only now.
        from accounts.signals import role_changed  # noqa: PLC0415
        from ledger.actions import record_role  # noqa: PLC0415

        role_changed.connect(record_role)
