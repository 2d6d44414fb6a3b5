"""The applicant's pages in a real browser: whole on a phone and a desk, and without scripts."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests import servers
from tests.browser import choose, sign_in
from tests.look import PHONE, Visit, look, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUBMIT = "main form button[type=submit]"
#: Long enough after the first cases that one of them is late.
LATER = {"days": 18, "hours": 3}


def prepared() -> tuple[dict[str, str], dict[str, str]]:
    """Sessions by username, and the numbers of cases in many states, filed a while ago."""
    from datetime import timedelta

    from applications.states import State
    from ledger.actions import move_clock
    from rules.names import Kind
    from tests.builders import case_at, do, drafted, filed, post_works
    from tests.people import again, browser, open_demonstration
    from tools.scenarios import FOUR_REVIEWS

    people = open_demonstration()
    design = case_at(people, Kind.HV_DUAL, State.PLAN_CONFIRMED)
    permits = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    move_clock(offset=timedelta(days=8, hours=2))
    cases = {
        "design": do(people, design, "submit_design"),
        "permits": post_works(people, permits, FOUR_REVIEWS),
        "late": filed(people, Kind.LV_SMALL),
    }
    move_clock(offset=timedelta(**LATER))
    cases |= {
        "draft": drafted(people, Kind.RESIDENTIAL),
        "filed": filed(people, Kind.RESIDENTIAL),
        "accepted": case_at(people, Kind.RESIDENTIAL, State.ACCEPTED),
        "supplement": case_at(people, Kind.RESIDENTIAL, State.SUPPLEMENT),
        "plan": case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED),
        "works": case_at(people, Kind.HV_DUAL, State.WORKS),
        "ended": case_at(people, Kind.RESIDENTIAL, State.ENERGISED),
    }
    names = ("resident", "shop", "factory", "regulator")
    sessions = {name: browser(again(people[name])).cookies["sessionid"].value for name in names}
    return sessions, {name: case.number for name, case in cases.items()}


def pages(numbers: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The pages to look at by whose session, each with the name of its picture."""

    def case(name: str, action: str = "") -> str:
        return f"/account/cases/{numbers[name]}/" + (f"{action}/" if action else "")

    return {
        "resident": [
            ("/apply/", "apply"),
            (f"/apply/{numbers['draft']}/", "apply-draft"),
            (f"/apply/{numbers['draft']}/questions/applicant/", "apply-applicant"),
            (f"/apply/{numbers['draft']}/questions/district/", ""),
            (f"/apply/{numbers['draft']}/questions/address/", "apply-address"),
            (f"/apply/{numbers['draft']}/documents/", "apply-documents"),
            (f"/apply/{numbers['draft']}/check/", "apply-check"),
            (f"/apply/{numbers['filed']}/filed/", "apply-filed"),
            (f"/account/cases/{numbers['draft']}/documents/identity/", "document"),
            ("/account/", "account"),
            (case("supplement"), "case-supplement"),
            (case("supplement", "supply_supplement"), "act-supplement"),
            (case("accepted", "sign_contract"), "act-contract"),
            (case("filed", "withdraw"), "act-withdraw"),
            (case("ended", "rate"), "act-rate"),
            (case("ended"), "case-ended"),
        ],
        "shop": [(case("late"), "case-late")],
        "factory": [
            (case("permits"), "case-permits"),
            (case("design"), "case-design"),
            (case("plan", "confirm_plan"), "act-plan"),
            (case("works", "request_inspection"), "act-inspection"),
        ],
        "regulator": [("/account/", "account-empty")],
    }


def walk(found: Visit, sessions: dict[str, str], numbers: dict[str, str]) -> list[str]:
    """Look at every page in one window, refused forms among them; nothing is done."""
    faults = look(found, "/progress/", name="progress")
    found.page.fill("[name=number]", numbers["permits"])
    found.page.fill("[name=phone]", "13800001234")
    send(found.page)
    faults += look(found, "", name="progress-case")
    for name, looked in pages(numbers).items():
        cookie = {"name": "sessionid", "value": sessions[name], "url": found.base}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        for path, picture in looked:
            faults += look(found, path, name=picture)
    for path, whose, picture in refusals(numbers):
        cookie = {"name": "sessionid", "value": sessions[whose], "url": found.base}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        found.page.goto(path)
        send(found.page)
        found.page.locator(".td-error-summary").wait_for()
        found.faults.clear()  # a refused form is a 422, which Chromium logs
        faults += look(found, "", name=picture)
    return faults


def refusals(numbers: dict[str, str]) -> list[tuple[str, str, str]]:
    """Forms that are sent empty, whose they are, and the name of the picture."""
    return [(f"/account/cases/{numbers['plan']}/confirm_plan/", "factory", "act-plan-refused")]


def send(page: "Page") -> None:
    """Send the form of the page."""
    page.click(SUBMIT)
    page.wait_for_load_state()


def test_the_applicants_pages_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, numbers = prepared()
    with servers.pages() as address:
        for found in windows(chromium, address):
            assert walk(found, sessions, numbers) == []


def test_a_person_without_scripts_comes_from_the_sign_in_to_the_confirmation(
    chromium: "Browser", site: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tools.scenarios import PDF

    file = tmp_path_factory.mktemp("papers") / "证件.pdf"
    file.write_bytes(PDF)
    context = chromium.new_context(
        base_url=site, viewport={"width": PHONE, "height": 844}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/apply/")
    page.click("a[href^='/account/sign-in/']:not(.td-plain)")
    assert urlsplit(page.url).path == "/account/sign-in/"
    sign_in(page, "resident", "/apply/")
    begin(page)
    fill_in(page, file, scripts=False)
    page.click(SUBMIT)
    page.wait_for_url("**/filed/")
    number = page.locator(".td-panel__number").inner_text()
    page.click("a.td-button")
    assert number in page.locator(".td-case__number").inner_text()
    context.close()


def begin(page: "Page") -> None:
    """The first question, answered for a home."""
    choose(page, "purpose", "residential")
    page.click(SUBMIT)
    page.wait_for_url("**/questions/applicant/**")


def fill_in(page: "Page", file: Path, *, scripts: bool = True) -> None:
    """What a person types and hands in for a home, from the question about itself on."""
    # A wrong number is kept, and named on the page where it was typed.
    page.fill("[name=id_number]", "123")
    page.fill("[name=phone]", "13800001234")
    page.click(SUBMIT)
    page.locator(".td-error-summary").wait_for()
    page.fill("[name=id_number]", "510302199003070013")
    page.click(SUBMIT)
    choose(page, "district", "510302")
    page.click(SUBMIT)
    page.fill("[name=address_line]", "无脚本路1号")
    page.click(SUBMIT)
    page.fill("[name=capacity_kw]", "8")
    page.click(SUBMIT)
    for code in ("identity", "property"):
        form = page.locator(f"form:has([value={code}])")
        form.locator("input[type=file]").set_input_files(file)
        if not scripts:
            form.locator("button[type=submit]").click()
        form.locator("a[href^='/documents/']").wait_for()
    page.click("a.td-button[href$='/check/']")


def test_a_file_is_sent_as_it_is_chosen_and_goes_on_after_a_cut(
    with_people: None,
    committed_db: str,
    chromium: "Browser",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from applications import drafts
    from documents.models import Document, Upload
    from rules.names import Kind
    from tests.builders import declaration
    from tests.people import again, browser, open_demonstration
    from tools.scenarios import PDF

    part = 400
    monkeypatch.setattr("documents.room.MEGABYTE", part)
    people = open_demonstration()
    case = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=people["resident"])
    session = browser(again(people["resident"])).cookies["sessionid"].value
    good, bad = tmp_path / "证件.pdf", tmp_path / "坏.pdf"
    good.write_bytes(PDF + b"\n%" + b"x" * (3 * part - len(PDF) - 2))
    bad.write_bytes(b"no document")
    goes_through = [True, True, False]  # begun, one part, then the line is cut

    def sometimes(route: Any) -> Any:
        if goes_through and not goes_through.pop(0):
            return route.abort("connectionreset")
        return route.continue_()

    with servers.pages() as address:
        found = visit(chromium, address, language="zh-hans")
        cookie = {"name": "sessionid", "value": session, "url": address}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        page = found.page
        page.route("**/uploads/**", sometimes)
        page.goto(f"/apply/{case.number}/documents/")
        identity, own = (
            page.locator(f"form[data-upload={code}]") for code in ("identity", "property")
        )
        identity.locator("input[type=file]").set_input_files(good)
        identity.locator("text=网络中断").wait_for()
        assert Upload.objects.get().received == part
        # Read anew, the same file goes on where it was.
        goes_through[:] = [True, True, False]
        page.reload()
        identity.locator("input[type=file]").set_input_files(good)
        identity.locator("text=网络中断").wait_for()
        assert Upload.objects.get().received == 2 * part
        # By itself, too.
        identity.locator("a[href^='/documents/']").wait_for()
        # A refused one is named at its place, and can be sent again.
        own.locator("input[type=file]").set_input_files(bad)
        own.locator(".td-error-message").wait_for()
        own.locator("input[type=file]").set_input_files(good)
        own.locator("a[href^='/documents/']").wait_for()
        found.faults.clear()  # the cuts and the 422, which Chromium logs
        assert look(found, "") == []
        page.click("a.td-button[href$='/check/']")
        found.context.close()
    kept = Document.objects.filter(subject_id=case.pk).values_list("requirement", flat=True)
    assert sorted(kept) == ["identity", "property"]
