"""Scenes of the record: for each sign one that shows it, and near misses that must not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.clock import CITY, local_date, months_after
from core.place import acting_from
from ledger.actions import move_clock
from ledger.record import NewEntry, append
from oversight.models import Finding
from oversight.scan import scan
from rules.names import Kind
from rules.registry import calendar
from tests.builders import case_at, do, filed, fresh_address, permit_step, post_works
from tools.scenarios import NO_WORKS, SHOP

People = dict[str, User]
Scene = Callable[[People], object]


def set_clock(text: str) -> None:
    """Move the demonstration's clock to an instant in the city."""
    move_clock(offset=datetime.fromisoformat(text).replace(tzinfo=CITY) - timezone.now())


def integrate() -> None:
    """Let the log take in what was written, as the sequencer does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_integrate(1000000)")


def scanned(batch: int = 5_000) -> list[Finding]:
    """Every signal after a scan, oldest first."""
    integrate()
    scan(batch)
    return list(Finding.objects.order_by("pk"))


def found(sign: str) -> list[Finding]:
    """The signals of one sign after a scan."""
    return [signal for signal in scanned() if signal.detector == sign]


# steps_in_minutes


def on_site(people: People, *, day: str = "2026-11-02", last: str = "10:05") -> Application:
    """A case accepted, contracted and posted at ten of a day; its works start at `last`."""
    set_clock(f"{day}T09:00")
    case = filed(people, Kind.LV_OTHER)
    set_clock(f"{day}T10:00")
    for action in ("accept", "sign_contract"):
        case = do(people, case, action)
    case = post_works(people, case, NO_WORKS)
    set_clock(f"{day}T{last}")
    return do(people, case, "start_works")


def one_visit(people: People) -> Application:
    """Acceptance, contract and no permits needed: what a counter does in one visit."""
    case = filed(people, Kind.RESIDENTIAL)
    for action in ("accept", "sign_contract"):
        case = do(people, case, action)
    return post_works(people, case, NO_WORKS)


# period_end_burst


def month_end(people: People, *, steps: int = 30, before: int = 0) -> None:
    """Acceptances on one of the last three working days of a month that has not begun, since the
    record of a month is not read before that month."""
    first = quiet_month()
    beyond = months_after(first, 1)
    cases = [filed(people, Kind.LV_OTHER) for _ in range(steps + before)]
    set_clock(f"{calendar().next_working(first + timedelta(days=9))}T09:00")
    for case in cases[:before]:
        do(people, case, "accept")
    set_clock(f"{calendar().before(beyond, 2)}T09:00")
    for case in cases[before:]:
        do(people, case, "accept")
    set_clock(f"{beyond}T09:00")
    move_clock(offset=timedelta(days=20))


def quiet_month() -> date:
    """The first day of the next month that is not the last of a quarter."""
    first = months_after(local_date(timezone.now()).replace(day=1), 1)
    while first.month % 3 == 0:
        first = months_after(first, 1)
    return first


# energised_without_contract


def energised(people: People, *, contract: bool = False) -> Application:
    """An entry of power on that went round the machine, before a contract or after it."""
    case = case_at(people, Kind.LV_OTHER, State.CONTRACTED if contract else State.ACCEPTED)
    manager = Actor(people["manager"].pk, "manager", case.district)
    entry = NewEntry(
        case_ref=case.ref,
        type="case.energised",
        actor=manager,
        from_state=case.state,
        to_state="energised",
        holder="nobody",
    )
    append(entry)
    return case


# refiled_after_withdrawal


def refiled(people: People, *, on: str = "2027-01-31T09:00", elsewhere: bool = False) -> None:
    """Withdrawn on 2 November 2026 and filed again, ninety days later on 31 January."""
    address = {"district": "510302", "line": fresh_address()}
    do(people, filed(people, Kind.LV_OTHER, address=address), "withdraw", reason="改主意")
    set_clock(on)
    if elsewhere:
        address["line"] = fresh_address()
    filed(people, Kind.LV_OTHER, address=address)


# supplement_in_last_hour


def supplement(people: People, *, at: str = "2026-11-10T17:00") -> Application:
    """Six working days from 2 November end on the 10th."""
    case = filed(people, Kind.LV_OTHER)
    set_clock(at)
    return do(people, case, "request_supplement")


def second_stay(people: People, *, at: str = "2026-11-12T17:30") -> Permit:
    """A bureau's five days of intake from Thursday 5 November end on the 12th."""
    set_clock("2026-11-05T09:00")
    case = case_at(people, Kind.LV_OTHER, State.PERMITS)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    set_clock(at)
    body = {"items": ["线路走向图"]}
    return permit_step(permit=permit, action="request_supplement", by=people["planning"], body=body)


# pauses_in_bunches


def pauses(
    people: People,
    *,
    permits: int = 5,
    begins: str = "2026-11-03T10:00",
    last: str = "2026-11-03T10:59",
) -> list[Permit]:
    """The planning bureau suspends reviews, all but the last of them at once."""
    rows = []
    for _ in range(permits):
        case = case_at(people, Kind.LV_OTHER, State.PERMITS)
        rows.append(Permit.objects.get(case_ref=case.ref, permit="planning"))
        permit_step(permit=rows[-1], action="accept", by=people["planning"], body={})
    body = {"ground": "hearing", "expected_days": 3}
    for number, permit in enumerate(rows, 1):
        set_clock(last if number == permits else begins)
        fresh = Permit.objects.get(pk=permit.pk)
        permit_step(permit=fresh, action="exclude_time", by=people["planning"], body=body)
    return rows


# small_cases_at_one_address


def neighbours(
    people: People, *, kw: int = 60, last: str = "2026-11-20T09:00", apart: bool = False
) -> list[Application]:
    """Three shops at one address, 180 kW together; a three-zero customer may have 160."""
    cases, line = [], fresh_address()
    for number in range(3):
        if number == 2:
            set_clock(last)
        shop = SHOP | {"id_number": COMPANIES[number], "phone": "13800001234"}
        place = fresh_address() if apart else line
        address = {"district": "510302", "line": place}
        cases.append(filed(people, Kind.LV_SMALL, address=address, applicant=shop, capacity_kw=kw))
    return cases


COMPANIES = ("91510300MA60000014", "91510300MA60000027", "91510300MA6000003A")


# account_in_several_places


def places(
    people: People, *, networks: int = 3, last: str = "2026-11-02T09:25", who: str = "manager"
) -> None:
    """One manager accepts cases from several networks."""
    cases = [filed(people, Kind.LV_OTHER) for _ in range(networks)]
    for number, case in enumerate(cases, 1):
        if number == networks:
            set_clock(last)
        with acting_from(f"10.{number}.0.1"):
            do(people, case, "accept")


#: Each sign with a scene that shows it and scenes that just do not, by name.
FIRES: dict[str, Scene] = {
    "steps_in_minutes": on_site,
    "period_end_burst": month_end,
    "energised_without_contract": energised,
    "refiled_after_withdrawal": refiled,
    "supplement_in_last_hour": supplement,
    "pauses_in_bunches": pauses,
    "small_cases_at_one_address": neighbours,
    "account_in_several_places": places,
}


def _with(scene: Callable[..., Any], **changes: Any) -> Scene:
    return lambda people: scene(people, **changes)


MISSES: list[tuple[str, str, Scene]] = [
    ("steps_in_minutes", "the fourth a minute too late", _with(on_site, last="10:11")),
    ("steps_in_minutes", "three steps in one visit", one_visit),
    ("period_end_burst", "one step too few", _with(month_end, steps=29)),
    ("energised_without_contract", "after the contract", _with(energised, contract=True)),
    ("refiled_after_withdrawal", "a day later", _with(refiled, on="2027-02-01T09:00")),
    ("refiled_after_withdrawal", "another address", _with(refiled, elsewhere=True)),
    ("supplement_in_last_hour", "a minute early", _with(supplement, at="2026-11-10T16:58")),
    ("supplement_in_last_hour", "the day before", _with(supplement, at="2026-11-09T17:30")),
    ("supplement_in_last_hour", "a bureau's day before", _with(second_stay, at="2026-11-11T17:30")),
    ("pauses_in_bunches", "four permits", _with(pauses, permits=4)),
    ("pauses_in_bunches", "the fifth later", _with(pauses, last="2026-11-03T11:01")),
    ("small_cases_at_one_address", "150 kW together", _with(neighbours, kw=50)),
    ("small_cases_at_one_address", "181 days", _with(neighbours, last="2027-05-02T09:00")),
    ("small_cases_at_one_address", "three addresses", _with(neighbours, apart=True)),
    ("account_in_several_places", "two networks", _with(places, networks=2)),
    ("account_in_several_places", "the third later", _with(places, last="2026-11-02T09:31")),
]
