from functools import partial

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are ready only now.
        from core.events import declare  # noqa: PLC0415
        from deadlines.signals import breached, recalculated, warned  # noqa: PLC0415
        from documents.queries import register  # noqa: PLC0415
        from oversight import messages  # noqa: PLC0415
        from oversight.events import EVENTS  # noqa: PLC0415
        from oversight.models import Finding, RectificationOrder  # noqa: PLC0415
        from oversight.permissions import opens_as  # noqa: PLC0415

        declare(EVENTS)
        for kind in (Finding, RectificationOrder):
            register(kind.word, partial(opens_as, kind))
        messages.wire()
        breached.connect(messages.tell_late, dispatch_uid="oversight.tell_late")
        warned.connect(messages.tell_of_warnings, dispatch_uid="oversight.tell_of_warnings")
        recalculated.connect(
            messages.tell_of_recalculations, dispatch_uid="oversight.tell_of_recalculations"
        )
