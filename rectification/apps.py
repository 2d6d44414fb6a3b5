"""The app of the regulator's orders."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    """Wires the orders to the apps below them."""

    name = "rectification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who opens an order's files and what messages say; hear of orders that are late."""
        # Models are ready only now.
        from deadlines.signals import breached  # noqa: PLC0415
        from rectification import files, messages, subjects  # noqa: PLC0415

        files.wire()
        subjects.wire()
        messages.wire()
        breached.connect(messages.tell_late, dispatch_uid="rectification.tell_late")
