"""Advice before application (前期审核和协调): asked about a draft line, answered once, outside any
clock; it binds nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.advice import actions as advice
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.line_works import newest_round
from applications.models import Application
from applications.packages import actions as packages
from applications.states import State
from approvals.advice.actions import ADVICE
from approvals.advice.models import Advice
from approvals.models import Permit
from approvals.serializers import LineWorks
from core.bodies import read
from core.problems import Problem
from deadlines.models import Clock
from documents.models import Document
from ledger.actions import move_clock
from ledger.queries import timeline
from notifications.models import Outbox
from portal.committed.entries import said
from portal.invariants import broken
from rules.names import Kind
from tests.builders import Ready, again, packed, perform, post_works
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let
from tools.scenarios import LONG_LINE, PACKAGE

pytestmark = pytest.mark.django_db
People = dict[str, User]
QUESTION = "绕行东侧是否可行？"
CHANGES = {"verdict": "with_changes", "words": "请避开规划绿地"}
FINE = {"verdict": "no_objection"}


@pytest.fixture
def factory(ready: Ready, people: People) -> Application:
    """Of high voltage, its package prepared and its line to be entered."""
    case = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    packed(people, case)
    return case


def program(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def asked(people: People, case: Application) -> Advice:
    return advice.ask(application=case, body={"question": QUESTION}, by=people["project"])


def tried(people: People, one: Advice, who: str, action: str, body: Any = None) -> str:
    try:
        with transaction.atomic():
            ADVICE.perform(one, action, by=people[who], body=body)
    except Problem as refused:
        return f"{type(refused).__name__}: {refused.detail}"
    return "done"


def told(kind: str) -> set[int]:
    return set(Outbox.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def parties(people: People, *names: str) -> set[int]:
    return {people[name].party_id for name in names}


def test_a_program_asks_and_another_one_answers_outside_any_clock(
    people: People, factory: Application
) -> None:
    clocks = list(Clock.objects.order_by("id").values())
    project, planning = program(people["project"]), program(people["planning"])
    url = f"/api/v1/applications/{factory.number}/package/advice/"
    stale = project.post(url, {"question": QUESTION}, format="json", HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412
    made = project.post(url, {"question": QUESTION}, format="json", HTTP_IF_MATCH='"3"')
    assert (made.status_code, made["ETag"], made.json()["state"]) == (201, '"1"', "asked")
    assert told("advice.asked") == parties(people, "planning", "planning-lead")
    [row] = planning.get("/api/v1/advice/?state=asked").json()["results"]
    one = f"/api/v1/advice/{row['id']}/"
    seen = planning.get(one).json()
    assert (seen["question"], seen["changed"], seen["line"]["route"]) == (
        QUESTION, False, PACKAGE["route"],
    )  # fmt: skip
    assert [file["requirement"] for file in seen["line"]["attachments"]] == ["cross_sections"]
    assert PACKAGE["contact"] not in str(seen)
    assert {
        who: program(people[who]).get(one).status_code for who in ("housing", "hall", "manager")
    } == {"housing": 404, "hall": 404, "manager": 200}
    assert tried(people, Advice.objects.get(), "manager", "answer", FINE).startswith("Forbidden")
    silent = planning.post(f"{one}actions/answer/", {"verdict": "other_route"}, format="json")
    assert [error["pointer"] for error in silent.json()["errors"]] == ["/words"]
    answer = planning.post(f"{one}actions/answer/", CHANGES, format="json")
    assert (answer.status_code, answer.json()["verdict"]) == (200, "with_changes")
    assert told("advice.answered") == parties(people, "manager", "project")
    assert project.get(one).json()["words"] == CHANGES["words"]
    assert list(Clock.objects.order_by("id").values()) == clocks
    steps = [event for event in timeline(factory.ref) if event.type.startswith("advice.")]
    assert [(event.type, event.holder, event.clock) for event in steps] == [
        ("advice.asked", "supplier", ""), ("advice.answered", "supplier", ""),
    ]  # fmt: skip
    [entry] = [entry for entry in said("advice.asked") if entry.ref == factory.ref]
    assert entry.data
    assert (entry.data["line"], [each["requirement"] for each in entry.data["documents"]]) == (
        row["sha256"], ["cross_sections"],
    )  # fmt: skip
    assert {name: rows for name, rows in broken() if rows} == {}


def test_a_company_asks_and_a_bureau_answers_on_pages(people: People, factory: Application) -> None:
    company, bureau = browser(people["project"]), browser(people["planning"])
    package = f"/work/cases/{factory.number}/package/"
    form = Page(company.get(f"{package}advice/"))
    assert ("断面图" in form.main, "不约束任何一方" in form.main) == (True, True)
    body = form.carried() | {"question": QUESTION}
    for _ in range(2):
        assert company.post(f"{package}advice/", body)["Location"] == package
    one = Advice.objects.get()
    assert QUESTION in Page(company.get(package)).main
    assert "1 件待答复" in Page(bureau.get("/bureau/")).main
    assert factory.number in Page(bureau.get("/bureau/advice/")).main
    assert f"/bureau/advice/{one.pk}/" in bureau.get("/desk/").content.decode()
    page = Page(bureau.get(f"/bureau/advice/{one.pk}/"))
    assert ("断面图" in page.main, "身份证" in page.main) == (True, False)
    assert bureau.post(f"/bureau/advice/{one.pk}/", page.carried()).status_code == 422
    done = bureau.post(f"/bureau/advice/{one.pk}/", page.carried() | CHANGES)
    assert done["Location"] == f"/bureau/advice/{one.pk}/"
    assert not Page(bureau.get(f"/bureau/advice/{one.pk}/")).tree.xpath("//main//form")
    assert factory.number in Page(bureau.get("/bureau/advice/?show=answered")).main
    assert CHANGES["words"] in Page(company.get(package)).main
    assert browser(people["housing"]).get(f"/bureau/advice/{one.pk}/").status_code == 404


def test_what_was_asked_about_stays_while_the_draft_goes_on(
    people: People, factory: Application
) -> None:
    one, project = asked(people, factory), people["project"]
    [drawing] = one.files
    sections = packages.shown(factory).files[0]
    packages.detach(application=factory, ref=sections.ref, by=project)
    packages.save(application=factory, body=PACKAGE | {"contractor": "另一家公司"}, by=project)
    assert not Document.objects.filter(pk=sections.pk).exists()
    bureau, page = browser(people["planning"]), f"/bureau/advice/{one.pk}/"
    shown = Page(bureau.get(page)).main
    assert ("线路在征求意见后已改动" in shown, PACKAGE["contractor"] in shown) == (True, True)
    assert bureau.get(f"/documents/{drawing.ref}/").status_code == 200
    assert browser(people["housing"]).get(f"/documents/{drawing.ref}/").status_code == 404
    assert tried(people, one, "project", "withdraw") == "done"
    ended = Page(bureau.get(page)).main
    assert ("断面图" in ended, QUESTION in ended) == (False, True)
    assert bureau.get(f"/documents/{drawing.ref}/").status_code == 404
    asked(people, factory)


def test_the_permits_show_what_was_advised_and_an_open_request_stops_nothing(
    people: People, factory: Application
) -> None:
    works = read(LineWorks, LONG_LINE, thing=factory)["works"]
    packages.save_works(application=factory, works=works, by=people["project"])
    first = asked(people, factory)
    assert tried(people, first, "planning", "answer", CHANGES) == "done"
    second, owner = asked(people, factory), factory.filed_by.user
    sha256 = packages.shown(again(factory)).package.digest()
    case = post_works(people, factory, LONG_LINE | {"package": sha256})
    assert Advice.objects.get(pk=second.pk).state == "lapsed"
    late = tried(people, second, "planning", "answer", FINE)
    assert late == "WrongState: 现在不能这样办理：状态是“已失效：线路已进入下一步”。"
    for permit in Permit.objects.filter(round=newest_round(case)):
        [given] = program(people[permit.bureau]).get(f"/api/v1/permits/{permit.pk}/advice/").json()
        assert (given["verdict"], given["words"], given["changed"]) == (
            "with_changes", CHANGES["words"], False,
        )  # fmt: skip
        page = browser(people[permit.bureau]).get(f"/bureau/permits/{permit.pk}/")
        assert CHANGES["words"] in Page(page).main
    case_page = Page(browser(owner).get(f"/account/cases/{case.number}/")).main
    assert ("已征求申请前意见" in case_page, "已给出申请前意见" in case_page) == (True, True)
    url = f"/api/v1/applications/{case.number}/package/advice/"
    after = program(people["project"]).post(url, {"question": QUESTION}, format="json")
    assert after.status_code == 409
    assert {name: rows for name, rows in broken() if rows} == {}


def test_who_may_not_ask_or_answer_or_comes_second_reads_why(
    people: People, factory: Application, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/api/v1/applications/{factory.number}/package/advice/"
    body = {"question": QUESTION}
    assert {
        who: program(people[who]).post(url, body, format="json").status_code
        for who in ("planning", "factory", "clerk", "manager")
    } == {"planning": 404, "factory": 403, "clerk": 403, "manager": 403}
    other = program(people["project"]).post(url, body | {"permit": "greening"}, format="json")
    assert [error["pointer"] for error in other.json()["errors"]] == ["/permit"]
    one = asked(people, factory)
    assert (
        program(people["project"])
        .post(url, body, format="json")
        .json()["type"]
        .endswith("wrong-state")
    )
    monkeypatch.setattr(Advice, "concerns", lambda _one, user: user == people["planning-lead"])
    own = "Forbidden: 这是您本人的办件：须由他人办理。"
    assert tried(people, one, "planning-lead", "answer", FINE) == own
    monkeypatch.undo()
    assert tried(people, one, "housing", "answer", FINE).startswith("Forbidden")
    page = browser(people["planning"])
    form = Page(page.get(f"/bureau/advice/{one.pk}/")).carried()
    assert tried(people, one, "planning-lead", "answer", FINE) == "done"
    late = page.post(f"/bureau/advice/{one.pk}/", form | CHANGES)
    text = Page(late).main
    assert (late.status_code, "已有人先于您" in text, CHANGES["words"] in text) == (409, True, True)
    empty = ready(Kind.HV_DUAL, State.DESIGN_PASSED)
    nothing = program(people["project"]).post(
        f"/api/v1/applications/{empty.number}/package/advice/", body, format="json"
    )
    assert (nothing.status_code, "路径" in nothing.json()["detail"]) == (409, True)


def test_an_answer_is_given_once_and_nothing_asked_changes(
    people: People, factory: Application
) -> None:
    one = asked(people, factory)
    assert tried(people, one, "planning", "answer", CHANGES) == "done"
    for statement in (
        "UPDATE approvals_advice SET verdict = 'no_objection'",
        "UPDATE approvals_advice SET route = '[]'",
        "DELETE FROM approvals_advice",
        "DELETE FROM documents_document WHERE subject_kind = 'advice'",
    ):
        with (
            pytest.raises(DatabaseError, match=r"never|denied|of a draft"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_what_was_said_goes_with_the_person_of_an_ended_case(
    people: People, factory: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = asked(people, factory)
    tried(people, one, "planning", "answer", CHANGES)
    body = {"reason": "不办了"}
    perform(application=factory, action="withdraw", by=factory.filed_by.user, body=body)
    let(monkeypatch, "case.retention.days", 1)
    move_clock(offset=timedelta(days=400))
    count_facts()
    assert erase_ended() > 0
    gone = Advice.objects.get()
    assert (gone.question, gone.words, gone.route, gone.contractor) == ("", "", [], "")
    assert all(each.erased_at for each in gone.files)
    assert {name: rows for name, rows in broken() if rows} == {}


def test_lists_cost_the_same_for_one_and_for_three(
    people: People, factory: Application, ready: Ready
) -> None:
    desk, api = browser(people["planning"]), program(people["planning"])
    others = [ready(Kind.HV_DUAL, State.DESIGN_PASSED), ready(Kind.LV_OTHER, State.CONTRACTED)]

    def statements(url: str, client: Any) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    urls = (("/bureau/advice/", desk), ("/api/v1/advice/", api), ("/desk/?module=advice", desk))
    asked(people, factory)
    one = [statements(*url) for url in urls]
    for case in others:
        packed(people, case)
        advice.ask(application=case, body={"question": QUESTION}, by=people["project"])
    assert [statements(*url) for url in urls] == one
    numbers = [row["application"] for row in api.get("/api/v1/advice/").json()["results"]]
    assert numbers == [case.number for case in (*reversed(others), factory)]
