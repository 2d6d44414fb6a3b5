"""The app of the signs of work outside the system."""

from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    """Signs of work outside the system, and what became of each."""

    name = "integrity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for closed orders, and say what messages and files are about."""
        # Models are ready only now.
        from integrity import actions, files, messages, subjects  # noqa: PLC0415
        from rectification.signals import order_closed  # noqa: PLC0415

        files.wire()
        messages.wire()
        subjects.wire()
        order_closed.connect(actions.follow_order, dispatch_uid="integrity.follow_order")
