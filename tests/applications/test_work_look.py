"""The supply company's and the supervisors' pages in a real browser, on a phone and on a desk."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import Visit, look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Desk:
    """A manager's and a regulator's session, and cases in the states that matter to them."""

    manager: str
    project: str
    regulator: str
    filed: str
    contracted: str
    permits: str
    replanning: str


def prepared() -> Desk:
    """Make the cases by real actions, and let a limit pass."""
    from datetime import timedelta

    from applications.states import State
    from deadlines.sweep import sweep
    from ledger.actions import move_clock
    from rules.names import Kind
    from tests.builders import case_at, packed
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    late = case_at(people, Kind.LV_SMALL, State.PERMITS)
    move_clock(offset=timedelta(days=30))
    sweep()
    cases = {
        "filed": case_at(people, Kind.LV_OTHER, State.SUBMITTED),
        "contracted": case_at(people, Kind.LV_OTHER, State.CONTRACTED),
        "replanning": case_at(people, Kind.HV_SINGLE, State.REPLANNING),
    }
    packed(people, cases["replanning"])
    return Desk(
        manager=browser(again(people["manager"])).cookies["sessionid"].value,
        project=browser(again(people["project"])).cookies["sessionid"].value,
        regulator=browser(again(people["regulator"])).cookies["sessionid"].value,
        permits=late.number,
        **{name: case.number for name, case in cases.items()},
    )


def sign_in(found: Visit, session: str) -> None:
    """Go on as somebody else."""
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])


def walk(found: Visit, desk: Desk) -> list[str]:
    """Look at every page of both desks; nothing is done."""
    sign_in(found, desk.manager)
    faults = look(found, "/work/", name="work-queue")
    faults += look(found, f"/work/cases/{desk.filed}/", name="work-case")
    faults += look(found, f"/work/cases/{desk.filed}/request_supplement/", name="work-supplement")
    faults += look(found, f"/work/cases/{desk.permits}/", name="work-case-permits")
    faults += look(found, f"/work/cases/{desk.contracted}/line-works/", name="work-line-works")
    sign_in(found, desk.project)
    faults += look(found, f"/work/cases/{desk.replanning}/line-works/")
    faults += look(found, f"/work/cases/{desk.replanning}/package/", name="work-package")
    sign_in(found, desk.regulator)
    faults += look(found, "/oversight/", name="oversight")
    faults += look(found, "/oversight/rules/", name="oversight-rules")
    return faults + look(found, f"/oversight/cases/{desk.permits}/", name="oversight-case")


def test_both_desks_are_whole(with_people: None, committed_db: str, chromium: "Browser") -> None:
    desk = prepared()
    with servers.pages() as address:
        for found in windows(chromium, address):
            assert walk(found, desk) == []
