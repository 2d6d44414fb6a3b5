"""The money app: what a connection may cost."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from applications.signals import broken_off  # noqa: PLC0415
        from core.events import declare  # noqa: PLC0415 (models are ready only now)
        from deadlines.signals import breached, recalculated, warned  # noqa: PLC0415
        from money import tables  # noqa: F401, PLC0415
        from money.charges import actions as charges  # noqa: PLC0415
        from money.complaints import actions as complaints  # noqa: PLC0415
        from money.complaints.events import EVENTS as OF_COMPLAINTS  # noqa: PLC0415
        from money.events import EVENTS  # noqa: PLC0415
        from money.investments.events import EVENTS as INVESTMENTS  # noqa: PLC0415
        from money.payments import actions as payments  # noqa: PLC0415
        from money.prices import tables as of_prices  # noqa: F401, PLC0415

        declare([*EVENTS, *OF_COMPLAINTS, *INVESTMENTS])
        charges.wire()
        complaints.wire()
        payments.wire()
        broken_off.connect(charges.lapse_behind, dispatch_uid="money.lapse_behind")
        for signal, hears in (
            (breached, complaints.tell_late),
            (warned, complaints.tell_of_warnings),
            (recalculated, complaints.tell_of_recalculations),
        ):
            signal.connect(hears, dispatch_uid=f"money.complaints.{hears.__name__}")
