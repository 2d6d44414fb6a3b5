"""Reads of permits and line works: who sees which, the lists, and the read of a step."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from accounts.models import User
from accounts.roles import BUREAU_ROLES, CASE_READERS, Role
from approvals.models import LineWorks, Permit, Round
from approvals.seam import seam
from approvals.workflow import DECISION_KINDS, WITH_BUREAU, State
from core.problems import Missing
from core.statements import Given, Read
from deadlines.models import Clock
from rules.city import city
from rules.names import Route

KIND = Clock.Kind
#: What limits a permit itself; the set is limited under the `ref` of its round.
PERMIT_KINDS: Final = (KIND.INTAKE.value, *DECISION_KINDS)
#: A permit that stands still by law, or is special, has no limit of its set.
LIMITED_BY_SET: Final = frozenset({State.RECEIVED, State.ACCEPTED})
#: Sorts what has no limit behind everything that has one.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
BY_TIME_LEFT: Final = ("runs_out", "id")
# An empty Q vanishes in a disjunction, so "all" and "none" are spelled out.
NOTHING: Final = Q(pk__in=())
EVERYTHING: Final = ~Q(pk__in=())


def visible(user: User) -> Q:
    return decides(user) | _in(user.districts(*CASE_READERS)) | Q(case_ref__in=seam.cases.own(user))


def visible_works(user: User) -> Q:
    """Those of which a permit is seen."""
    seen = _in(user.districts(*CASE_READERS)) | Q(case_ref__in=seam.cases.own(user))
    if not user.bureaus():
        return seen
    return seen | Q(pk__in=Permit.objects.filter(decides(user)).values("line_works"))


def may_see_works(user: User, line_works: LineWorks) -> bool:
    return LineWorks.objects.filter(visible_works(user), pk=line_works.pk).exists()


def decides(user: User) -> Q:
    found, everywhere = NOTHING, [district.code for district in city().districts]
    for bureau in sorted(user.bureaus()):
        districts = {
            code
            for code in everywhere
            if user.role_in(*BUREAU_ROLES, district=code, bureau=bureau) is not None
        }
        found |= Q(bureau=bureau) & _in(districts)
    return found


def _in(districts: set[str] | None) -> Q:
    """None means every one."""
    return EVERYTHING if districts is None else Q(district__in=sorted(districts))


def permits_for(user: User) -> QuerySet[Permit]:
    return Permit.objects.filter(visible(user)).select_related("line_works", "round")


def permit_for(user: User, pk: int) -> Permit:
    """Raises Missing where there is none, or none for this person's eyes."""
    permit = permits_for(user).filter(pk=pk).first()
    if permit is None:
        raise Missing
    return permit


def may_open(pk: int, user: User) -> bool:
    """The files of a permit are open to whoever sees any of its case: given once (plan 3(1)2)."""
    own = Permit.objects.filter(pk=pk).values("case_ref")
    return Permit.objects.filter(visible(user), case_ref__in=own).exists()


def desk_permits(user: User) -> QuerySet[Permit]:
    """What the person decides; for the digital bureau, which coordinates the parallel approval and
    chases late bureaus, everything of its districts."""
    desk = decides(user) | _in(user.districts(Role.DIGITAL))
    return Permit.objects.filter(desk).select_related("line_works", "round")


def counts(permits: QuerySet[Permit]) -> dict[str, int]:
    return waiting(permits).aggregate(
        waiting=Count("id"),
        late=Count("id", filter=_late_at_desk()),
        unaccepted=Count("id", filter=Q(state=State.RECEIVED)),
    )


def works_for(user: User) -> QuerySet[LineWorks]:
    return LineWorks.objects.filter(visible_works(user)).order_by("-id")


def line_works_for(user: User, pk: int) -> LineWorks:
    """Raises Missing where there are none, or none for this person's eyes."""
    line = works_for(user).filter(pk=pk).first()
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
    return permits.filter(_late())


def late_at_desk(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Those that are late themselves, and those for which a late set still waits."""
    return permits.filter(_late_at_desk())


def not_late(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    return permits.exclude(_late())


def _late() -> Exists:
    clocks = Clock.objects.filter(part=OuterRef("ref"), kind__in=DECISION_KINDS)
    return Exists(clocks.late())


def _late_at_desk() -> Q:
    the_set = Clock.objects.filter(part=OuterRef("round__ref"), kind=KIND.SET)
    return Q(_late()) | _limited_by_set() & Q(Exists(the_set.late()))


def _limited_by_set() -> Q:
    """As `set_limits` has it for one permit."""
    return Q(state__in=sorted(LIMITED_BY_SET)) & ~Q(route=Route.SPECIAL)


def set_limits(permit: Permit) -> bool:
    """Whether the limit of the whole set is one for the bureau that has the permit now."""
    return permit.state in LIMITED_BY_SET and permit.route != Route.SPECIAL


def by_time_left(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """By what runs out first, the whole set's limit included. The instant is read from the clocks
    and not kept twice: a newer calendar moves it.

    What was late when it was suspended keeps its place.
    """
    open_ones = Clock.objects.filter(
        part__in=[OuterRef("ref"), OuterRef("set_part")], kind__in=[*PERMIT_KINDS, KIND.SET]
    ).exclude(state=Clock.State.STOPPED)
    first = open_ones.annotate(out=Least("late_from", "breached_at")).order_by("out").values("out")
    return permits.annotate(
        set_part=Case(When(_limited_by_set(), then=F("round__ref"))),
        runs_out=Coalesce(Subquery(first[:1]), Value(NEVER)),
    ).order_by(*BY_TIME_LEFT)


def waiting(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    return permits.filter(state__in=sorted(WITH_BUREAU))


def clocks_by_part(parts: Iterable[UUID]) -> dict[tuple[UUID | None, str], Clock]:
    """The newest clock of each kind, by (part, kind)."""
    rows = Clock.objects.filter(part__in=list(parts)).order_by("id")
    return {(clock.part, clock.kind): clock for clock in rows}


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
