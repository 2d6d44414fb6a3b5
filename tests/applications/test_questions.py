"""Questions without a case: asked with a phone, an account or at a counter, answered by their day,
followed by number and phone, and erased."""

from typing import Any

import pytest

from accounts.models import User
from applications.closing import close
from applications.enquiries.actions import ENQUIRIES, ask_at_counter, ask_generally
from applications.enquiries.erasure import erase_answered
from applications.enquiries.models import Enquiry
from core.problems import Forbidden, QuotaReached, TooMany, WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from ledger.queries import timeline
from notifications.outbox import deliver_all
from portal.invariants import broken
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import CODE, PHONE, code_in, enter, later, told
from tests.deadlines.clocks import set_clock
from tests.notifications.counterpart import At
from tests.page import Page
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
ASK = "/enquiries/"
BODY = {"topic": "cost", "district": "510302", "text": "一户一表要交钱吗？"}
ANSWER = "电表及以上由供电公司投资，居民不交费。"


def asked(by: User, **changes: Any) -> Enquiry:
    """A question asked on Friday 6 March 2026, 10:00, to be answered by Friday the 13th."""
    set_clock("2026-03-06 10:00")
    return ask_generally(body=BODY | changes, by=by, client="there")


def answer(one: Enquiry, by: User) -> Enquiry:
    return ENQUIRIES.perform(one, "answer", by=by, body={"answer": ANSWER})


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


def test_anybody_with_a_phone_asks_and_reads_the_answer_by_number_and_code(
    people: dict[str, User], sms: At
) -> None:
    set_clock("2026-03-06 10:00")
    client = nobody()
    door = Page(client.get(ASK))
    assert "5 个工作日内" in door.text
    later()
    assert door.submit(client, "发送验证码", phone=PHONE)["Location"] == CODE
    assert enter(client, sms)["Location"] == ASK
    form = Page(client.get(ASK)).carried() | BODY
    sent = [client.post(ASK, form) for _ in range(2)]
    one = Enquiry.objects.get()
    assert {each["Location"] for each in sent} == {f"{ASK}{one.number}/"}
    assert BODY["text"] in Page(client.get(f"{ASK}{one.number}/")).text
    assert [one.number in text for text in told(sms)[-1:]] == [True]
    desk = of(people, "manager")
    assert one.number in Page(desk.get("/work/enquiries/")).rows()[0]
    assert press(desk, f"/work/enquiries/{one.pk}/answer/", answer=ANSWER).status_code == 302
    assert (one.number in told(sms)[-1], ANSWER in told(sms)[-1]) == (True, False)
    # Later, on another device: how it stands by the two numbers, the words by a code.
    later()
    elsewhere = nobody()
    wrong = elsewhere.post("/progress/", {"number": one.number, "phone": "13900000000"})
    assert wrong.status_code == 422
    passing = Page(elsewhere.post("/progress/", {"number": one.number, "phone": PHONE}))
    assert ("已答复" in passing.text, BODY["text"] in passing.text) == (True, False)
    assert elsewhere.get("/progress/question/")["Location"] == "/progress/"
    passing.submit(elsewhere, "发送验证码")
    opened = press(elsewhere, "/progress/code/", code=code_in(told(sms)[-1]))
    assert opened["Location"] == "/progress/question/"
    text = Page(elsewhere.get("/progress/question/")).text
    assert (BODY["text"] in text, ANSWER in text) == (True, True)
    assert nobody().get(f"{ASK}{one.number}/").status_code == 302
    whole()


def test_programs_ask_read_and_take_in(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    mine, desk, hall = (of(people, name) for name in ("resident", "manager", "clerk"))

    def post(client: Any, path: str, body: Any, key: str = "k") -> Any:
        return client.post(
            f"/api/v1/enquiries/{path}",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    first, second = (post(mine, "", BODY) for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    one = Enquiry.objects.get()
    named = {"id": one.pk, "number": one.number, "application": None, "topic": "cost"}
    assert first.json().items() >= named.items()
    assert (first.json()["due_on"], one.phone) == ("2026-03-13", "")
    assert post(mine, "", BODY | {"district": "1"}, "x").status_code == 422
    assert post(mine, "counter/", BODY | {"phone": PHONE}).status_code == 403
    taken = post(hall, "counter/", BODY | {"phone": PHONE})
    other = Enquiry.objects.get(pk=taken.json()["id"])
    assert (other.phone, other.party, other.office_id is not None) == (PHONE, None, True)
    assert post(desk, f"{one.pk}/actions/answer/", {"answer": ANSWER}).status_code == 200
    read = mine.get(f"/api/v1/enquiries/{one.pk}/").json()
    assert (read["text"], read["answer"]) == (BODY["text"], ANSWER)
    assert of(people, "shop").get(f"/api/v1/enquiries/{one.pk}/").status_code == 404
    listed = [
        [each["id"] for each in client.get("/api/v1/enquiries/").json()["results"]]
        for client in (mine, desk, of(people, "shop"))
    ]
    assert listed == [[one.pk], [other.pk, one.pk], []]
    [own] = mine.get("/api/v1/account/data/").json()["enquiries"]
    assert (own["number"], own["text"], own["answer"]) == (one.number, BODY["text"], ANSWER)
    assert one.number in Page(mine.get("/account/data/")).text


def test_a_clerk_takes_one_in_at_a_counter(people: dict[str, User], sms: At) -> None:
    clerk = of(people, "clerk")
    assert press(clerk, "/work/enquiries/new/", **BODY).status_code == 422
    done = press(clerk, "/work/enquiries/new/", **BODY, phone=PHONE)
    one = Enquiry.objects.get()
    assert (done["Location"], one.phone) == ("/work/enquiries/", PHONE)
    assert one.number in told(sms)[-1]
    assert [(step.type, step.role) for step in timeline(one.ref)] == [("enquiry.asked", "clerk")]
    assert of(people, "resident").get("/work/enquiries/new/").status_code == 403


def test_who_reads_it_and_who_answers(people: dict[str, User]) -> None:
    one = asked(people["manager"])  # anybody asks, for themselves
    with pytest.raises(Forbidden):
        answer(one, people["manager"])
    for name, status in (("planning", 404), ("clerk", 200), ("regulator", 200), ("shop", 404)):
        got = of(people, name).get(f"/api/v1/enquiries/{one.pk}/")
        assert (name, got.status_code) == (name, status)
    done = answer(one, people["supply-lead"])
    assert (done.state, Clock.objects.get(case_ref=one.ref).state) == ("answered", "stopped")
    with pytest.raises(WrongState):
        answer(one, people["clerk"])
    whole()


def test_an_unanswered_one_is_late_and_stands_with_the_regulator(people: dict[str, User]) -> None:
    one = asked(people["resident"])
    set_clock("2026-03-14 00:01")
    sweep()
    watching = of(people, "regulator")
    page = Page(watching.get("/oversight/"))
    [row] = [row for row in page.rows() if one.number in row]
    assert ("咨询答复" in row, page.links(f".*{one.number}.*")) == (True, [])
    [late] = watching.get("/api/v1/oversight/late/").json()["results"]
    assert (late["application"], late["enquiry_id"], late["party"]) == (
        one.number, one.pk, "supplier",
    )  # fmt: skip
    assert BODY["text"] in Page(watching.get(f"/oversight/enquiries/{one.pk}/")).text
    deliver_all()
    assert one.number in Page(of(people, "resident").get("/account/messages/")).text
    whole()


def test_nobody_floods_the_desk(people: dict[str, User]) -> None:
    resident, manager = people["resident"], people["manager"]

    def online() -> Enquiry:
        return ask_generally(body=BODY, by=resident, client="home")

    def at_counter() -> Enquiry:
        return ask_at_counter(body=BODY | {"phone": PHONE}, by=people["clerk"], client="hall")

    for ask in (online, at_counter):
        waiting = [ask() for _ in range(5)]  # of one account, then of one phone
        with pytest.raises(QuotaReached):
            ask()
        for one in waiting:
            answer(one, manager)
        for _ in range(5):
            answer(ask(), manager)
        with pytest.raises(TooMany):
            ask()
    assert press(of(people, "resident"), ASK, **BODY).status_code == 429


def test_it_is_erased_with_the_account_or_by_the_rules(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    resident, manager = people["resident"], people["manager"]
    one = asked(resident)
    body = BODY | {"phone": PHONE}
    other = ask_at_counter(body=body, by=people["clerk"], client="hall")
    with pytest.raises(WrongState):
        close(resident)
    for each in (one, other):
        answer(each, manager)
    close(resident)
    set_clock("2026-06-06 10:00")
    assert erase_answered() == 0
    let(monkeypatch, "enquiry.retention.days", 30)
    assert (erase_answered(), erase_answered()) == (1, 0)
    for each in (one, other):
        each.refresh_from_db()
        assert (each.text, each.answer_text, each.phone, each.phone_digest) == ("", "", "", None)
        [erased] = [step for step in timeline(each.ref) if step.type == "enquiry.erased"]
        assert erased.role == "system"
    assert "已删除" in Page(of(people, "manager").get(f"/work/enquiries/{one.pk}/")).text
    whole()
