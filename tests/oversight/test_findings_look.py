"""The pages of signals in a real browser, on a phone and on a desk, in both languages."""

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
    """The sessions of those who read signals, and signals in the states that look different."""

    regulator: str
    company: str
    bureau: str
    open: str
    ordered: str
    bunch: str


def prepared() -> Desk:
    """Find signals by real actions, and take some of them on."""
    from tests.builders import pdf
    from tests.oversight import findings, scenes
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    scenes.set_clock("2026-11-02T09:00")
    first = findings.opened(people)
    bunch = findings.opened(people, "pauses_in_bunches")
    scenes.set_clock("2026-11-03T14:00")
    scenes.places(people, last="2026-11-03T14:10")
    scenes.scanned()
    explained = findings.do(people, first, "explain", uploads=[pdf()])
    ordered = findings.do(people, findings.do(people, explained, "confirm"), "order")
    newest = scenes.found("account_in_several_places")[-1]
    sessions = {
        name: browser(again(people[who])).cookies["sessionid"].value
        for name, who in (
            ("regulator", "regulator"), ("company", "supply-lead"), ("bureau", "planning-lead"),
        )
    }  # fmt: skip
    return Desk(open=newest.number, ordered=ordered.number, bunch=bunch.number, **sessions)


def sign_in(found: Visit, session: str) -> None:
    """Go on as somebody else."""
    found.context.add_cookies([{"name": "sessionid", "value": session, "url": found.base}])


def walk(found: Visit, desk: Desk) -> list[str]:
    """Look at every page; nothing is done."""
    faults = look(found, "/disclosure/record/signs/", name="record-signs")
    sign_in(found, desk.regulator)
    faults += look(found, "/oversight/signals/", name="oversight-signals")
    faults += look(found, f"/oversight/signals/{desk.bunch}/", name="oversight-signal")
    faults += look(found, f"/oversight/signals/{desk.ordered}/")
    faults += look(found, f"/oversight/signals/{desk.open}/confirm/")
    faults += look(found, "/oversight/signals/?state=accepted")
    sign_in(found, desk.company)
    faults += look(found, "/signals/", name="signals")
    faults += look(found, f"/signals/{desk.open}/", name="signal-explain")
    faults += look(found, f"/signals/{desk.ordered}/")
    sign_in(found, desk.bureau)
    return faults + look(found, f"/signals/{desk.bunch}/")


def test_both_sides_and_the_public_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    desk = prepared()
    with servers.pages() as address:
        for found in windows(chromium, address):
            assert walk(found, desk) == []
