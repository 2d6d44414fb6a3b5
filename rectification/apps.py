"""The app of the regulator's orders."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    """Wires the orders to the apps below them."""

    name = "rectification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who opens files and what messages say; hear of late orders and moved days."""
        # Models are ready only now.
        from deadlines.signals import breached, recalculated  # noqa: PLC0415
        from rectification import files, messages, subjects  # noqa: PLC0415

        files.wire()
        subjects.wire()
        messages.wire()
        breached.connect(messages.tell_late, dispatch_uid="rectification.tell_late")
        recalculated.connect(
            messages.tell_of_recalculations, dispatch_uid="rectification.tell_of_recalculations"
        )
