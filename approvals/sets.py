"""Sets of permits that are under way: the joint clock of each, which parties are awaited, and
chasing all of them in one act. Whose turn it is, each permit's state says, and nothing else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django import forms
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.models import User
from accounts.roles import COORDINATORS
from approvals.actions import PERMITS
from approvals.filters import lines_numbered
from approvals.models import Permit, Round
from approvals.offices import office_of
from approvals.queries import permits as all_permits
from approvals.seam import Face, seam
from approvals.wording import permit_name, place_name
from approvals.workflow import GOVERNMENT, OPEN, SUPPLIER, TURN, WITH_BUREAU, State
from core.clock import CityNowOnce, city_now, end_of, local_date
from core.filters import ALL, PageFilter
from core.problems import Forbidden, Missing, WrongState
from deadlines.models import Clock
from deadlines.queries import days_used
from deadlines.timeleft import TimeLeft, time_left
from rules.city import city
from rules.filters import district_filter
from workflow.machine import state_words

#: The set that runs out first stands first.
ORDER: Final = ("late_from", "id")


def coordinated(user: User) -> QuerySet[Clock]:
    """The clocks of the sets that the person coordinates. Raises Forbidden for whoever coordinates
    none."""
    if user.role_in(*COORDINATORS) is None:
        raise Forbidden
    found, districts = Clock.objects.filter(kind=Clock.Kind.SET), user.districts(*COORDINATORS)
    return found if districts is None else found.filter(district__in=sorted(districts))


def under_way(user: User) -> QuerySet[Clock]:
    """Those of them that run."""
    return coordinated(user).filter(stopped_at=None, late_from__isnull=False)


def round_for(user: User, pk: int) -> Round:
    """Raises Missing: the person coordinates no set of this number."""
    rounds = Round.objects.filter(pk=pk, ref__in=coordinated(user).values("part"))
    found = rounds.select_related("line_works").first()
    if found is None:
        raise Missing
    return found


class SetFilter(PageFilter):
    """For the page and for programs."""

    q = CharFilter(
        method="numbered",
        label=gettext_lazy("Number"),
        max_length=40,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    party = ChoiceFilter(
        method="awaiting",
        label=gettext_lazy("Who is awaited"),
        empty_label=ALL,
        choices=lambda: [
            (SUPPLIER, gettext_lazy("Supply company")),
            *((each.code, each.name) for each in city().bureaus),
        ],
    )
    time = ChoiceFilter(
        method="in_time",
        label=gettext_lazy("Time"),
        empty_label=ALL,
        choices=[("late", gettext_lazy("Late now")), ("tomorrow", gettext_lazy("Late tomorrow"))],
    )
    district = district_filter()

    def numbered(self, found: QuerySet[Clock], _name: str, number: str) -> QuerySet[Clock]:
        rounds = Round.objects.filter(line_works__in=lines_numbered(number))
        return found.filter(part__in=rounds.values("ref"))

    def awaiting(self, found: QuerySet[Clock], _name: str, party: str) -> QuerySet[Clock]:
        # What is open of a case is of its newest set.
        here = Permit.objects.filter(case_ref=OuterRef("case_ref"))
        if party != SUPPLIER:
            return found.filter(Exists(here.filter(state__in=sorted(WITH_BUREAU), bureau=party)))
        # Most sets wait for the company too: each is asked in the order of the list, where a join
        # would read every permit that does.
        first = here.filter(state__in=sorted(OPEN - WITH_BUREAU)).values("pk")[:1]
        return found.alias(awaited=Subquery(first)).filter(awaited__isnull=False)

    def in_time(self, found: QuerySet[Clock], _name: str, word: str) -> QuerySet[Clock]:
        if word == "late":
            return found.filter(late_from__lte=CityNowOnce())
        tomorrow = end_of(local_date(city_now()))
        return found.filter(late_from__gt=CityNowOnce(), late_from__lte=tomorrow)


@dataclass(frozen=True, slots=True)
class Awaited:
    """What one permit of a set waits for, and of whom: a bureau's code, or the supply company."""

    permit: Permit
    party: str
    chased: bool

    @property
    def name(self) -> str:
        return permit_name(self.permit.permit)

    @property
    def party_words(self) -> str:
        return _("Supply company") if self.party == SUPPLIER else office_of(self.permit)

    @property
    def state(self) -> str:
        return state_words(self.permit)


@dataclass(frozen=True, slots=True)
class SetRow:
    """`awaited`: each open permit, those of one party together."""

    round: Round
    clock: Clock
    left: TimeLeft
    place: str
    applicant: str
    awaited: list[Awaited]

    @property
    def number(self) -> str:
        return self.round.line_works.application

    @property
    def to_chase(self) -> bool:
        return any(not one.chased for one in self.awaited)


def awaited(permits: Iterable[Permit]) -> list[Awaited]:
    """Of permits that are open; the bureaus first, by their codes."""
    found = [
        Awaited(
            permit,
            permit.bureau if TURN[State(permit.state)] == GOVERNMENT else SUPPLIER,
            chased=permit.chased() is not None,
        )
        for permit in permits
        if permit.state in OPEN
    ]
    return sorted(found, key=lambda one: (one.party == SUPPLIER, one.party, one.permit.pk))


def parties(found: Iterable[Awaited]) -> Iterator[tuple[str, list[Awaited]]]:
    """Each party once, as it is called, with what waits for it."""
    for _party, group in groupby(found, key=lambda one: one.party):
        ones = list(group)
        yield ones[0].party_words, ones


def rows_of(found: Iterable[Clock], now: datetime) -> list[SetRow]:
    """Five statements however many sets there are."""
    running = list(found)
    permits = Permit.objects.order_by("id").prefetch_related("chases")
    rounds = Round.objects.filter(ref__in=[clock.part for clock in running])
    rounds = rounds.select_related("line_works").prefetch_related(Prefetch("permits", permits))
    by_ref = {round_.ref: round_ for round_ in rounds}
    faces = seam.cases.faces({round_.line_works.case_ref for round_ in by_ref.values()})
    used, nobody = days_used(running, now), Face("", "")
    rows = []
    for clock in running:
        assert clock.part is not None
        round_ = by_ref[clock.part]
        face = faces.get(round_.line_works.case_ref, nobody)
        row = SetRow(
            round=round_,
            clock=clock,
            left=time_left(clock, used[clock.pk], now),
            place=place_name(round_.line_works, face.street),
            applicant=face.applicant,
            awaited=awaited(round_.permits.all()),
        )
        rows.append(row)
    return rows


def row_of(round_: Round) -> SetRow:
    return rows_of(Clock.objects.filter(part=round_.ref, kind=Clock.Kind.SET), city_now())[0]


def chase_set(round_: Round, by: User, said: dict[str, Any]) -> list[int]:
    """Chase whoever is awaited, for each permit of a set that waits for somebody who was not chased
    yet (`approvals.chases`); all of them or none. Returns the ids of these permits.

    Raises:
        WrongState: everybody who is awaited was chased already, or nobody is.
        Forbidden: it is the person's own case.
    """
    with transaction.atomic():
        permits = all_permits().filter(round=round_, state__in=sorted(OPEN))
        # The set is one case under one lock: held from the first act to the last.
        first = permits.order_by("id").first()
        if first is not None:
            PERMITS.hold_seen(first, by)
        waiting = [one for one in permits.order_by("id") if one.chased() is None]
        if not waiting:
            raise WrongState(
                _("Everybody who is awaited was chased already, or nobody is awaited any more.")
            )
        return [PERMITS.perform(one, "chase", by=by, body=said).pk for one in waiting]
