from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what the messages about last days say; models are ready only now."""
        from notifications import recalculation  # noqa: PLC0415

        recalculation.wire()
