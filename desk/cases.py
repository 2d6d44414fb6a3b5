"""Cases: of the supply company by district, and of a counter for its customers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.roles import COUNTER, SUPPLIERS, Role, role_words
from applications import lists, who
from applications.actions import CASES
from applications.assignments.models import Assignment, AssignmentQuerySet
from applications.by_whom import WHOSE
from applications.models import WORKFLOWS, Application, act_named
from applications.queries import visible_to
from applications.states import HIGH, LOW, Holder, State, holder_in
from applications.waiting.queries import closable
from applications.work.forms import BARE
from applications.work.reading import rows_of
from core.links import link_to
from core.statements import Given, Read
from desk.feed import Asked, Feed, Todo, by_place, held_as
from rules.names import Kind
from workflow.machine import Act, ahead_from, own_case, way_of

Cases = QuerySet[Application]
#: Why a case is this person's.
Why = Callable[[Application, User], str]
CLOSE = "close"
COLUMNS = {"kind": "kind", "district": "district", "town": "town"}


_by_keys = Read(lambda: Application.objects.filter(pk__among=Given()))
_with_offices = Read(lambda: _by_keys.rows().select_related("office"))


class CompanyCases(Feed):
    """Whose turn is the supply company's; a clerk accepts, managers do all that follows."""

    code = "cases"
    name = pgettext_lazy("desk", "Cases")
    roles = (*SUPPLIERS, Role.CLERK)
    columns = COLUMNS
    late = "late_at"
    workflow = CASES

    def streams(self, user: User) -> Iterator[Cases]:
        districts = user.districts(*SUPPLIERS)
        at_hand = Assignment.objects.at_hand(user, districts)
        yield from ours(user, districts, at_hand)
        yield from closable_by(districts, at_hand)

    def asked(self, user: User, act: str) -> Iterable[Cases]:
        districts = user.districts(*SUPPLIERS)
        at_hand = Assignment.objects.at_hand(user, districts)
        found = closable_by(districts, at_hand) if act == CLOSE else ours(user, districts, at_hand)
        return [cases.filter(where) for cases in found for where in company_asks()[act].where]

    def acts(self) -> Mapping[str, Act]:
        return {name: act_named(name) for name in BARE}

    def readable(self, user: User) -> Cases:
        return visible_to(user)

    def asks(self) -> Mapping[str, Asked]:
        return company_asks()

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = _by_keys(list(keys))
        return [
            to_close(row) if case.holder == Holder.APPLICANT else row
            for case, row in case_rows(found, user, now, why_here)
        ]


class CounterCases(Feed):
    """Whose customer a counter acts for: the customer is asked, or has signed."""

    code = "counter"
    name = gettext_lazy("Customers of the counter")
    roles = COUNTER
    columns = COLUMNS
    late = "late_at"

    def streams(self, user: User) -> Iterator[Cases]:
        for office in sorted(set(user.organisations(*COUNTER))):
            taken_in = Application.objects.filter(lists.OPEN, office=office)
            yield taken_in.filter(holder=Holder.APPLICANT, turn=1)
            yield taken_in.filter(lists.SIGNED, turn=0)

    def asks(self) -> Mapping[str, Asked]:
        return {}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = _with_offices(list(keys))
        return [row for _case, row in case_rows(found, user, now, why_at_counter)]


def ours(user: User, districts: set[str] | None, at_hand: AssignmentQuerySet) -> Iterator[Cases]:
    """Whose turn is the supply company's, and this person's there."""
    # What a customer has signed is entered by the counter that has the paper.
    found = Application.objects.filter(lists.OPEN, turn=0, signed_papers=[])
    yield from by_place(found.filter(state=State.SUBMITTED), user.districts(Role.CLERK))
    yield from by_place(found.filter(kind__in=LOW), districts)
    if districts != set():
        for role in SUPPLIERS:
            yield found.filter(states_of(role), pk__in=at_hand.of_cases(role))


def closable_by(districts: set[str] | None, at_hand: AssignmentQuerySet) -> Iterator[Cases]:
    """What has waited for its applicant past the day that the reminder named: whoever has the case
    closes it, or leaves it be."""
    found = Application.objects.filter(closable())
    yield from by_place(found.filter(kind__in=LOW), districts)
    if districts != set():
        yield found.filter(kind__in=HIGH, pk__in=at_hand.of_cases(Role.MANAGER))


def to_close(row: Todo) -> Todo:
    return row.asking(
        str(act_named(CLOSE).label), url=reverse("work:step", args=[row.number, CLOSE])
    )


@cache
def ours_ahead(kind: Kind) -> dict[str, Act]:
    """Of each state in which the supply company can have a case of a kind, its act that takes the
    case on; in the works that is finishing what the company builds of the plan."""
    return {
        state: act
        for state, steps in ahead_from(WORKFLOWS[kind]).items()
        if holder_in(kind, state, building=True) == Holder.SUPPLIER
        for act in [next((step.act for step in steps if step.act.who in WHOSE), None)]
        if act is not None
    }


@cache
def states_of(role: Role) -> Q:
    """The states of high voltage in which the act that takes a case on is one manager's."""
    found = Q(state=State.PERMITS) if role == Role.PROJECT else Q(pk__in=[])
    for kind in sorted(HIGH):
        states = [state for state, act in ours_ahead(kind).items() if WHOSE[act.who] == role]
        found |= Q(kind=kind, state__in=states)
    return found


@cache
def company_asks() -> dict[str, Asked]:
    """Of each act that takes a case on from a state in which the company has it: these states, and
    the kinds that have it there."""
    found: dict[str, dict[str, list[str]]] = {}
    labels = {}
    for kind in WORKFLOWS:
        for state, said in ours_ahead(kind).items():
            found.setdefault(said.name, {}).setdefault(state, []).append(kind)
            labels[said.name] = said.label
    more = {
        "permits": Asked(gettext_lazy("Answer the bureaus"), [Q(state=State.PERMITS)]),
        CLOSE: Asked(act_named(CLOSE).label, [Q()], by="held_since"),
    }
    return {
        name: Asked(labels[name], [Q(state=state, kind__in=kinds) for state, kinds in at.items()])
        for name, at in found.items()
    } | more


def case_rows(
    found: Iterable[Application], user: User, now: datetime, why: Why
) -> Iterator[tuple[Application, Todo]]:
    """Each case, with its row."""
    cases = [case.workflow() for case in found]
    for case, row in zip(cases, rows_of(cases, now, user), strict=True):
        barred = own_case(case, user)
        yield (
            case,
            Todo(
                pk=case.pk,
                url=link_to("work:case", case.number),
                asked=row.asked,
                number=case.number,
                about=row.kind,
                place=row.place,
                reason=why(case, user),
                since=case.held_since or case.filed_at or now,
                left=row.left,
                barred=str(barred or ""),
                act="" if barred else act_without_form(case, user),
                version=case.version,
            ),
        )


def act_without_form(case: Application, user: User) -> str:
    """The act that takes a case on, if it is this person's and asks for nothing."""
    way = way_of(CASES.machine(case), case)
    bare = bool(way) and way[0].name in BARE
    return way[0].name if bare and way[0].is_for(case, user) else ""


def why_here(case: Application, user: User) -> str:
    """The role by which it is the person's, and where it is held."""
    for held in case.assigned.values():
        if held.user_id == user.pk:
            return _("You are its %(role)s") % {"role": role_words(held.role)}
        if held.deputy_id == user.pk:
            return _("You deputise for its %(role)s today") % {"role": role_words(held.role)}
    role = who.customer_manager(case, user) or who.intake(case, user)
    return held_as(role, case.district)


def why_at_counter(case: Application, _user: User) -> str:
    if case.holder == Holder.APPLICANT:
        return _("%(office)s took it in, and its customer is asked") % {"office": case.office}
    return _("%(office)s has what the customer signed") % {"office": case.office}
