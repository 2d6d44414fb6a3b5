"""A factory with two supplies, from the first question to the rating: its people at a phone, the
supply company and the bureaus at their desks. Pages that no other test looks at are read in both
languages."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.applications.walking import Walker, walker
from tests.browser import fill
from tests.look import DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from approvals.models import Permit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUMMARY = "由 110 千伏东兴变电站 10 千伏机械一线、机械二线双电源供电，每路一台变压器"
CONTESTED = "两台变压器里有一台是备用，一台就够"
ANSWER = "两路电源互为备用，每路一台，不能减少"
FOUND = "二次回路图缺少联络开关的闭锁"
#: Planning and greening in review, by two bureaus.
LINE = {
    "external": "yes", "length_m": "800", "excavation_m": "0", "investment_yuan": "900000",
    "road": "none", "greening": "ordinary",
}  # fmt: skip
#: What all bureaus look at.
PACKAGE = {
    "route": "104.7701, 29.3402\n104.7742, 29.3411\n104.7755, 29.3436\n104.7762, 29.3442",
    "begins_on": "2027-03-01", "ends_on": "2027-04-15", "contractor": "自贡市线路工程有限公司",
    "contact": "李工", "phone": "13800001234",
}  # fmt: skip


@dataclass
class Case:
    """Those whose case it is, what they hand in, and its number."""

    factory: Walker
    manager: Walker
    project: Walker
    file: Path
    number: str = ""

    def at_home(self, name: str | None = None) -> None:
        """The factory opens its case."""
        self.factory.page.goto("/account/")
        self.factory.follow(f"/account/cases/{self.number}/", name)

    def hand_in(self, action: str, name: str | None = None) -> None:
        """The factory takes a step with its documents."""
        self.at_home()
        self.factory.follow(f"/{action}/")
        self.factory.hand_in(self.file)
        if name is not None:
            self.factory.read(name)
        self.factory.send()

    def book(self, purpose: str) -> None:
        """The factory books an appointment at the first time that is free."""
        factory, seen = self.factory, purpose == "survey"
        self.at_home()
        factory.follow(f"/appointments/new/{purpose}/", "" if seen else None)
        factory.press("a[href^='?day=']")
        factory.press("a[href^='?at=']")
        if seen:
            factory.read("dual-book")
        factory.send({"remark": "从东门进，找周师傅"})

    def inspect(self, action: str, name: str | None = None, not_met: str = "") -> None:
        """The project manager looks at all that is open, and finds one item not in order, or
        none."""
        project = self.project
        project.at_desk(self.number)
        project.follow(f"/{action}/", name)
        items = project.page.locator("main [name^=said_]").evaluate_all(
            "all => [...new Set(all.map(one => one.name.slice(5)))]"
        )
        said = {f"said_{item}": "not_met" if item == not_met else "met" for item in items}
        project.send(said | ({f"found_{not_met}": FOUND} if not_met else {}))


def test_a_dual_supply_case_is_walked(chromium: "Browser", site: str, tmp_path: Path) -> None:
    from applications.models import Application
    from approvals.models import Permit
    from publishing.demonstration import publish
    from tests.people import open_demonstration
    from tools.scenarios import PDF

    publish(by=open_demonstration().values())
    file = tmp_path / "材料.pdf"
    file.write_bytes(PDF)
    case = Case(
        walker(chromium, site, "factory", width=PHONE, then="/apply/"),
        walker(chromium, site, "manager", width=DESK, then="/desk/"),
        walker(chromium, site, "project", width=DESK, then="/desk/"),
        file,
    )
    file_it(case)
    survey(case)
    plan(case)
    design(case)
    enter_line(case)
    officers = [
        decide(walker(chromium, site, permit.bureau, width=DESK, then="/bureau/"), permit)
        for permit in Permit.objects.filter(state="received").order_by("pk")
    ]
    build(case)
    sign(case)
    end(case)
    walkers = [case.factory, case.manager, case.project, *officers]
    assert [line for one in walkers for line in one.faults] == []
    found = Application.objects.get(number=case.number)
    assert (found.kind, found.state, found.rating, len(officers)) == (
        "hv_dual", "energised", 5, 2,
    )  # fmt: skip


def file_it(case: Case) -> None:
    """The questions, the documents, the last look; the manager accepts."""
    from rules.names import Kind
    from tests.applications.pages import typed

    factory = case.factory
    factory.answer(typed(Kind.HV_DUAL))
    factory.hand_in(case.file)
    factory.follow("/check/")
    factory.send()
    case.number = factory.page.locator(".td-panel__number").inner_text()
    case.manager.at_desk(case.number, "dual-accept")
    case.manager.press("button[value=accept]")


def survey(case: Case) -> None:
    """A survey on site is booked, and held."""
    from applications.appointments.models import Appointment
    from tests.applications.appointments.booking import go_to

    case.book("survey")
    case.factory.read("")
    one = Appointment.objects.get()
    go_to(one)
    manager = case.manager
    manager.page.goto("/work/appointments/")
    manager.read("dual-calendar")
    manager.follow(f"/work/appointments/{one.pk}/")
    manager.follow("/record_held/", "")
    manager.send({"outcome": "两路电源的进线位置已定，从东侧电缆沟进厂"})


def plan(case: Case) -> None:
    """A plan in lines, one of them contested, answered with another plan, agreed to."""
    from tools.scenarios import PLAN_LINES

    factory, manager = case.factory, case.manager
    manager.at_desk(case.number)
    manager.follow("/reply_plan/")
    manager.press("button[value=add]")
    manager.send({"summary": SUMMARY, "unreserved": "on"} | {
        f"line_{number}_{name}": value
        for number, line in enumerate(PLAN_LINES, 1)
        for name, value in line.items()
    })  # fmt: skip
    case.at_home()
    factory.follow("/confirm_plan/", "dual-plan")
    factory.send({"agree": "no", "contest_4": CONTESTED})
    manager.at_desk(case.number, "dual-contested")
    manager.follow("/reply_plan/", "")
    manager.send({"answer_4": ANSWER, "unreserved": "on"})
    case.at_home()
    factory.follow("/confirm_plan/", "dual-plan-again")
    factory.send({"agree": "yes"})


def design(case: Case) -> None:
    """A design in which something is found; the document is handed in anew, and passes."""
    case.hand_in("submit_design")
    case.inspect("review_design", "dual-review", "protection_designed")
    case.at_home("dual-findings")
    case.hand_in("submit_design", "")
    case.inspect("review_design", "dual-review-again")


def enter_line(case: Case) -> None:
    """The project manager enters the line, and applies for what it needs."""
    project = case.project
    project.at_desk(case.number)
    project.follow("/line-works/")
    fill(project.page, LINE)
    project.press("button[value=check]")
    # The page came of a form that was sent: it cannot be read anew in the other language.
    project.follow("/package/")
    for attached in ("cross_sections", "tree_list"):
        project.page.locator("[name=file]").set_input_files(case.file)
        project.send(PACKAGE | {"requirement": attached})
    project.read("dual-package")
    project.follow("?check", "dual-line-works")
    project.press("button[value=post]")


def decide(officer: Walker, permit: "Permit") -> Walker:
    """A bureau accepts and grants its permit."""
    officer.follow(f"/bureau/permits/{permit.pk}/")
    officer.press("button[value=accept]")
    officer.follow("/grant/")
    officer.send({f"met_{point.point}": "yes" for point in permit.reviewed()})
    return officer


def build(case: Case) -> None:
    """The works of the company and of the factory, looked at before they are covered and when they
    are complete."""
    case.at_home("dual-permits")
    case.project.act(case.number, "start_works")
    for line, name in (("1", ""), ("2", None)):
        case.project.at_desk(case.number)
        case.project.follow("/finish_line/", name)
        case.project.send({"line": line})
    case.hand_in("request_inspection")
    case.inspect("inspect", "dual-inspect")
    case.hand_in("report_completion")
    case.inspect("inspect_completion")


def sign(case: Case) -> None:
    """The contract is signed on paper at its appointment, and entered there."""
    from applications.appointments.models import Appointment
    from tests.applications.appointments.booking import go_to

    case.book("contract")
    one = Appointment.objects.get(purpose="contract")
    go_to(one)
    manager = case.manager
    manager.page.goto("/work/appointments/")
    manager.follow(f"/work/appointments/{one.pk}/", "")
    manager.follow("/contract/", "dual-contract")
    manager.page.locator("main input[type=file]").set_input_files(case.file)
    manager.send()


def end(case: Case) -> None:
    """A charge of the catalogue, the power, and the rating."""
    factory, manager = case.factory, case.manager
    manager.at_desk(case.number, "")
    manager.page.click("#money summary")
    manager.follow("/charge/", "dual-charge")
    item = manager.page.locator("[name=fee_item] option").nth(1).get_attribute("value")
    manager.send({"fee_item": item, "quantity": "2000", "payee": "YS-GD"})
    manager.at_desk(case.number)
    manager.follow("/energise/", "")
    manager.send({"meter_number": "DB-2026-0001"})
    case.at_home()
    factory.follow("/rate/")
    factory.send({"level": "5"})
    factory.read("dual-ended")
