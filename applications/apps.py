from django.apps import AppConfig
from django.urls import reverse


class ApplicationsConfig(AppConfig):
    name = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.actions import role_changed  # noqa: PLC0415 (models are ready only now)
        from applications import documents, lateness, notices  # noqa: PLC0415
        from applications.actions import CasesOfPermits  # noqa: PLC0415
        from applications.assignments.actions import role_ended  # noqa: PLC0415
        from applications.assignments.events import EVENTS as OF_ASSIGNMENTS  # noqa: PLC0415
        from applications.contracts import queries as contracts  # noqa: PLC0415
        from applications.events import EVENTS  # noqa: PLC0415
        from applications.follow_ups import actions as follow_ups  # noqa: PLC0415
        from applications.mandates.events import EVENTS as OF_MANDATES  # noqa: PLC0415
        from applications.referrals import actions as referrals  # noqa: PLC0415
        from applications.referrals.events import EVENTS as OF_REFERRALS  # noqa: PLC0415
        from approvals.seam import seam  # noqa: PLC0415
        from core.events import declare  # noqa: PLC0415
        from deadlines.signals import breached, recalculated  # noqa: PLC0415
        from notifications.texts import register_link  # noqa: PLC0415

        declare([*EVENTS, *OF_ASSIGNMENTS, *OF_MANDATES, *OF_REFERRALS])
        seam.cases = CasesOfPermits()
        documents.wire()
        contracts.wire()
        notices.wire()
        follow_ups.wire()
        referrals.wire()
        role_changed.connect(role_ended, dispatch_uid="applications.assignments.role_ended")
        breached.connect(lateness.tell_of_breaches, dispatch_uid="applications.tell_of_breaches")
        breached.connect(follow_ups.tell_late, dispatch_uid="applications.follow_ups.tell_late")
        recalculated.connect(
            follow_ups.tell_of_recalculations,
            dispatch_uid="applications.follow_ups.tell_of_recalculations",
        )
        register_link(
            "application",
            lambda _case, context: reverse("applications:case", args=[context["number"]]),
        )
