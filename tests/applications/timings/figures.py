"""Cases with power after so many days, by the real acts, and what was published of them."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from applications.facts import count_facts
from applications.models import Application
from applications.states import State
from applications.timings.models import ALL, Release
from applications.timings.releases import release_due
from rules.names import Kind
from rules.registry import calendar
from tests.builders import case_at, decide_all, do, filed, fresh_address, post_works
from tests.deadlines.clocks import at, set_clock
from tools.scenarios import FOUR_REVIEWS

People = Mapping[str, User]


def energised(
    people: People, on: str, days: int = 0, *, kind: Kind = Kind.RESIDENTIAL, place: str = "510302"
) -> Application:
    """A case that got power on a day, so many working days after its filing."""
    end = at(f"{on} 15:00")
    first = calendar().before(end.date(), days) if days else end.date()
    set_clock(f"{first} 09:00")
    address = {"district": place, "line": fresh_address()}
    case = filed(people, kind, address=address)
    case = do(people, case, "accept")
    case = do(people, case, "sign_contract")
    case = post_works(people, case, {"none": True})
    case = do(people, case, "start_works")
    set_clock(f"{on} 15:00")
    return do(people, case, "energise")


def later(day: str) -> None:
    """The worker counts what ended, and it is this day."""
    set_clock(f"{day} 08:00")
    count_facts()


def cell(release: Release, table: str, row: str = ALL, district: str = ALL) -> Any:
    return release.cells.get(table=table, row=row, district=district)


def shown(release: Release, table: str) -> dict[tuple[str, str], int | None]:
    """The counts that are not zero, by row and district; None where one is hidden."""
    cells = release.cells.filter(table=table).exclude(count=0)
    return {(each.row, each.district): each.count for each in cells}


def a_quarter(people: People) -> list[Release]:
    """February and March of 2026, of which some figures are hidden, some too few, and some open."""
    for on in ("2026-02-03", "2026-02-10", "2026-02-12", "2026-03-03", "2026-03-12", "2026-03-24"):
        energised(people, on, 1)
        energised(people, on, 4)
        energised(people, on, 2, place="510321")
        energised(people, on, 5, kind=Kind.LV_SMALL)
    energised(people, "2026-03-27", 9, kind=Kind.LV_SMALL, place="510321")
    set_clock("2026-03-26 09:00")
    for _n in range(6):
        filed(people, Kind.RESIDENTIAL)
    set_clock("2026-03-02 10:00")
    case = case_at(people, Kind.LV_OTHER, State.CONTRACTED)
    case = post_works(people, case, FOUR_REVIEWS)
    set_clock("2026-03-05 10:00")
    decide_all(people, case)
    later("2026-04-05")
    return release_due()
