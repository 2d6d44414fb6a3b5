"""The money app: what a connection may cost."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications.signals import broken_off  # noqa: PLC0415
        from core.events import declare  # noqa: PLC0415 (models are ready only now)
        from money import tables  # noqa: F401, PLC0415
        from money.charges import actions as charges  # noqa: PLC0415
        from money.events import EVENTS  # noqa: PLC0415
        from money.payments import actions as payments  # noqa: PLC0415
        from money.reconciliation.events import EVENTS as RECONCILIATION  # noqa: PLC0415

        declare(EVENTS)
        declare(RECONCILIATION)
        charges.wire()
        payments.wire()
        broken_off.connect(charges.lapse_behind, dispatch_uid="money.lapse_behind")
