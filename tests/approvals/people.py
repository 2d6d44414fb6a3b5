"""The cast of the permits, and ways to bring line works to a state by real steps."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from accounts.actions import create_organisation, create_person, grant
from accounts.actor import SYSTEM
from accounts.models import Organisation, User
from accounts.roles import Role
from approvals import rounds
from approvals.actions import PERMITS
from approvals.models import Permit, Round
from approvals.seam import Face, seam
from core import demonstration
from core.clock import CITY, city_now, local_date
from core.locks import lock_case
from core.problems import Text
from deadlines.sweep import settle_locked
from ledger.actions import move_clock, open_city
from ledger.record import NewEntry
from rules import registry
from tests.works import works_of
from tools.scenarios import DISTRICT, PERMIT_BODIES

ELSEWHERE = "510304"


def at(text: str) -> datetime:
    """The instant of a text such as `2026-03-02 10:00`, in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def set_clock(text: str) -> None:
    """Move the demonstration's clock to an instant in the city; it runs on from there."""
    move_clock(offset=at(text) - timezone.now() + timedelta(milliseconds=1))


def fresh(user: User) -> User:
    """The same account as the next request reads it."""
    return User.objects.get(pk=user.pk)


@dataclass
class Cast:
    """Who is who: two officers of a bureau, one elsewhere, the supply company's people."""

    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def hire(self, name: str, role: Role, organisation: Organisation, district: str | None) -> None:
        person = self.people.get(name) or create_person(
            username=name, password="tongdian-demo", name=name
        )
        self.people[name] = person
        grant(user=person, role=role, organisation=organisation, district=district, by=SYSTEM)


def open_bureaus() -> None:
    """A demonstration city on Monday 2 March 2026 early in the morning, everybody hired."""
    demonstration._known.clear()
    open_city(demonstration=True)
    set_clock("2026-03-02 08:00")
    cast()


def open_city_for_tests() -> Cast:
    """The same at ten; in a database in which it stands ready (`with_bureaus`) it is found."""
    demonstration._known.clear()
    found = {user.username: user for user in User.objects.all()}
    if "stranger" in found:
        set_clock("2026-03-02 10:00")
        return Cast(found)
    open_city(demonstration=True)
    set_clock("2026-03-02 10:00")
    return cast()


@contextmanager
def resting(signal: Signal) -> Iterator[None]:
    """Nobody who listened before hears a signal meanwhile."""
    kept, signal.receivers = signal.receivers, []
    signal.sender_receivers_cache.clear()
    yield
    signal.receivers = kept
    signal.sender_receivers_cache.clear()


BUREAUS = ("planning", "housing", "police", "transport", "city-management")


def cast() -> Cast:
    """Hire everybody."""
    people = Cast()
    supplier = _organisation("supplier", "supply-company")
    for name, role in {
        "manager": Role.MANAGER,
        "project": Role.PROJECT,
        "supply-lead": Role.SUPPLY_LEAD,
    }.items():
        people.hire(name, role, supplier, DISTRICT)
    people.hire("clerk", Role.CLERK, _organisation("office", "office"), DISTRICT)
    people.hire("manager-elsewhere", Role.MANAGER, supplier, ELSEWHERE)
    for bureau in BUREAUS:
        organisation = _organisation("bureau", bureau)
        people.hire(bureau, Role.OFFICER, organisation, DISTRICT)
        people.hire(f"{bureau}-second", Role.OFFICER, organisation, DISTRICT)
        people.hire(f"{bureau}-lead", Role.BUREAU_LEAD, organisation, None)
        people.hire(f"{bureau}-elsewhere", Role.OFFICER, organisation, ELSEWHERE)
    people.hire("digital", Role.DIGITAL, _organisation("digital", "digital"), None)
    people.hire("regulator", Role.REGULATOR, _organisation("regulator", "regulator"), None)
    people.hire("lead-agency", Role.LEAD_AGENCY, _organisation("lead_agency", "lead-agency"), None)
    people.hire("district-lead", Role.DISTRICT_LEAD, _organisation("district", DISTRICT), DISTRICT)
    people.hire("hall", Role.HALL_CLERK, _organisation("hall", "hall"), DISTRICT)
    people.people["stranger"] = create_person(username="stranger", password="x" * 12, name="路人")
    return people


class CasesApart:
    """Stands for the app of cases, which rests in these tests: what permits told their case."""

    def __init__(self) -> None:
        self.told: list[tuple[str, bool]] = []

    def own(self, user: User) -> QuerySet[Any, Any]:
        return Permit.objects.none().values("case_ref")

    def faces(self, case_refs: Collection[UUID]) -> Mapping[UUID, Face]:
        return {}

    def address(self, case_ref: UUID) -> str:
        return "演示路1号"

    def concerns(self, case_ref: UUID, user: User) -> bool:
        return False

    def concerned(self, case_refs: Collection[UUID], user: User) -> Collection[UUID]:
        return ()

    def left(self, case_refs: Collection[UUID], user: User) -> Mapping[UUID, Text]:
        return {}

    def applicants(self, case_ref: UUID) -> list[int]:
        return []

    def follow(self, case_ref: UUID, at: datetime, *, bureau_has_it: bool) -> None:
        self.told.append(("bureau has it", bureau_has_it))

    def join(self, case_ref: UUID, *, refused: bool) -> None:
        self.told.append(("joined, refused", refused))

    def permit_revoked(self, permit: Permit) -> None:
        self.told.append(("revoked", True))

    def time_excluded(self, permit: Permit, said: Mapping[str, Any]) -> None:
        """Nobody is there to be told."""


@contextmanager
def cases_apart() -> Iterator[CasesApart]:
    """The apps above do not follow the permits meanwhile."""
    kept, apart = seam.cases, CasesApart()
    seam.cases = apart
    yield apart
    seam.cases = kept


def _organisation(kind: str, code: str) -> Organisation:
    return create_organisation(kind=kind, code=code, name_zh=code, name_en=code)


def post(people: Cast, body: dict[str, object], *, district: str = DISTRICT) -> Round:
    """Post line works for a new case, as the action of the case does."""
    case_ref, by = uuid4(), people["manager"].acting_as(Role.MANAGER, district)
    rules = registry.current().in_force(on=local_date(city_now()), district=district)
    with transaction.atomic():
        lock_case(case_ref)
        return rounds.open_round(
            case_ref=case_ref,
            application=f"T-{case_ref.hex[:8]}",
            district=district,
            statutory_district="",
            voltage=str(body["voltage"]),
            works=works_of(body),
            by=by,
            rules=rules,
            case_entry=lambda holder: NewEntry(
                case_ref=case_ref,
                type="case.line_works_posted",
                actor=by,
                from_state="plan_confirmed",
                to_state="permits",
                holder=holder,
            ),
        )


def change(people: Cast, case_ref: UUID, body: dict[str, object]) -> Round:
    """Post changed works for a case whose round had a refusal."""
    by = people["manager"].acting_as(Role.MANAGER, DISTRICT)
    rules = registry.current().in_force(on=local_date(city_now()), district=DISTRICT)
    with transaction.atomic():
        lock_case(case_ref)
        settle_locked(case_ref)
        return rounds.open_change(case_ref=case_ref, works=works_of(body), by=by, rules=rules)


def permit_of(round_: Round, code: str) -> Permit:
    """The permit of a round, read anew."""
    return Permit.objects.select_related("round", "line_works").get(round=round_, permit=code)


#: What a reviewer of a planning permit answers on the page of a decision.
ANSWERED = {"met_necessity": "yes", "met_reasonableness": "yes", "met_extent": "yes"}
STEPS_TO = {
    "received": (),
    "awaiting_supplement": ("request_supplement",),
    "accepted": ("accept",),
    "suspended": ("accept", "exclude_time"),
    "granted": ("accept", "grant"),
    "refused": ("accept", "refuse"),
}


def take(people: Cast, permit: Permit, action: str, who: str = "") -> Permit:
    """Take one step as the person whose step it is."""
    supplier = action in ("supply_supplement", "commit")
    its_lead = f"{permit.bureau}-lead"
    others = {"extend": its_lead, "revoke": its_lead, "chase": "digital"}
    bureau = others.get(action, permit.bureau)
    person = people[who or ("manager" if supplier else bureau)]
    return PERMITS.perform(permit, action, by=fresh(person), body=PERMIT_BODIES.get(action, {}))


def bring(people: Cast, permit: Permit, state: str) -> Permit:
    """Bring a permit in review to a state."""
    for action in STEPS_TO[state]:
        permit = take(people, permit, action)
    return permit
