from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals import notices  # noqa: PLC0415 (models are ready)
        from approvals.actions import SUBJECT, hear_silence  # noqa: PLC0415
        from approvals.advice import actions as advice  # noqa: PLC0415
        from approvals.advice.models import ADVICE  # noqa: PLC0415
        from approvals.advice.queries import opens_as as opens_advice  # noqa: PLC0415
        from approvals.advice.workflow import EVENTS as BEFORE  # noqa: PLC0415
        from approvals.commitments import actions as commitments  # noqa: PLC0415
        from approvals.commitments.events import EVENTS as AFTERWARDS  # noqa: PLC0415
        from approvals.events import EVENTS  # noqa: PLC0415
        from approvals.opinions import actions as opinions  # noqa: PLC0415
        from approvals.opinions.events import EVENTS as OPINIONS  # noqa: PLC0415
        from approvals.packages import sight  # noqa: PLC0415
        from approvals.packages.actions import SUBJECT as PACKAGE  # noqa: PLC0415
        from approvals.papers.queries import SUBJECT as PAPER  # noqa: PLC0415
        from approvals.policies import tables as of_policies  # noqa: F401, PLC0415
        from approvals.queries import opens_as  # noqa: PLC0415
        from approvals.roads import tables  # noqa: F401, PLC0415
        from approvals.supplement import drafts  # noqa: PLC0415
        from core.events import declare  # noqa: PLC0415
        from deadlines.signals import intake_passed  # noqa: PLC0415
        from documents.queries import register  # noqa: PLC0415

        declare([*BEFORE, *EVENTS, *AFTERWARDS, *OPINIONS])
        intake_passed.connect(hear_silence, dispatch_uid="approvals.hear_silence")
        register(SUBJECT, opens_as)
        register(PAPER, opens_as)
        register(PACKAGE, sight.opens_as, single=sight.opens_for_bureau)
        register(ADVICE, opens_advice)
        advice.wire()
        notices.wire()
        commitments.wire()
        drafts.wire()
        opinions.wire()
