from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.events import declare  # noqa: PLC0415 (models are ready)
        from notifications.events import EVENTS  # noqa: PLC0415

        declare(EVENTS)
