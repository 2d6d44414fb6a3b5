"""Reads of permits and line works: who sees which, the lists, and the read of a step."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.roles import BUREAU_ROLES, CASE_READERS, COUNTER, Role
from approvals.models import LineWorks, Permit, Round
from approvals.offices import desks, reads_as, within
from approvals.seam import seam
from approvals.workflow import ACCEPTED_ROUTES, DECISION_KINDS, WITH_BUREAU, State
from core.clock import CityNowOnce
from core.counting import Count, counted
from core.problems import Missing
from core.statements import Given, Read
from core.ways import EVERYTHING, any_of
from deadlines.models import Clock
from rules.city import city
from rules.names import Route

KIND = Clock.Kind
#: What limits a permit itself; the set is limited under the `ref` of its round.
PERMIT_KINDS: Final = (KIND.INTAKE.value, *DECISION_KINDS)
#: A permit that stands still by law, or is special, has no limit of its set.
LIMITED_BY_SET: Final = frozenset({State.RECEIVED, State.ACCEPTED})
BY_TIME_LEFT: Final = ("runs_out", "id")
#: What waits and is late, the longest first; whatever is or was late, the newest first.
BY_LATENESS: Final = ("late_at", "id")
NEWEST_LATE: Final = ("-late_at", "-id")


def visible(user: User) -> Q:
    return any_of(ways(user))


def ways(user: User) -> list[Q]:
    """By which of them a person may see a permit; any will do."""
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return [EVERYTHING]
    return [
        *(desk.reads() for desk in desks(user)),
        *_there(districts),
        Q(case_ref__in=seam.cases.own(user)),
    ]


def visible_works(user: User) -> Q:
    """Those of which a permit is seen."""
    return any_of(ways_to_works(user))


def ways_to_works(user: User) -> list[Q]:
    """By which of them a person may see line works; any will do."""
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return [EVERYTHING]
    # A permit lies in the district of its line works.
    by_permit = [
        desk.places() & Q(Exists(Permit.objects.filter(desk.reads(), line_works=OuterRef("pk"))))
        for desk in desks(user)
    ]
    return [*by_permit, *_there(districts), Q(case_ref__in=seam.cases.own(user))]


def _there(districts: set[str]) -> list[Q]:
    return [within(districts)] if districts else []


def may_see_works(user: User, line_works: LineWorks) -> bool:
    return LineWorks.objects.filter(visible_works(user), pk=line_works.pk).exists()


def ways_to_decide(user: User) -> list[Q]:
    """What the person's office in each of its bureaus decides; any will do."""
    return [desk.decides() for desk in desks(user)]


def reads_for_bureau(user: User) -> Q:
    return any_of(desk.reads() for desk in desks(user))


def permits() -> QuerySet[Permit]:
    return Permit.objects.select_related("line_works", "round")


def permits_for(user: User) -> QuerySet[Permit]:
    return permits().filter(visible(user))


def permit_for(user: User, pk: int) -> Permit:
    """Raises Missing where there is none, or none for this person's eyes."""
    permit = permits_for(user).filter(pk=pk).first()
    if permit is None:
        raise Missing
    return permit


def opens_as(pk: int, user: User) -> Role | None:
    """The files of a permit are open to whoever sees any of its case: given once (plan 3(1)2)."""
    own = Permit.objects.filter(pk=pk).values("case_ref")
    permit = Permit.objects.filter(visible(user), case_ref__in=own).first()
    if permit is None:
        return None
    if seam.cases.concerns(permit.case_ref, user):
        return Role.APPLICANT
    return (
        user.role_in(*CASE_READERS, district=permit.district)
        or bureau_role(user, permit.case_ref)
        # Whoever is left has it from the office that took the case in.
        or user.role_in(*COUNTER)
    )


def bureau_role(user: User, case_ref: UUID) -> Role | None:
    """The role by which a person reads any of the permits of a case for a bureau."""
    permit = Permit.objects.filter(reads_for_bureau(user), case_ref=case_ref).first()
    if permit is None:
        return None
    return reads_as(permit, user, *BUREAU_ROLES)


def desk_permits(user: User) -> QuerySet[Permit]:
    """What the person decides; for the digital bureau, which coordinates the parallel approval and
    chases late bureaus, everything of its districts; for a hall, what its counter has."""
    districts, halls = user.districts(Role.DIGITAL), user.organisations(Role.HALL_CLERK)
    found = [*ways_to_decide(user), *([EVERYTHING] if districts is None else _there(districts))]
    if halls:
        found.append(Q(office__in=halls))
    desk = any_of(found)
    return Permit.objects.filter(desk).select_related("line_works", "round")


def reads_districts(user: User) -> bool:
    """Whether the person is of an office in the city: it reads what those of districts decide."""
    return any(desk.in_city is None or desk.in_city for desk in desks(user))


def of_district_offices(user: User) -> QuerySet[Permit]:
    """What the offices of districts decide and the person's, in the city, only reads."""
    return permits().filter(any_of(desk.only_reads() for desk in desks(user)))


def bureaus_listed(user: User) -> int:
    """Of how many bureaus a person's lists have permits."""
    every = user.role_in(Role.DIGITAL, Role.HALL_CLERK) is not None
    return len(city().bureaus) if every else len(user.bureaus())


def counts(
    permits: QuerySet[Permit],
    *,
    of_counter: bool = False,
    beside: Mapping[str, QuerySet[Any]] | None = None,
) -> dict[str, Count]:
    """One statement.

    Args:
        of_counter: they are those that a counter has, and nobody else's.
        beside: other lists that are counted with them, by name.
    """
    here = waiting(permits)
    received = permits.filter(state=State.RECEIVED, route__in=sorted(ACCEPTED_ROUTES))
    # Each in the order of an index that has nothing else.
    if of_counter:
        here, received = (found.order_by("office", "state") for found in (here, received))
    else:
        here = here.order_by("bureau", "district", "state")
        received = received.order_by("bureau", "district")
    late = late_at_desk(here).order_by(*BY_LATENESS)
    return counted({"waiting": here, "late": late, "unaccepted": received, **(beside or {})})


def line_works_for(user: User, pk: int) -> LineWorks:
    """Raises Missing where there are none, or none for this person's eyes."""
    line = LineWorks.objects.filter(visible_works(user), pk=pk).first()
    if line is None:
        raise Missing
    return line


def newest_rounds(lines: Iterable[LineWorks]) -> dict[int, Round]:
    """By line works, with their permits; two queries."""
    found = Round.objects.filter(
        line_works__in=[line.pk for line in lines], number=F("line_works__round_number")
    )
    permits = Permit.objects.order_by("id")
    rounds = found.select_related("line_works").prefetch_related(Prefetch("permits", permits))
    return {round_.line_works_id: round_ for round_ in rounds}


def late(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """By the instant only, and by the permit's own limit."""
    # The set's limit is passed no later than both are, and the order of what is late is by it.
    return late_at_desk(permits).filter(own_late_at__lte=CityNowOnce())


def late_at_desk(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Those that are late themselves, and those for which a late set still waits."""
    return permits.filter(late_at__lte=CityNowOnce())


def not_late(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    return permits.filter(Q(own_late_at__isnull=True) | Q(own_late_at__gt=CityNowOnce()))


def set_limits(permit: Permit) -> bool:
    """Whether the limit of the whole set is one for the bureau that has the permit now."""
    return permit.state in LIMITED_BY_SET and permit.route != Route.SPECIAL


def by_time_left(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """By what runs out first, the whole set's limit included; see `Permit.runs_out`.

    What was late when it was suspended keeps its place.
    """
    return permits.order_by(*BY_TIME_LEFT)


def waiting(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    return permits.filter(state__in=sorted(WITH_BUREAU))


_clocks_of_parts = Read(lambda: Clock.objects.filter(part__among=Given()).order_by("id"))


def clocks_by_part(parts: Iterable[UUID]) -> dict[tuple[UUID | None, str], Clock]:
    """The newest clock of each kind, by (part, kind)."""
    return {(clock.part, clock.kind): clock for clock in _clocks_of_parts(list(parts))}


#: What a step and its receivers need of the two; all else is read when it is asked for.
LINE: Final = ("id", "case_ref", "application", "district", "statutory_district", "version")
ROUND: Final = ("id", "ref", "line_works", "number", "rules_version", "voltage_kv")


def for_a_step() -> QuerySet[Permit]:
    """Permits with their line works and round, and with the states of the round's `others`."""
    others = Permit.objects.filter(round=OuterRef("round")).exclude(pk=OuterRef("pk"))
    columns = [field.name for field in Permit._meta.concrete_fields]
    columns += [f"line_works__{name}" for name in LINE] + [f"round__{name}" for name in ROUND]
    permits = Permit.objects.select_related("line_works", "round").only(*columns)
    states = ArraySubquery(others.values("state"))
    return permits.annotate(others=states)  # type: ignore[no-redef]  # declared for who reads it


_by_id = Read(lambda: for_a_step().filter(pk=Given()))


def permit_by_id(pk: int) -> Permit:
    """As `for_a_step` has it. Raises Missing."""
    permit = _by_id.first(pk)
    if permit is None:
        raise Missing
    return _as_one(permit)


def permits_by_ref(refs: Sequence[UUID]) -> list[Permit]:
    """Each as `for_a_step` has it, oldest first."""
    return [_as_one(permit) for permit in for_a_step().filter(ref__in=refs).order_by("id")]


def _as_one(permit: Permit) -> Permit:
    permit.round.line_works = permit.line_works
    return permit
