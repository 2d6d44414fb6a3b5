"""The app of the record."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are ready only now.
        from accounts.actions import role_changed  # noqa: PLC0415
        from ledger.actions import record_role  # noqa: PLC0415

        role_changed.connect(record_role)
