from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for what bureaus left unanswered, and say what messages say."""
        from approvals import messages  # noqa: PLC0415
        from approvals.actions.silence import deem_accepted  # noqa: PLC0415 (models are ready)
        from deadlines.signals import intake_passed  # noqa: PLC0415

        intake_passed.connect(deem_accepted, dispatch_uid="approvals.deem_accepted")
        messages.wire()
