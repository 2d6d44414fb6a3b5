"""Every case and every permit of the districts that somebody watches over: what of them is open,
late, late tomorrow, done in time or late, and the filters of the two lists; all of it by GET.

A permit is late by its own limit only while a bureau has it: what waits for the supply company is
no delay of a bureau.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from django import forms
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from applications import lists
from applications.models import Application
from applications.states import BROKEN_OFF as BROKEN
from applications.states import State
from applications.timings.periods import Period
from applications.work import queries as at_desk
from approvals import queries as of_permits
from approvals.filters import lines_numbered
from approvals.models import Permit
from approvals.watched import BY_BUREAU, NEWEST_DECIDED, OWN_LATENESS
from approvals.workflow import OPEN, WITH_BUREAU
from core.clock import CityNowOnce, begin_of, city_now, end_of, local_date
from core.filters import ALL, PageFilter, numbered
from core.problems import Missing
from core.templatetags.city import calendar_days
from oversight.homes import PERIODS
from rules.city import city
from rules.filters import NOTHING, district_filter
from rules.names import Statistic
from rules.registry import current

T = TypeVar("T", bound=Model)
Cases = QuerySet[Application]
Permits = QuerySet[Permit]

#: What the lists show, by the word of their addresses.
LATE, TOMORROW, IN_TIME, DONE_LATE = "late", "tomorrow", "in_time", "done_late"
COMPANY, EVERYTHING = "supplier", "all"
ENERGISED, MISSED, STILL_OPEN, BROKEN_OFF = "energised", "missed", "still_open", "broken_off"
DECIDED = "decided"
NEWEST: Final = ("-id",)
#: What is counted of a period begins with the shortest.
USUAL: Final = str(PERIODS[0])


@dataclass(frozen=True, slots=True)
class Span:
    """A period of whole days, up to today or a month or year of the published figures; and the
    first instants after it and of tomorrow."""

    first: date
    tomorrow: datetime
    ends: datetime

    @property
    def begins(self) -> datetime:
        return begin_of(self.first)


def span_of(days: str, period: Period | None = None) -> Span:
    """`days`: as the filter has it; the shortest period where nothing is asked for."""
    today = local_date(city_now())
    tomorrow = end_of(today)
    if period:
        return Span(period.first, tomorrow, period.ends)
    return Span(today - timedelta(days=int(days or USUAL) - 1), tomorrow, tomorrow)


def averaged_kinds() -> list[str]:
    """The kinds whose cases have a target together, and no limit each (`homes`)."""
    rules = current().in_force(on=local_date(city_now()), district=None)
    codes = [each.code for each in city().kinds]
    return [code for code in codes if rules.limit(code).statistic == Statistic.AVERAGE]


def lying_in(districts: set[str] | None, found: QuerySet[T]) -> QuerySet[T]:
    """What lies in some districts; None means every district."""
    return found if districts is None else found.filter(district__in=sorted(districts))


def cases_of(districts: set[str] | None) -> Cases:
    return lying_in(districts, Application.objects.filter(filed_at__isnull=False))


def permits_of(districts: set[str] | None) -> Permits:
    return lying_in(districts, of_permits.permits())


def _ended(found: Cases, span: Span) -> Cases:
    return found.filter(lists.ENDED, ended_at__gte=span.begins, ended_at__lt=span.ends)


def _done(found: Cases, span: Span) -> Cases:
    done = _ended(found, span).filter(state=State.ENERGISED)
    return done.exclude(kind__in=averaged_kinds())


#: What the published figures of a period count (`applications.timings.counting`).
COUNTED: Final[Mapping[str, Callable[[Cases, Span], Cases]]] = {
    ENERGISED: lambda found, span: _ended(found, span).filter(state=State.ENERGISED),
    MISSED: lambda found, span: _ended(found, span).filter(
        state=State.ENERGISED, facts__limits__0__met=False
    ),
    STILL_OPEN: lambda found, span: found.filter(
        Q(ended_at=None) | Q(ended_at__gte=span.ends), filed_at__lt=span.ends
    ),
    BROKEN_OFF: lambda found, span: _ended(found, span).filter(
        ~Exists(found.model.objects.filter(continues=OuterRef("pk"), filed_at__lt=span.ends)),
        state__in=sorted(BROKEN),
    ),
}
#: By what is shown of cases.
CASES: Final[Mapping[str, Callable[[Cases, Span], Cases]]] = {
    "": lambda found, _span: found.filter(lists.OPEN),
    LATE: lambda found, _span: at_desk.late(found.filter(lists.OPEN)),
    TOMORROW: lambda found, span: found.filter(
        lists.OPEN, late_at__gt=CityNowOnce(), late_at__lte=span.tomorrow
    ),
    IN_TIME: lambda found, span: _done(found, span).filter(passed_at__isnull=True),
    DONE_LATE: lambda found, span: _done(found, span).filter(lists.DONE_LATE),
    **COUNTED,
    EVERYTHING: lambda found, _span: found,
}
CASES_IN_ORDER: Final = {
    "": lists.OPEN_ORDER,
    LATE: lists.LATE_ORDER,
    TOMORROW: lists.LATE_ORDER,
    **dict.fromkeys((IN_TIME, DONE_LATE, ENERGISED, MISSED, BROKEN_OFF), lists.ENDED_ORDER),
    STILL_OPEN: NEWEST,
    EVERYTHING: NEWEST,
}


def _decided(found: Permits, span: Span) -> Permits:
    return found.filter(BY_BUREAU, decided_at__gte=span.begins, decided_at__lt=span.ends)


def _waiting(found: Permits) -> Permits:
    return found.filter(state__in=sorted(WITH_BUREAU))


#: By what is shown of permits.
PERMITS: Final[Mapping[str, Callable[[Permits, Span], Permits]]] = {
    "": lambda found, _span: _waiting(found),
    LATE: lambda found, _span: _waiting(found).filter(own_late_at__lte=CityNowOnce()),
    TOMORROW: lambda found, span: _waiting(found).filter(
        own_late_at__gt=CityNowOnce(), own_late_at__lte=span.tomorrow
    ),
    COMPANY: lambda found, _span: found.filter(state__in=sorted(OPEN - WITH_BUREAU)),
    IN_TIME: lambda found, span: _decided(found, span).filter(own_late_at__isnull=True),
    DONE_LATE: lambda found, span: _decided(found, span).filter(own_late_at__isnull=False),
    DECIDED: _decided,
    EVERYTHING: lambda found, _span: found,
}
PERMITS_IN_ORDER: Final = {
    "": of_permits.BY_TIME_LEFT,
    LATE: OWN_LATENESS,
    TOMORROW: OWN_LATENESS,
    COMPANY: of_permits.BY_TIME_LEFT,
    IN_TIME: NEWEST_DECIDED,
    DONE_LATE: NEWEST_DECIDED,
    DECIDED: NEWEST_DECIDED,
    EVERYTHING: NEWEST,
}

NUMBER: Final = {
    "max_length": 40,
    "widget": forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
}


#: Of how many days what is done is shown and counted.
period_filter = partial(
    ChoiceFilter,
    label=_("Done in the last"),
    empty_label=None,
    choices=lambda: [(str(days), calendar_days(days)) for days in PERIODS],
    error_messages=NOTHING,
)


class PeriodField(forms.CharField):
    """A month or year by its name."""

    def clean(self, value: Any) -> Period | None:
        try:
            return Period.named(name) if (name := super().clean(value)) else None
        except Missing:
            raise forms.ValidationError(_("Is not a period such as 2026-03 or 2026.")) from None


class NamedPeriod(CharFilter):  # type: ignore[misc]
    """In the place of the days: a period of the published figures."""

    field_class = PeriodField

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"class": "td-input--width-5"})
        super().__init__(label=_("Or in a month or year"), max_length=7, widget=widget, **options)


class WatchedFilter(PageFilter):
    """What both lists have: what is shown of them, and of which period where that is done.

    What is shown narrows once, whether anything is asked for or not.
    """

    narrowings: Mapping[str, Callable[[Any, Span], Any]]
    orders: Mapping[str, tuple[str, ...]]

    @property
    def shown(self) -> str:
        return str(self.form.wanted("show"))

    @property
    def order(self) -> tuple[str, ...]:
        return self.orders[self.shown]

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        period = self.form.cleaned_data.get("period")
        return self.narrowings[self.shown](found, span_of(self.form.wanted("days"), period))

    def as_shown(self, found: Any, _name: str, _value: str) -> Any:
        return found


class WatchedCases(WatchedFilter):
    """For the page and for programs."""

    q = CharFilter(method="numbered", label=_("Number of the case or the meter"), **NUMBER)
    show = ChoiceFilter(
        method="as_shown",
        label=_("Show"),
        empty_label=_("Open"),
        choices=[
            (LATE, _("Late now")),
            (TOMORROW, _("Late tomorrow")),
            (IN_TIME, _("Done in time")),
            (DONE_LATE, _("Done late")),
            (ENERGISED, _("With power")),
            (MISSED, _("With power, limit or target missed")),
            (STILL_OPEN, _("Open at the end of the period")),
            (BROKEN_OFF, _("Broken off")),
            (EVERYTHING, ALL),
        ],
    )
    kind = ChoiceFilter(
        label=_("Kind"),
        empty_label=ALL,
        choices=lambda: [(each.code, each.name) for each in city().kinds],
    )
    state = ChoiceFilter(
        label=_("At which step"),
        empty_label=ALL,
        choices=[(state.value, state.label) for state in State if state != State.DRAFT],
    )
    district = district_filter()
    days = period_filter(method="as_shown")
    period = NamedPeriod(method="as_shown")

    narrowings = CASES
    orders = CASES_IN_ORDER

    def numbered(self, found: Cases, _name: str, number: str) -> Cases:
        return found.filter(numbered("number", number))


class WatchedPermits(WatchedFilter):
    """For the page and for programs."""

    q = CharFilter(method="numbered", label=_("Number of the case"), **NUMBER)
    show = ChoiceFilter(
        method="as_shown",
        label=_("Show"),
        empty_label=_("Waiting for a bureau"),
        choices=[
            (LATE, _("Late now")),
            (TOMORROW, _("Late tomorrow")),
            (COMPANY, _("Waiting for the supply company")),
            (IN_TIME, _("Done in time")),
            (DONE_LATE, _("Done late")),
            (DECIDED, _("Decided")),
            (EVERYTHING, ALL),
        ],
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
    days = period_filter(method="as_shown")
    period = NamedPeriod(method="as_shown")

    narrowings = PERMITS
    orders = PERMITS_IN_ORDER

    def numbered(self, found: Permits, _name: str, number: str) -> Permits:
        return found.filter(line_works__in=lines_numbered(number))
