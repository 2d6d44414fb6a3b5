from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.events import declare  # noqa: PLC0415 (models are ready)
        from notifications import registry  # noqa: F401, PLC0415 (its check)
        from notifications.bindings.actions import SUBJECT  # noqa: PLC0415
        from notifications.events import EVENTS  # noqa: PLC0415
        from notifications.texts import register_link  # noqa: PLC0415

        declare(EVENTS)
        register_link(SUBJECT, lambda _pk, _context: reverse("notifications:channels"))
