"""Opinions that bind nobody (征求意见): asked by a bureau of somebody outside, by link and code."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actor import SYSTEM
from accounts.codes import make
from accounts.models import User
from accounts.parties import PhoneCode
from applications.erasure import ERASED
from applications.models import Application
from applications.opinions.views import signed_for
from applications.states import State
from approvals.answers import permits_json
from approvals.models import Permit
from approvals.opinions.actions import OPINIONS, forget_phones, token_of
from approvals.opinions.models import Opinion
from approvals.pages import rows_of
from approvals.queries import permits
from core.clock import city_now, local_date
from core.problems import Problem
from deadlines.models import Clock
from documents.models import Document
from ledger.queries import timeline
from ledger.record import NewEntry, append
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import code_in, later, link_in, told
from tests.builders import Ready, again, packed, perform, permit_step, post_works
from tests.deadlines.clocks import set_clock
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import FOUR_REVIEWS, PHONE

pytestmark = pytest.mark.django_db
WATER, ROADS = "13912340011", "13912340012"
ASKED: dict[str, Any] = {
    "name": "自贡水务集团 陈工", "phone": WATER, "question": "该段有无供水主管？", "days": 3,
}  # fmt: skip
ANSWER = {"position": "unfavourable", "words": "距主管不足一米"}
QUESTION = "/opinions/question/"


def permit_of(case: Application, code: str = "planning") -> Permit:
    return permits().get(case_ref=case.ref, permit=code)


@pytest.fixture
def case(ready: Ready, people: dict[str, User], sms: At) -> Application:
    """A line with its package, before the bureaus."""
    found = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    return post_works(people, found, FOUR_REVIEWS | {"package": packed(people, found)})


def asked(people: dict[str, User], permit: Permit, **changes: Any) -> Opinion:
    later()
    new = Opinion(permit=permit)
    return OPINIONS.perform(new, "ask", by=people[permit.bureau], body=ASKED | changes)


def entered(sms: At, opinion: Opinion) -> Any:
    """The browser of whoever was asked, which has followed the link and typed the code."""
    client = nobody()
    assert client.get(link_of(opinion))["Location"] == "/opinions/open/"
    later()
    assert press(client, "/opinions/open/")["Location"] == "/opinions/code/"
    code = code_in(told(sms, opinion.phone)[-1])
    assert press(client, "/opinions/code/", code=code)["Location"] == QUESTION
    return client


def known(opinion: Opinion) -> Any:
    """The same browser, where the way there is not what is looked at."""
    client = nobody()
    client.get(link_of(opinion))
    code, _text = make(PhoneCode.Purpose.OPINION, opinion.phone, signs=signed_for(opinion))
    session = client.session
    session["opinion.shown"] = {"code": code.pk, "at": timezone.now().timestamp()}
    session.save()
    return client


def link_of(opinion: Opinion) -> str:
    return f"/opinions/link/{token_of(opinion.ref)}/"


def whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}


def text(client: Any, path: str) -> str:
    return Page(client.get(path)).main


def test_an_officer_asks_somebody_outside_who_answers_by_link_and_code(
    people: dict[str, User], sms: At, case: Application
) -> None:
    permit, clocks = permit_of(case), list(Clock.objects.order_by("id").values())
    officer, address = of(people, "planning"), f"/bureau/permits/{permit.pk}/"
    asking = Page(officer.get(address)).link("征求意见")
    later()
    sent_off = press(officer, asking, **ASKED, parts=["route", "area"])
    assert sent_off["Location"] == address
    opinion = Opinion.objects.get()
    sent = told(sms, WATER)[-1]
    assert (link_in(sent), ASKED["question"] in sent) == (link_of(opinion), False)
    client = entered(sms, opinion)
    page = client.get(QUESTION)
    shown = Page(page).main
    assert ("<polyline" in page.content.decode(), ASKED["question"] in shown) == (True, True)
    known = (case.applicant_name, case.address_line, case.number, case.phone, "施工单位")
    assert [word for word in known if word in shown] == []
    assert press(client, QUESTION, position="unfavourable").status_code == 422
    assert press(client, QUESTION, **ANSWER)["Location"] == "/opinions/open/"
    # Once, and what was said is not shown by the link.
    door = text(client, "/opinions/open/")
    assert ("已于" in door, ANSWER["words"] in door) == (True, False)
    assert client.get(QUESTION)["Location"] == "/opinions/open/"
    # The bureau, the others of the set and who coordinates them read it whole.
    other = permit_of(case, "construction")
    for who, path in (
        ("planning", address), (other.bureau, f"/bureau/permits/{other.pk}/"), ("digital", address),
        ("regulator", address),
    ):  # fmt: skip
        read = text(of(people, who), path)
        assert [word in read for word in (ASKED["name"], ANSWER["words"], "不同意")] == [True] * 3
    # The company and the applicant read that it was given.
    for client, path in (
        (of(people, "project"), f"/work/permits/{permit.pk}/"),
        (of(people, case.filed_by.user.username), f"/account/cases/{case.number}/"),
    ):
        read = text(client, path)
        assert ("已反馈" in read, ASKED["name"] in read, ANSWER["words"] in read) == (
            True, False, False,
        )  # fmt: skip
    # Nothing waits for it, nothing is decided by it; the phone is forgotten, the record has it.
    assert list(Clock.objects.order_by("id").values()) == clocks
    assert (permit_of(case).state, Opinion.objects.get().phone) == (permit.state, "")
    assert [(entry.type, entry.role) for entry in timeline(case.ref) if entry.part == opinion.ref
    ] == [
        ("opinion.asked", "officer"), ("opinion.opened", "consulted"),
        ("opinion.given", "consulted"),
    ]  # fmt: skip
    assert set(
        Outbox.objects.filter(kind="opinion.given").values_list("recipient_id", flat=True)
    ) == {people["planning"].party_id, people["planning-lead"].party_id}
    whole()


def test_neither_the_link_alone_nor_a_code_for_something_else_opens_it(
    people: dict[str, User], sms: At, case: Application
) -> None:
    permit = permit_of(case)
    first, second = asked(people, permit), asked(people, permit, question="另一段呢？")
    client = nobody()
    assert [client.get(path).status_code for path in (QUESTION, "/opinions/link/none/")] == [
        404
    ] * 2
    assert client.get(link_of(first))["Location"] == "/opinions/open/"
    assert client.get(QUESTION)["Location"] == "/opinions/open/"
    door = client.get("/opinions/open/")
    assert (ASKED["question"] in door.content.decode(), WATER in door.content.decode()) == (
        False, False,
    )  # fmt: skip
    # The same phone, another question: the code was for that one.
    client = known(second)
    assert client.get(QUESTION).status_code == 200
    client.get(link_of(first))
    assert client.get(QUESTION)["Location"] == "/opinions/open/"
    later()
    press(client, "/opinions/open/")
    code_page = client.get("/opinions/code/").content.decode()
    assert (WATER in code_page, "139****0011" in code_page) == (False, True)
    later()
    Page(client.get("/opinions/code/")).submit(client, "重新发送验证码")
    codes = PhoneCode.objects.filter(purpose="opinion").values_list("signs", flat=True)
    assert len(set(codes)) == 2


@pytest.mark.parametrize("ending", ["withdrawn", "decided", "expired"])
def test_it_ends_with_the_request_the_decision_or_its_day_and_words_typed_stay(
    people: dict[str, User], sms: At, case: Application, ending: str
) -> None:
    permit = permit_of(case)
    opinion = asked(people, permit)
    client = known(opinion)
    typed = Page(client.get(QUESTION)).carried() | ANSWER
    if ending == "withdrawn":
        Page(of(people, "planning").get(f"/bureau/permits/{permit.pk}/")).submit(
            of(people, "planning"), "撤回征询"
        )
    elif ending == "decided":
        for action in ("accept", "grant"):
            permit = permit_step(permit=permit, action=action, by=people["planning"], body={})
    else:
        set_clock(f"{local_date(city_now()) + timedelta(days=5)} 09:00")
    said = {"withdrawn": "撤回此次征询", "decided": "已作出决定", "expired": "截止"}[ending]
    late = client.post(QUESTION, typed)
    assert (late.status_code, said in text(client, "/opinions/open/")) == (409, True)
    assert ANSWER["words"] in Page(late).main
    assert Opinion.objects.get().answered_at is None
    if ending == "expired":
        assert forget_phones() == 1
        assert "未答复" in text(of(people, "planning"), f"/bureau/permits/{permit.pk}/")
    whole()


def tried(people: dict[str, User], permit: Permit, who: str, **changes: Any) -> Any:
    """What somebody is told who asks for an opinion: refused fields, or the kind of refusal."""
    try:
        with transaction.atomic():
            by = User.objects.get(pk=people[who].pk)
            OPINIONS.perform(Opinion(permit=permit), "ask", by=by, body=ASKED | changes)
    except Problem as refused:
        return [error.pointer for error in refused.errors] or refused.type
    return "done"


def test_who_asks_what_and_how_often(people: dict[str, User], sms: At, case: Application) -> None:
    permit = permit_of(case)
    others = ("project", "housing", "digital", "regulator", case.filed_by.user.username)
    assert {tried(people, permit, who) for who in others} == {"forbidden"}
    given = Document.objects.filter(case_ref=case.ref, subject_kind="application")[0].ref
    for change, field in (
        ({"name": " "}, "/name"), ({"phone": "0813-1234567"}, "/phone"),
        ({"question": ""}, "/question"), ({"days": 0}, "/days"), ({"days": 11}, "/days"),
        ({"parts": ["identity"]}, "/parts/0"), ({"files": [str(given)]}, "/files"),
    ):  # fmt: skip
        assert tried(people, permit, "planning", **change) == [field]
    assert Opinion.objects.count() == 0
    for number in range(5):
        later()
        assert tried(people, permit, "planning", phone=f"1391234010{number}") == "done"
    assert tried(people, permit, "planning") == "quota-reached"
    assert tried(people, permit_of(case, "construction"), "housing") == "done"
    granted = permit_step(permit=permit, action="accept", by=people["planning"], body={})
    granted = permit_step(permit=granted, action="grant", by=people["planning"], body={})
    assert tried(people, permits().get(pk=granted.pk), "planning-lead") == "wrong-state"


def test_one_reminder_sends_the_same_link_and_its_date_is_seen(
    people: dict[str, User], sms: At, case: Application
) -> None:
    permit = permit_of(case)
    opinion = asked(people, permit)
    client = APIClient()
    client.force_authenticate(User.objects.get(pk=people["planning"].pk))
    path = f"/api/v1/permits/{permit.pk}/opinions/"
    first = client.post(f"{path}{opinion.pk}/actions/remind/", {}, format="json")
    assert (first.status_code, first.data["reminded_at"] is None) == (200, False)
    again = client.post(f"{path}{opinion.pk}/actions/remind/", {}, format="json")
    assert (again.status_code, again.data["detail"]) == (409, "已提醒过：只提醒一次。")
    sent = Outbox.objects.filter(kind__startswith="opinion.link_sent").order_by("id")
    links = [json.loads(message.secret)["link"] for message in sent]
    assert [link.endswith(link_of(opinion)) for link in links] == [True] * 2
    later()
    new = client.post(path, ASKED | {"phone": ROADS}, format="json")
    assert (new.status_code, new.data["standing"], new.data["parts"]) == (
        201, "waiting", ["route", "area"],
    )  # fmt: skip
    # Of the whole set to its bureaus; that it was asked, to the company.
    seen = {}
    for who, of_permit in (("housing", permit_of(case, "construction")), ("project", permit)):
        client.force_authenticate(User.objects.get(pk=people[who].pk))
        rows = client.get(f"/api/v1/permits/{of_permit.pk}/opinions/").data
        seen[who] = [(row["permit"], row["name"], row["reminded_at"] is None) for row in rows]
    assert seen == {
        "housing": [("planning", ASKED["name"], False), ("planning", ASKED["name"], True)],
        "project": [("planning", None, False), ("planning", None, True)],
    }
    assert "提醒日期" in text(of(people, "project"), f"/work/permits/{permit.pk}/")


def test_what_is_chosen_is_shown_and_no_other_file_opens(
    people: dict[str, User], sms: At, case: Application
) -> None:
    permit = permit_of(case)
    offered = Opinion(permit=permit).offered()
    form = of(people, "planning").get(f"/bureau/permits/{permit.pk}/opinions/new/")
    assert all(str(file.ref) in form.content.decode() for file in offered)
    opinion = asked(people, permit, parts=["works"], files=[str(offered[0].ref)])
    client = known(opinion)
    page = client.get(QUESTION)
    assert ("<polyline" in page.content.decode(), "线路长度" in Page(page).main) == (False, True)
    own = Document.objects.filter(case_ref=case.ref, subject_kind="application")[0]
    answers = [client.get(f"/opinions/files/{file.ref}/").status_code for file in (offered[0], own)]
    assert answers == [200, 404]
    assert nobody().get(f"/opinions/files/{offered[0].ref}/").status_code == 404


def test_lists_count_what_was_asked_and_given_at_the_same_cost(
    people: dict[str, User], sms: At, case: Application
) -> None:
    permit = permit_of(case)
    asked(people, permit)
    officer = User.objects.get(pk=people["planning"].pk)

    def statements() -> int:
        found = [permit_of(case)]
        with CaptureQueriesContext(connection) as used:
            assert permits_json(found, officer)[0]["opinions"] == {
                "asked": Opinion.objects.count(), "answered": 0,
            }  # fmt: skip
            rows_of(found, city_now())
        return len(used)

    statements()
    first = statements()
    for phone in (ROADS, PHONE):
        asked(people, permit, phone=phone)
    assert statements() == first
    assert "3 份中已反馈 0 份" in text(of(people, "planning"), "/bureau/")


def test_what_was_answered_stays_and_goes_with_the_person_of_the_case(
    people: dict[str, User], sms: At, case: Application
) -> None:
    opinion = asked(people, permit_of(case))
    press(known(opinion), QUESTION, **ANSWER)
    for change in ({"words": "别的"}, {"position": "favourable"}, {"state": "asked"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Opinion.objects.filter(pk=opinion.pk).update(**change)
    perform(application=again(case), action="withdraw", by=case.filed_by.user, body={})
    append(NewEntry(case.ref, ERASED, SYSTEM, data={"number": case.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_case(%s)", [case.ref])
    kept = Opinion.objects.get()
    assert (kept.name, kept.question, kept.words, kept.position) == ("", "", "", "unfavourable")
