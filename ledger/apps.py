from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.actions import role_changed  # noqa: PLC0415 (models are ready only now)
        from core.events import declare  # noqa: PLC0415
        from ledger.actions import record_role  # noqa: PLC0415
        from ledger.events import EVENTS  # noqa: PLC0415

        declare(EVENTS)
        role_changed.connect(record_role)
