"""What has a machine of its own and is a part of its case's record: an appointment, an order."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from applications.models import Application
from core.problems import Missing
from workflow.run import Workflow

T = TypeVar("T", bound=Model)


class PartWorkflow(Workflow[T]):
    """Its things have an `application`, and a `ref` under which they stand in its record."""

    def ref(self, thing: Any) -> tuple[UUID, UUID | None]:
        return thing.application.ref, thing.ref

    def read_anew(self, thing: Any) -> Any:
        """Of one that is not there yet, its case."""
        now: Any = thing if thing._state.adding else super().read_anew(thing)  # noqa: SLF001 (Django's documented API)
        case = Application.objects.filter(pk=thing.application_id).first()
        if case is None:
            raise Missing
        now.application = case.workflow()
        return now

    def district(self, thing: Any) -> str:
        return str(thing.application.district)
