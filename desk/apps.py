from django.apps import AppConfig
from django.urls import reverse


class DeskConfig(AppConfig):
    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.actions import role_changed  # noqa: PLC0415 (models are ready only now)
        from core.events import declare  # noqa: PLC0415
        from desk.digest import SUBJECT  # noqa: PLC0415
        from desk.events import EVENTS  # noqa: PLC0415
        from desk.saved import forget  # noqa: PLC0415
        from notifications.texts import register_link  # noqa: PLC0415

        declare(EVENTS)
        role_changed.connect(forget)
        register_link(SUBJECT, lambda _user, _context: reverse("todo:digest"))
