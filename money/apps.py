"""The money app: what a connection may cost."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "money"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are ready only now.
        from core.events import declare  # noqa: PLC0415
        from deadlines.signals import breached, recalculated, warned  # noqa: PLC0415
        from money import tables  # noqa: F401, PLC0415
        from money.complaints import actions as complaints  # noqa: PLC0415
        from money.complaints.events import EVENTS as OF_COMPLAINTS  # noqa: PLC0415
        from money.events import EVENTS  # noqa: PLC0415

        declare([*EVENTS, *OF_COMPLAINTS])
        complaints.wire()
        breached.connect(complaints.tell_late, dispatch_uid="money.complaints.tell_late")
        warned.connect(
            complaints.tell_of_warnings, dispatch_uid="money.complaints.tell_of_warnings"
        )
        recalculated.connect(
            complaints.tell_of_recalculations,
            dispatch_uid="money.complaints.tell_of_recalculations",
        )
