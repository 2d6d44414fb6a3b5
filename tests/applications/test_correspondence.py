"""Calls to the applicant of a case, and messages between the applicant and the supply company."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from applications.correspondence.actions import enter_attempt, settle_messages, write
from applications.correspondence.models import Attempt, CaseMessage
from applications.correspondence.queries import waiting_for_answer
from applications.models import Application
from applications.owncase import own_case_json
from applications.states import State
from core.problems import Forbidden, Missing, Problem, WrongState
from ledger.models import Entry, Salt
from notifications import outbox
from notifications.models import Message, Outbox
from notifications.texts import shown
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import nobody, press
from tests.applications.test_progress_code import opened as followed
from tests.applications.visiting import PHONE as MOBILE
from tests.applications.visiting import begun, entered, told, upload
from tests.builders import Ready, again, filed, taken_in
from tests.notifications.counterpart import At
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import PAPERS, PHONE

People = dict[str, User]
ASKED, ANSWERED = "什么时候来现场？", "明天上午九点到现场。"
CALLED = {"outcome": "reached", "text": "约好周三上午"}


@pytest.fixture
def case(people: People) -> Application:
    """A home whose applicant has an account."""
    return filed(people, Kind.RESIDENTIAL)


def say(case: Application, by: User, text: str = ASKED) -> CaseMessage:
    return write(application=case, body={"text": text}, by=by)


def desk(case: Application, part: str = "") -> str:
    return f"/work/cases/{case.number}/{part}"


def found() -> list[str]:
    return [name for name, rows in broken() if rows]


# Calling


def test_the_number_is_shown_once_for_a_reason_and_the_call_is_entered(
    people: People, case: Application
) -> None:
    manager = browser(people["manager"])
    url = desk(case, "phone/")
    assert PHONE not in Page(manager.get(url)).text
    for nothing in ({"reason": " "}, {"reason": "other"}, {"reason": "gossip"}):
        unsaid = press(manager, url, **nothing)
        assert (unsaid.status_code, PHONE in unsaid.content.decode()) == (422, False)
    ring = press(manager, url, reason="appointment", text="周三前")
    assert Page(ring).link(PHONE) == f"tel:{PHONE}"
    assert case.id_number not in ring.content.decode()
    assert "no-store" in ring["Cache-Control"]
    for _click in range(2):
        done = Page(ring).submit(manager, "登记通话", **CALLED)
        assert (done.status_code, done["Location"]) == (302, desk(case))
    [attempt] = Attempt.objects.of_case(case)
    assert (attempt.outcome, attempt.text, attempt.role) == ("reached", "约好周三上午", "manager")
    assert "约好周三上午" in Page(manager.get(desk(case))).text
    # The applicant reads that there was a call, when, by which role; and why the number was seen.
    mine = browser(case.filed_by.user)
    own = Page(mine.get(f"/account/cases/{case.number}/")).text
    why = "约定或变更上门时间 · 周三前"
    assert ("已电话联系用电人" in own, why in own, "约好周三上午" in own) == (True, True, False)
    accesses = f"/api/v1/applications/{case.number}/accesses/"
    [told_] = mine.get(accesses, headers={"accept-language": "en"}).json()["accesses"]
    assert told_["reason"] == "To agree when somebody comes, or to change it · 周三前"
    assert (again(case).version, found()) == (case.version, [])


def test_a_call_without_an_outcome_keeps_what_was_typed(people: People, case: Application) -> None:
    manager = browser(people["manager"])
    answer = press(manager, desk(case, "calls/"), outcome="", text="无人接听")
    assert (answer.status_code, "无人接听" in Page(answer).text) == (422, True)
    assert not Attempt.objects.exists()


#: Who may ring and write at the desk, of a case that a hall has taken in in another district.
REFUSED = {
    "regulator": Forbidden, "planning": Missing, "shop": Missing, "supply-lead": None,
    "manager": None, "clerk": None,
}  # fmt: skip


@pytest.mark.parametrize(("who", "refusal"), REFUSED.items())
def test_whoever_works_on_the_case_calls_and_nobody_else(
    people: People, case: Application, who: str, refusal: type[Problem] | None
) -> None:
    def call() -> Attempt:
        return enter_attempt(application=case, body={"outcome": "not_reached"}, by=people[who])

    if refusal is None:
        assert call().outcome == "not_reached"
        return
    with pytest.raises(refusal):
        call()


def test_the_office_of_a_counter_calls_its_customer_in_any_district(people: People) -> None:
    case = taken_in(people, "hall")
    hall = browser(people["hall"])
    assert Page(hall.get(desk(case))).link("致电用电人") == desk(case, "phone/")
    answer = press(hall, desk(case, "messages/"), text=ANSWERED)
    # No SMS goes out here: the page says so, and what was typed stays on it.
    assert (answer.status_code, ANSWERED in Page(answer).text) == (409, True)
    assert "请打电话联系" in Page(answer).text


def test_the_customer_of_a_counter_is_told_by_sms_and_follows_the_case(
    people: People, sms: At
) -> None:
    case = taken_in(people, "hall")
    say(case, people["manager"], ANSWERED)
    [text] = told(sms, PHONE)
    assert (case.number in text, ANSWERED in text) == (True, False)
    client = followed(case, sms)
    page = Page(client.get("/progress/case/"))
    assert ANSWERED in page.text
    assert not Message.objects.exists()
    # And answers there, in the record as the applicant, with the code of this browser alone.
    url = page.link("回复或查看全部留言")
    form = Page(client.get(url)).carried() | {"text": ASKED}
    for _click in range(2):
        assert client.post(url, form)["Location"] == url
    [message] = CaseMessage.objects.filter(side="applicant")
    assert (message.text, message.role, message.waits) == (ASKED, "applicant", True)
    assert ASKED in Page(browser(people["hall"]).get(desk(case))).text
    assert nobody().get(url)["Location"] == "/progress/"
    online = filed(people, Kind.LV_SMALL)
    assert followed(online, sms).get(url)["Location"] == "/progress/"
    assert found() == []


def test_who_has_the_case_is_told_once_until_it_is_answered(
    people: People, case: Application
) -> None:
    """A home is every customer manager's of the district; at high voltage it is one's."""

    def told_of(case: Application) -> list[int]:
        rows = Outbox.objects.filter(kind="case.message_received", case_ref=case.ref)
        return [row.recipient_id or 0 for row in rows.order_by("pk")]

    owner, manager = case.filed_by.user, people["manager"]
    for _twice in range(2):
        say(case, owner)
    assert told_of(case) == [manager.party_id]
    say(case, manager, ANSWERED)
    say(case, owner)
    assert told_of(case) == [manager.party_id] * 2
    high = filed(people, Kind.HV_SINGLE)
    other = staff(Role.MANAGER)
    say(high, high.filed_by.user)
    assert other.party_id not in told_of(high)
    assigned = high.assigned[Role.MANAGER].people
    assert told_of(high) == [each.party_id for each in User.objects.filter(pk__in=assigned)]


def test_nobody_rings_or_writes_about_the_own_case(people: People) -> None:
    manager = people["manager"]
    own = filed({**people, "resident": manager}, Kind.RESIDENTIAL)
    with pytest.raises(Forbidden):
        enter_attempt(application=own, body=CALLED, by=manager)
    assert say(own, manager).side == "applicant"


# Writing


def test_an_applicant_asks_the_desk_answers_and_both_read_it(
    people: People, case: Application
) -> None:
    owner, manager = browser(case.filed_by.user), browser(people["manager"])
    thread = f"/account/cases/{case.number}/messages/"
    form = {**Page(owner.get(thread)).carried(), "text": ASKED}
    for _click in range(2):
        assert owner.post(thread, form)["Location"] == thread
    waiting = waiting_for_answer(Application.objects.all())
    assert list(waiting) == [case]
    seen = manager.get(desk(case))
    assert (ASKED in Page(seen).text, "1 条待回复" in Page(seen).text) == (True, True)
    assert Page(seen).submit(manager, "发送留言", text=ANSWERED).status_code == 302
    assert not waiting.all().exists()
    assert [row.text for row in CaseMessage.objects.order_by("id")] == [ASKED, ANSWERED]
    outbox.deliver_all()
    [notice] = Message.objects.filter(kind="case.message_sent")
    assert (notice.recipient_id, shown(notice).url) == (
        case.filed_by_id, f"/account/cases/{case.number}/",
    )  # fmt: skip
    for path in (thread, f"/account/cases/{case.number}/"):
        assert ANSWERED in Page(owner.get(path)).text
    assert (again(case).version, found()) == (case.version, [])


def test_without_an_account_an_sms_says_that_there_is_a_message_and_never_what(
    people: People, sms: At
) -> None:
    client = entered(sms)
    number = begun(client).number
    for code in PAPERS[Kind.RESIDENTIAL]["submit"]:
        upload(client, number, code)
    press(client, f"/apply/{number}/check/")
    case = Application.objects.get(number=number).workflow()
    before = len(told(sms))
    say(case, people["manager"], ANSWERED)
    [text] = told(sms, MOBILE)[before:]
    assert (number in text, ANSWERED in text) == (True, False)
    thread = f"/account/cases/{number}/messages/"
    assert ANSWERED in Page(client.get(thread)).text
    assert press(client, thread, text="好的").status_code == 302
    assert waiting_for_answer(Application.objects.all()).get() == case


@pytest.mark.parametrize("done", ["message", "call", "settled"])
def test_what_was_asked_is_answered_in_one_of_three_ways(
    people: People, case: Application, done: str
) -> None:
    manager = people["manager"]
    ways: dict[str, Callable[[], Any]] = {
        "message": lambda: say(case, manager),
        "call": lambda: enter_attempt(application=case, body=CALLED, by=manager),
        "settled": lambda: settle_messages(application=case, by=manager),
    }
    asked = say(case, case.filed_by.user)
    enter_attempt(application=case, body={"outcome": "not_reached"}, by=manager)
    assert CaseMessage.objects.get(pk=asked.pk).waits
    ways[done]()
    assert not CaseMessage.objects.get(pk=asked.pk).waits
    with pytest.raises(WrongState):
        settle_messages(application=case, by=manager)


def test_a_program_writes_lists_and_calls(people: People, case: Application) -> None:
    api = f"/api/v1/applications/{case.number}/"
    owner, manager = browser(case.filed_by.user), browser(people["manager"])
    key = {"idempotency-key": "k"}
    for _try in range(2):
        sent = owner.post(f"{api}messages/", {"text": ASKED}, "application/json", headers=key)
        assert (sent.status_code, sent.json()["side"], "text" in sent.json()) == (
            201, "applicant", False,
        )  # fmt: skip
    listed = manager.get(f"{api}messages/").json()
    assert [(row["text"], row["answered_at"]) for row in listed["results"]] == [(ASKED, None)]
    assert manager.post(f"{api}messages/settle/").status_code == 204
    for reason, pointer in ({"reason": "约时间"}, "/reason"), ({"reason": "other"}, "/text"):
        refused = manager.post(f"{api}phone/", reason, "application/json").json()
        assert [each["pointer"] for each in refused["errors"]] == [pointer]
    why = {"reason": "other", "text": "回访"}
    shown_ = manager.post(f"{api}phone/", why, "application/json").json()
    assert shown_ == {"name": case.applicant_name, "phone": PHONE}
    assert manager.post(f"{api}calls/", CALLED, "application/json").json()["outcome"] == "reached"
    assert [row["text"] for row in manager.get(f"{api}calls/").json()["results"]] == [
        CALLED["text"]
    ]
    outcomes = {
        who: browser(people[who]).get(f"{api}messages/").status_code
        for who in ("regulator", "planning", "shop", "clerk")
    }
    assert outcomes == {"regulator": 403, "planning": 404, "shop": 404, "clerk": 200}


def test_only_so_many_messages_a_day(people: People, case: Application) -> None:
    owner = browser(case.filed_by.user)
    page = f"/account/cases/{case.number}/messages/"
    for number in range(30):
        say(case, case.filed_by.user, f"{number}")
    assert press(owner, page, text=ASKED).status_code == 429
    assert CaseMessage.objects.count() == 30


# What is kept


def test_the_record_commits_to_a_digest_and_rows_stay_as_they_were(
    people: People, case: Application
) -> None:
    say(case, case.filed_by.user)
    [entry] = Entry.objects.filter(case_ref=case.ref, type="case.message_received")
    assert ASKED not in str(Salt.objects.get(ref=entry.salt_ref).data)
    for statement in (
        "UPDATE applications_casemessage SET text = 'x'",
        "DELETE FROM applications_casemessage",
        "UPDATE applications_attempt SET outcome = 'reached'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    CaseMessage.objects.create(
        application=case, seq=99, side="supplier", role="manager", text="x", at=entry.at
    )
    assert found() == ["a message about a case is the text that its entry commits to"]


def test_a_copy_of_own_data_has_messages_and_calls(people: People, case: Application) -> None:
    say(case, case.filed_by.user)
    enter_attempt(application=case, body=CALLED, by=people["manager"])
    data = own_case_json(case, case.filed_by.user)
    assert [row["text"] for row in data["messages"]] == [ASKED]
    assert [(row["outcome"], row["text"]) for row in data["calls"]] == [tuple(CALLED.values())]


def test_more_messages_cost_no_more_statements(people: People, case: Application) -> None:
    manager, counts = browser(people["manager"]), []
    manager.get(desk(case))
    for count in (1, 2):
        for _ in range(count):
            say(case, case.filed_by.user)
            enter_attempt(application=case, body={"outcome": "not_reached"}, by=people["manager"])
        with CaptureQueriesContext(connection) as found_:
            manager.get(desk(case, "messages/"))
            manager.get(desk(case))
        counts.append(len(found_))
    assert counts[0] == counts[1]


def test_a_local_manager_of_elsewhere_has_no_such_page(people: People, case: Application) -> None:
    other = staff(Role.MANAGER, username="elsewhere", district="510321")
    for part in ("phone/", "calls/", "messages/"):
        assert browser(other).get(desk(case, part)).status_code == 404


def test_nobody_writes_about_a_draft(ready: Ready) -> None:
    draft = ready(Kind.RESIDENTIAL, State.DRAFT)
    with pytest.raises(WrongState):
        say(draft, draft.filed_by.user)
