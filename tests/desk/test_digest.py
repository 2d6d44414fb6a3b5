"""The digest of the morning: once on a working day, of what waits, is late, or is broken."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from core.events import catalogue
from desk import digest
from desk.digest import send_due
from notifications import outbox, texts
from notifications.models import Delivery, Message, Outbox, Preference
from publishing.models import Kind as Table
from rules.names import Kind
from rules.warnings import warning_rules
from tests.builders import filed
from tests.deadlines.clocks import set_clock
from tests.notifications.test_outside import confirm
from tests.page import Page
from tests.people import browser

pytestmark = pytest.mark.django_db
People = dict[str, User]


@pytest.fixture
def morning(people: People) -> list[str]:
    """Two filings of Monday 2 November 2026, one of them late on Monday the 16th at nine."""
    set_clock("2026-11-02 09:00")
    numbers = [filed(people, Kind.LV_OTHER).number]
    set_clock("2026-11-13 10:00")
    numbers.append(filed(people, Kind.LV_OTHER).number)
    set_clock("2026-11-16 09:00")
    return numbers


def read_by(user: User) -> list[tuple[str, str]]:
    outbox.deliver_all()
    found = Message.objects.to(user).filter(kind="desk.digest_made").order_by("id")
    return [(shown.title, shown.body) for shown in map(texts.shown, found)]


def test_it_says_what_waits_and_what_is_late_once_a_day(people: People, morning: list[str]) -> None:
    sent = send_due()
    assert sent == Outbox.objects.filter(kind="desk.digest_made").count() > 0
    assert send_due() == 0
    [(title, body)] = read_by(people["clerk"])
    assert title == "今早：待办 2 件，超期 1 件"
    assert body.startswith(f"最先：受理 {morning[0]}（超期 6 天）；受理 {morning[1]}（")
    assert read_by(people["factory"]) == []
    set_clock("2026-11-17 09:00")
    send_due()
    assert len(read_by(people["clerk"])) == 2


@pytest.mark.parametrize("moment", ["2026-11-16 07:59", "2026-11-15 09:00"])
def test_none_comes_before_its_hour_or_on_a_day_off(people: People, moment: str) -> None:
    set_clock("2026-11-02 09:00")
    filed(people, Kind.LV_OTHER)
    set_clock(moment)
    assert send_due() == 0


def test_it_goes_by_email_to_whoever_chose_that_and_to_nobody_who_declined(
    people: People, morning: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.addresses.is_open", lambda _channel: True)
    for name in ("clerk", "manager"):
        confirm(people[name], "sms", f"1389000000{len(name)}")
        confirm(people[name], "email", f"{name}@example.cn")
        Preference.objects.create(party=people[name].party, channel="email", wanted=True)
    client = browser(people["manager"])
    Page(client.get("/desk/digest/")).submit(client, "不再接收")
    send_due()
    outbox.plan()
    sent = Delivery.objects.exclude(channel="site").filter(outbox__kind="desk.digest_made")
    assert [(row.channel, row.address) for row in sent] == [("email", "clerk@example.cn")]
    mine = Outbox.objects.filter(recipient=people["manager"].party, kind="desk.digest_made")
    assert not mine.exists()


def test_operators_read_what_is_broken(people: People, morning: list[str]) -> None:
    admin = people["administrator"]
    row = Outbox.objects.create(
        kind="case.accepted", subject_kind="application", subject_id=1, version=1,
        recipient=people["shop"].party, channels=["sms"], context={},
    )  # fmt: skip
    Delivery.objects.create(
        outbox=row, channel="sms", state="parked", reason="refused", due_at=None
    )
    send_due()
    [(title, body)] = read_by(admin)
    assert title == "今早：有故障"
    assert "已放弃的消息：1 条" in body
    page = Page(browser(admin).get("/desk/digest/")).text
    assert "已放弃的消息：1 条" in page
    assert set(warning_rules().operators.published) == set(Table.values)
    set_clock("2026-12-20 09:00")
    assert "工作日历止于 2026-12-31" in str(list(map(str, digest.morning_of(admin).broken)))


def test_one_that_cannot_be_made_holds_up_no_other(
    people: People,
    morning: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = digest.morning_of

    def failing(user: User) -> digest.Morning:
        if user == people["clerk"]:
            raise RuntimeError
        return made(user)

    monkeypatch.setattr(digest, "morning_of", failing)
    with caplog.at_level(logging.ERROR):
        assert send_due() > 0
    monkeypatch.undo()
    assert (send_due(), len(read_by(people["clerk"]))) == (1, 1)


def test_programs_read_and_choose_it(people: People, morning: list[str]) -> None:
    client = APIClient()
    client.force_authenticate(people["clerk"])
    assert client.get("/api/v1/desk/digest/").json() == {
        "wanted": True, "waiting": 2, "late": 1, "broken": [],
    }  # fmt: skip
    answer = client.patch("/api/v1/desk/digest/", {"wanted": False}, format="json")
    assert answer.json()["wanted"] is False


def test_no_step_mails_a_desk() -> None:
    """What a step tells outside is for the applicant, for whom an applicant has a time with, and
    for whoever reported something."""
    mailed = {
        (event.type, circle)
        for event in catalogue()
        if event.message and "email" in event.message.channels
        for circle in {*event.message.to} - {*event.message.on_site}
    }
    ends = ("booked", "moved", "cancelled", "lapsed", "reminded")
    own = ("applicant", "complainant", "reporter")
    assert {each for each in mailed if each[1] not in own} == {
        (f"appointment.{end}", "staff") for end in ends
    }


def test_it_asks_as_much_for_one_thing_as_for_three(people: People, morning: list[str]) -> None:
    counts = []
    digest.morning_of(people["manager"]).first()
    for more in (0, 2):
        for _ in range(more):
            filed(people, Kind.LV_OTHER)
        with CaptureQueriesContext(connection) as queries:
            digest.morning_of(people["manager"]).first()
        counts.append(len(queries))
    assert counts[0] == counts[1]
