"""The app of the record."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Wires the record to what accounts tells it."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to roles that are given and taken away."""
        # Models are ready only now.
        import ledger.receivers  # noqa: F401, PLC0415 (it listens once it is imported)
