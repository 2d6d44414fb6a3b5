"""My messages: mine only, in my language, read when I say so."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from applications.events import GROUNDS
from applications.referrals.workflow import ReferralState
from applications.states import State
from core.events import Event, catalogue, event_of
from money.payments.workflow import PaymentState
from notifications import outbox, texts
from notifications.models import Message
from tests import people
from tests.notifications.test_outbox import put

pytestmark = pytest.mark.django_db

MESSAGES = "/account/messages/"
#: What a recalculation can come to: the day moves or stays, the year is announced or not.
OF_A_RECALCULATION = {"moved_final", "moved_open", "stays_final", "stays_open"}


def unread(user: User) -> int:
    return Message.objects.to(user).unread().count()


@pytest.fixture
def reader() -> User:
    return people.applicant()


def tell(user: User, count: int = 1, **changes: object) -> None:
    for version in range(1, count + 1):
        put(user, version=version, **changes)
    outbox.deliver()


def shown(kind: str, language: str, **context: str) -> texts.Shown:
    with translation.override(language):
        return texts.shown(Message(kind=kind, subject_kind="x", subject_id=1, context=context))


def test_a_message_is_read_in_the_readers_language(reader: User) -> None:
    tell(reader)
    client = people.browser(reader)
    assert "办件 ZG-1 已受理" in client.get(MESSAGES).content.decode()
    client.cookies["django_language"] = "en"
    assert "Case ZG-1 has been accepted" in client.get(MESSAGES).content.decode()


def test_the_outcome_of_a_step_has_words_of_its_own() -> None:
    passed = shown("case.design_reviewed", "en", number="1", state="design_passed")
    failed = shown("case.design_reviewed", "en", number="1", state="plan_confirmed")
    assert passed.title == "Case 1: the design has passed"
    assert failed.title == "Case 1: the design needs changes"


@pytest.mark.parametrize(
    ("voltage", "next_step"),
    [
        ("low", "您的申请材料齐全。下一步是签订合同，请您签订。"),
        ("high", "您的申请材料齐全。下一步由供电公司答复供电方案。"),
    ],
)
def test_what_comes_next_after_acceptance_is_that_of_the_own_voltage(
    voltage: str, next_step: str
) -> None:
    told = shown("case.accepted", "zh-hans", number="1", state="accepted", variant=voltage)
    assert (told.title, told.body) == ("办件 1 已受理", next_step)


@pytest.mark.parametrize("event", [each for each in catalogue() if each.message])
def test_no_message_says_only_that_something_moved_on(event: Event) -> None:
    assert event.message is not None
    assert str(event.message.title) != str(texts.ANYTHING.title)


def test_a_kind_without_words_says_so_plainly_and_a_missing_value_is_a_dash() -> None:
    assert shown("thing.unheard_of", "en", number="1").title == "Case 1 has moved on"
    assert shown("case.accepted", "zh-hans").title == "办件 – 已受理"


def test_values_are_shown_as_text_not_as_markup(reader: User) -> None:
    tell(reader, subject_kind="x", context={"number": "<b>%(x)s</b>"})
    page = people.browser(reader).get(MESSAGES).content.decode()
    assert "&lt;b&gt;%(x)s&lt;/b&gt;" in page


@pytest.mark.parametrize("kind", [event.type for event in catalogue() if event.message])
def test_every_kind_has_both_languages_and_every_outcome_is_a_state(kind: str) -> None:
    event = event_of(kind)
    assert event is not None
    assert event.message is not None
    wording = event.message
    known = {
        *PaymentState.values,
        *State.values,
        *ReferralState.values,
        *GROUNDS,
        *OF_A_RECALCULATION,
    }
    assert set(wording.outcomes) <= known
    ends = [{"state": state} for state in ["", *wording.outcomes]]
    filled = {
        "number": "1",
        "name": "Summer",
        "code": "1",
        "city": "Neijiang",
        "what": "Survey",
        "when": "Tuesday",
    }
    filled |= {"office": "Hall", "decision": "Sign the contract", "span": "3 working days"}
    filled |= {"on": "2026-11-04", "due_on": "2026-11-06", "waiting": "2", "late": "1"}
    filled |= {"amount": "125.00", "table": "Fee catalogue", "channel": "WeChat"}
    filled |= {"place": "Ziliujing", "area": "Street", "since": "9:00", "until": "12:00"}
    for end in [*ends, *({"variant": variant} for variant in wording.variants)]:
        english = shown(kind, "en", **filled, **end)
        chinese = shown(kind, "zh-hans", number="1", code="1", **end)
        assert english.title.isascii()
        assert not chinese.title.isascii()
        assert not chinese.body.isascii()


def test_a_message_about_a_case_leads_to_it(reader: User) -> None:
    tell(reader)
    page = people.browser(reader).get(MESSAGES).content.decode()
    assert 'href="/account/cases/ZG-1/"' in page


def test_nobody_reads_or_marks_messages_of_others(reader: User) -> None:
    other = people.applicant("other")
    tell(other)
    client = people.browser(reader)
    assert client.get(MESSAGES).context["cases"] == []
    client.post(f"{MESSAGES}read/", {"up_to": "999999999"})
    assert (unread(other), unread(reader)) == (1, 0)


def test_marking_reads_what_was_on_the_page_and_no_later_one(reader: User) -> None:
    tell(reader, 2)
    client = people.browser(reader)
    seen = client.get(MESSAGES).context["up_to"]
    tell(reader, 3)
    client.post(f"{MESSAGES}read/", {"up_to": str(seen)})
    assert unread(reader) == 1
    assert client.get(MESSAGES).context["unread"] == 1


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 5000, "²"])
def test_a_strange_mark_reads_nothing_or_all_but_breaks_nothing(reader: User, up_to: str) -> None:
    tell(reader)
    answer = people.browser(reader).post(f"{MESSAGES}read/", {"up_to": up_to})
    assert answer.status_code == 302


def test_an_empty_list_says_why(reader: User) -> None:
    assert "暂无消息" in people.browser(reader).get(MESSAGES).content.decode()


def test_messages_come_page_by_page_the_newest_first(reader: User) -> None:
    tell(reader, 31)
    client = people.browser(reader)
    first = client.get(MESSAGES).context["page"]
    assert [len(first.rows), first.rows[0].pk > first.rows[-1].pk] == [30, True]
    assert len(client.get(first.next_url).context["page"].rows) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_with_one_and_with_three(reader: User, rows: int) -> None:
    tell(reader, rows)
    client = people.browser(reader)
    client.get(MESSAGES)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(MESSAGES)
    assert len(page.context["page"].rows) == rows
    assert len(queries) == 6, [query["sql"] for query in queries]


def test_messages_of_one_case_stand_together_and_what_is_unread_first(reader: User) -> None:
    first, second = uuid4(), uuid4()
    client = people.browser(reader)

    def titles() -> list[tuple[str, list[bool]]]:
        return [
            (case["number"], [message.read_at is not None for message, _text in case["rows"]])
            for case in client.get(MESSAGES).context["cases"]
        ]

    tell(reader, case_ref=first, context={"number": "ZG-1"})
    tell(reader, case_ref=second, context={"number": "ZG-2"}, subject_id=2)
    tell(reader, case_ref=first, context={"number": "ZG-1"}, subject_id=3)
    assert titles() == [("ZG-1", [False, False]), ("ZG-2", [False])]
    client.post(f"{MESSAGES}read/", {"up_to": client.get(MESSAGES).context["up_to"]})
    tell(reader, case_ref=second, context={"number": "ZG-2"}, subject_id=4)
    assert titles() == [("ZG-2", [False, True]), ("ZG-1", [True, True])]


def test_one_day_is_no_plural_and_an_unknown_number_is_a_dash() -> None:
    def said(language: str, **days: object) -> str:
        with translation.override(language):
            context = {"number": "1", "state": "hearing", **days}
            found = Message(
                kind="case.time_excluded", subject_kind="x", subject_id=1, context=context
            )
            return texts.shown(found).body

    assert [said("en", days=1), said("en", days=2), said("en"), said("zh-hans", days=1)] == [
        "A hearing is held; 1 working day is expected.",
        "A hearing is held; 2 working days are expected.",
        "A hearing is held; – working days are expected.",
        "需要听证，预计 1 个工作日。",
    ]
