"""A set of permits as everybody has it: the supply company, the hall, five bureaus, the digital
bureau, the regulator and whoever holds a paper. Every act is taken once, at its page; every page is
read in both languages, on a phone and on a desk, each judged by axe-core."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import servers
from tests.applications.walking import SUBMIT, Walker
from tests.browser import fill
from tests.look import DESK, LANGUAGES, look, visit
from tools.scenarios import PASSWORD, PDF

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from approvals.models import Permit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECEIVED, LATE = "2026-11-02 09:30", "2026-11-09 10:00"
#: One permit for each of the five bureaus, on three routes: planning on the spot, housing,
#: transport and greening in review, the road's occupation by commitment.
LINE = {
    "external": "yes", "length_m": "480", "excavation_m": "60", "investment_yuan": "2000000",
    "in_adopted_plan": "1", "road": "highway", "highway_class": "ordinary_trunk",
    "existing_road": "1", "occupies_road": "1", "greening": "ordinary",
}  # fmt: skip
#: As long as the line; the place is made up.
PACKAGE = {
    "route": "104.7701, 29.3402\n104.7722, 29.3407\n104.7731, 29.3414\n104.7742, 29.3419",
    "begins_on": "2027-03-01", "ends_on": "2027-04-15", "contractor": "自贡市线路工程有限公司",
    "contact": "李工", "phone": "13800001234",
}  # fmt: skip
ADDRESS = {"district": "510302", "line": "演示路18号"}
#: Which of the bureaus that take a commitment are asked for a review instead.
REVIEWED = ("highway_excavation", "greening")


@dataclass
class Window(Walker):
    """One window at which all of them sit down, one after the other."""

    sessions: dict[str, str] = field(default_factory=dict)
    permits: dict[str, "Permit"] = field(default_factory=dict)

    def sit(self, who: str, path: str, name: str | None = None) -> None:
        """Somebody opens a page.

        Args:
            name: of its picture; None not to read it.
        """
        session = {"name": "sessionid", "value": self.sessions[who], "url": self.found.base}
        self.found.context.add_cookies([session])  # type: ignore[list-item]
        self.page.goto(path)
        if name is not None:
            self.read(name)

    def open(self, who: str, permit: str, name: str | None = None) -> None:
        """An officer finds a permit in the list of its bureau."""
        self.sit(who, "/bureau/")
        self.follow(f"/bureau/permits/{self.permits[permit].pk}/", name)

    def refused(self) -> None:
        """The form is sent as it stands, and comes back with what is wrong in it; read in the one
        language in which it came, for another would send it again."""
        self.press(SUBMIT)
        assert self.page.locator(".td-error-summary").count() == 1, self.page.url
        self.found.faults.clear()  # a refused form is a 422, which Chromium logs
        self.faults += look(self.found, "")

    def answered(self, **said: Any) -> None:
        """The officer answers each point of the review, and shows who it is."""
        points = self.page.locator("main [name^=met_][value=yes]")
        names = points.evaluate_all("all => all.map(one => one.name)")
        self.send({**dict.fromkeys(names, "yes"), "proof_password": PASSWORD, **said})


def prepared() -> tuple[str, dict[str, str]]:
    """A factory's case that waits for its line, at the hall's counter, and everybody's session."""
    from accounts.sign_in import SIGNED_IN_AT
    from rules.names import Kind
    from tests.builders import do, drafted, pdf, perform
    from tests.deadlines.clocks import set_clock
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    set_clock(RECEIVED)
    case = drafted(people, Kind.HV_SINGLE, address=ADDRESS)
    for act in ("submit", "accept", "reply_plan", "confirm_plan"):
        case = do(people, case, act)
    clerk = again(people["hall"])
    clerk.said_case = case.ref
    perform(application=case, action="go_to_counter", by=clerk, uploads=[pdf()])
    who = (
        "project", "hall", "planning", "housing", "police", "transport", "city-management",
        "digital", "regulator",
    )  # fmt: skip
    sessions = {}
    for name in who:
        client = browser(again(people[name]))
        session = client.session
        # An hour ago: who decides shows once more who it is.
        session[SIGNED_IN_AT] -= 3600
        session.save()
        sessions[name] = client.cookies["sessionid"].value
    return case.number, sessions


def test_a_set_of_permits_is_walked(
    with_people: None, committed_db: str, chromium: "Browser", tmp_path: Path
) -> None:
    from approvals.models import Permit
    from tests.deadlines.clocks import set_clock

    number, sessions = prepared()
    file = tmp_path / "图纸.pdf"
    file.write_bytes(PDF)
    with servers.pages() as address:
        found = visit(chromium, address, language=LANGUAGES[0], width=DESK)
        walk = Window(found, sessions=sessions)
        apply(walk, number, file)
        walk.permits = {one.permit: one for one in Permit.objects.exclude(state=None)}
        commit(walk)
        walk.sit("hall", "/bureau/", "set-hall")
        on_the_spot(walk)
        supplement(walk, file)
        accepted(walk, file)
        set_clock(LATE)
        chase(walk)
        late(walk)
        # Sealing has an event loop of its own, and so has the browser in this thread.
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(papers_kept).result() == 5
        checked(walk)
        watched(walk)
    assert walk.faults == []
    states = {one.permit: (one.route, one.state) for one in Permit.objects.exclude(state=None)}
    assert states == {
        "planning": ("instant", "granted"),
        "construction": ("review", "granted"),
        "road_occupation": ("commitment", "granted"),
        "highway_excavation": ("review", "granted"),
        "greening": ("review", "granted"),
    }


def papers_kept() -> int:
    from django.db import connections

    from approvals.papers.keeping import PERMIT_PAPERS

    try:
        return PERMIT_PAPERS.run()
    finally:
        connections.close_all()


def apply(walk: Window, number: str, file: Path) -> None:
    """The project manager declares the line, prepares the package, and reads why each permit goes
    its way, before all five are sent."""
    walk.sit("project", f"/work/cases/{number}/line-works/")
    fill(walk.page, LINE)
    for reviewed in REVIEWED:
        walk.page.locator(f"[name=choose_review][value={reviewed}]").check(force=True)
    walk.press("button[value=check]")
    walk.follow("/package/")
    for attached in ("cross_sections", "tree_list", "road_sections"):
        walk.page.locator("[name=file]").set_input_files(file)
        walk.send(PACKAGE | {"requirement": attached})
    walk.read("set-package")
    walk.follow("?check", "set-explained")
    walk.press("button[value=post]")


def commit(walk: Window) -> None:
    """The company commits itself to the conditions under which it occupies the road."""
    walk.sit("project", f"/work/permits/{walk.permits['road_occupation'].pk}/", "set-commitment")
    walk.refused()
    walk.send({"responsible": "周建国", "position": "项目负责人"})


def on_the_spot(walk: Window) -> None:
    """Planning decides at once, and shows who it is."""
    walk.sit("planning", "/bureau/", "bureau-list")
    walk.follow(f"/bureau/permits/{walk.permits['planning'].pk}/", "bureau-permit")
    walk.follow("/grant/", "set-decision")
    walk.refused()
    walk.answered()


def supplement(walk: Window, file: Path) -> None:
    """Housing wants to refuse, and has to accept first; then it names what is missing. The company
    answers each item, and housing reads both beside each other."""
    permit = walk.permits["construction"]
    walk.open("housing", "construction")
    walk.page.goto(f"/bureau/permits/{permit.pk}/refuse/")
    walk.answered(reason="施工图不全", clause="building_7")
    walk.found.faults.clear()  # not accepted yet: a 409
    walk.faults += look(walk.found, "")
    walk.open("housing", "construction")
    walk.follow("/request_supplement/", "set-missing")
    walk.refused()
    for item in (0, 2):
        walk.page.click(f"label[for=id_items_{item}]")
    walk.send({"remark_red_line_map": "比例尺不清，请补 1:500"})
    walk.sit("project", f"/work/permits/{permit.pk}/")
    walk.follow("/1/", "set-item")
    walk.page.locator("[name=evidence]").set_input_files(file)
    walk.send({"answer": "已按 1:500 重新出图"})
    walk.follow("/2/")
    walk.send({"answer": "施工合同第 3 页为工期条款"})
    walk.press("button[value=supply_supplement]")
    walk.open("housing", "construction", "set-supplement")
    walk.press("button[value=accept]")
    walk.follow("/grant/")
    walk.answered(conditions="开工前三日告知我局")


def accepted(walk: Window, file: Path) -> None:
    """Transport accepts. City management accepts, and waits for its experts by law."""
    for who, permit in (("transport", "highway_excavation"), ("city-management", "greening")):
        walk.open(who, permit)
        walk.press("button[value=accept]")
    walk.follow("/exclude_time/")
    walk.refused()
    walk.page.locator("[name=evidence]").set_input_files(file)
    walk.send({"ground": "expert_review", "expected_days": "2"})
    walk.read("set-suspended")


def chase(walk: Window) -> None:
    """A week later the digital bureau sees who is awaited, and asks all of them in one act."""
    walk.sit("digital", "/bureau/sets/", "set-sets")
    walk.follow("/chase/", "set-chase")
    walk.send({"words": "本套许可已超期，请说明进展"})


def late(walk: Window) -> None:
    """Transport hears of it in the morning, answers, and decides late; city management goes on
    after its experts have taken longer than it said."""
    walk.sit("regulator", "/oversight/suspensions/", "")
    walk.sit("transport", "/desk/digest/", "")
    walk.open("transport", "highway_excavation", "set-late")
    walk.follow("/answer_chase/")
    assert "请说明进展" in walk.page.locator("main").inner_text()
    walk.refused()
    walk.send({"answer": "现场踏勘安排在今日下午"})
    walk.follow("/grant/")
    walk.answered()
    walk.open("city-management", "greening")
    walk.press("button[value=resume]")
    walk.follow("/grant/")
    walk.answered()


def checked(walk: Window) -> None:
    """The police look afterwards whether the commitment is kept; anybody checks a paper."""
    permits = walk.permits
    walk.sit("police", f"/bureau/permits/{permits['road_occupation'].pk}/")
    walk.follow("/check_afterwards/", "set-check")
    walk.send({"kept": "yes", "findings": "现场围挡和标志齐全"})
    walk.sit("police", "/bureau/checks/?show=checked", "")
    walk.sit("housing", f"/bureau/permits/{permits['construction'].pk}/", "set-granted")
    walk.press("a[href^='/permits/']")
    walk.read("set-valid")


def watched(walk: Window) -> None:
    """The regulator reads what is late, and comes from a figure to the permit that it counts."""
    walk.sit("regulator", "/oversight/", "")
    walk.sit("regulator", "/oversight/figures/", "set-figures")
    walk.press("a[href*='show=done_late'][href*='bureau=transport']")
    walk.read("set-done-late")
    walk.follow(f"/oversight/permits/{walk.permits['highway_excavation'].pk}/", "set-watched")
