from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from approvals import queries
from approvals.exclusions import overrun
from approvals.models import LineWorks, Permit
from approvals.window.acts import to_hand_out
from approvals.workflow import DECIDED, State
from core.clock import NEVER
from core.filters import ALL, PageFilter, TruthFilter, numbered
from core.problems import Text
from rules.city import city
from rules.filters import NO_STATE, NOTHING, district_filter

#: What a bureau's page shows instead of what waits for a bureau.
SHOWN: Final = [
    ("supplier", _("Waiting for the supply company")),
    ("decided", _("Decided")),
    ("all", ALL),
]
#: What only that of a service hall shows besides, and that of a bureau's office in the city.
HAND_OUT, OF_DISTRICTS = "hand_out", "of_districts"
MORE: Final[dict[str, Text]] = {
    HAND_OUT: _("To be handed out"),
    OF_DISTRICTS: _("Decided by offices of districts, to read"),
}
#: So many line works of a number are looked for one by one.
FEW: Final = 1000


def lines_numbered(number: str) -> QuerySet[LineWorks, Any] | list[int]:
    """The line works of the cases of which a number was typed. Few are read at once: the planner,
    which does not know how few, may else walk through all that waits in hope of theirs."""
    lines = LineWorks.objects.filter(numbered("application", number))
    first = list(lines.values_list("pk", flat=True)[: FEW + 1])
    return lines if len(first) > FEW else first


class PermitFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    bureau = ChoiceFilter(
        choices=lambda: [(each.code, each.name) for each in city().bureaus], error_messages=NOTHING
    )
    state = ChoiceFilter(choices=State.choices, error_messages=NO_STATE)
    late = TruthFilter(method="in_time_or_late")
    overrun = TruthFilter(method="in_length_or_over")
    application = CharFilter(field_name="line_works__application")

    def in_time_or_late(self, found: QuerySet[Permit], _name: str, late: Any) -> QuerySet[Permit]:
        if late:
            return queries.late(found).order_by(*queries.NEWEST_LATE)
        return queries.not_late(found)

    def in_length_or_over(self, found: QuerySet[Permit], _name: str, over: Any) -> QuerySet[Permit]:
        late = overrun(Permit.objects.all()).values("pk")
        return found.filter(pk__in=late) if over else found.exclude(pk__in=late)


class WorksFilter(FilterSet):  # type: ignore[misc]
    """For programs."""

    application = CharFilter()
    state = ChoiceFilter(choices=LineWorks.State.choices, error_messages=NO_STATE)


class DeskFilter(PageFilter):
    """For a bureau's page, which shows what waits for a bureau unless something else is asked."""

    q = CharFilter(
        method="numbered",
        label=_("Number"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    show = ChoiceFilter(
        method="shown",
        label=_("Show"),
        empty_label=_("Waiting for a bureau"),
        choices=SHOWN,
    )
    bureau = ChoiceFilter(
        label=_("Bureau"),
        empty_label=ALL,
        choices=lambda: [(each.code, each.name) for each in city().bureaus],
    )
    permit = ChoiceFilter(
        label=_("Permit"),
        empty_label=ALL,
        choices=lambda: [(each.code, each.name) for each in city().permits],
    )
    district = district_filter()
    late = ChoiceFilter(
        method="only_late", label=_("Time"), empty_label=ALL, choices=[("1", _("Late only"))]
    )

    def __init__(
        self, data: Any, queryset: QuerySet[Permit], *, bureaus: int, more: Sequence[str] = ()
    ) -> None:
        """`bureaus`: of how many the person's list has permits; of one there is no choice.
        `more`: what it can show besides, of `MORE`."""
        super().__init__(data, queryset)
        if bureaus < 2:
            del self.filters["bureau"]
        shown = [*SHOWN, *((name, MORE[name]) for name in more)]
        self.filters["show"].extra["choices"] = shown

    @property
    def order(self) -> tuple[str, ...]:
        """By time left; late ones the longest first, with what is not waiting the newest."""
        if not self.form.wanted("late"):
            return queries.BY_TIME_LEFT
        return queries.NEWEST_LATE if self.form.wanted("show") else queries.BY_LATENESS

    def filter_queryset(self, queryset: QuerySet[Permit]) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.wanted("show") else queries.waiting(found)

    def numbered(self, found: QuerySet[Permit], _name: str, number: str) -> QuerySet[Permit]:
        return found.filter(line_works__in=lines_numbered(number))

    def shown(self, found: QuerySet[Permit], _name: str, show: str) -> QuerySet[Permit]:
        if show in ("all", OF_DISTRICTS):
            return found
        if show == HAND_OUT:
            return to_hand_out(found)
        if show == "decided":
            # All its clocks have stopped, so it stands behind what waits.
            return found.filter(state__in=sorted(DECIDED), runs_out=NEVER)
        return found.filter(state__in=[State.AWAITING_COMMITMENT, State.AWAITING_SUPPLEMENT])

    def only_late(self, found: QuerySet[Permit], _name: str, _value: str) -> QuerySet[Permit]:
        return queries.late_at_desk(found)
