"""Materials and meters that have not come in time, for whoever orders them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import SUPPLIERS, Role
from applications.assignments.models import Assignment
from applications.assignments.queries import with_assigned
from applications.materials.models import MaterialOrder
from applications.materials.reading import what_words
from applications.states import HIGH, LOW
from applications.wording import place_words
from core.clock import CityNowOnce
from deadlines.timeleft import TimeLeft
from desk.cases import why_here
from desk.feed import Asked, Feed, Todo, by_place
from rules.materials import material_rules


class LateMaterials(Feed):
    """Where the city says after how many days an order is late; nothing else."""

    code = "materials"
    name = gettext_lazy("Late materials")
    roles = SUPPLIERS
    columns = {"kind": "application__kind", "district": "district", "town": "application__town"}
    late = "late_at"
    number = "application__number"

    def streams(self, user: User) -> Iterator[QuerySet[MaterialOrder]]:
        if material_rules().late_days is None:
            return
        late = MaterialOrder.objects.open().filter(late_at__lte=CityNowOnce())
        late = late.annotate(runs_out=F("late_at"))
        districts = user.districts(*SUPPLIERS)
        yield from by_place(late.filter(application__kind__in=LOW), districts)
        at_hand = Assignment.objects.at_hand(user, districts).of_cases(Role.PROJECT)
        yield late.filter(application__kind__in=HIGH, application__in=at_hand)

    def asks(self) -> Mapping[str, Asked]:
        return {"chase": Asked(gettext_lazy("Ask what keeps an order"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(MaterialOrder.objects.filter(pk__in=keys).select_related("application"))
        cases = with_assigned(one.application.workflow() for one in found)
        return [
            Todo(
                pk=one.pk,
                url=f"{reverse('work:case', args=[case.number])}#materials",
                asked=str(self.asks()["chase"].label),
                number=case.number,
                about=what_words(one),
                place=place_words(case, line=True),
                reason=why_here(case, user),
                since=one.ordered_at,
                left=TimeLeft(still=_("Not here in time"), late=True),
                version=one.version,
            )
            for one, case in zip(found, cases, strict=True)
        ]
