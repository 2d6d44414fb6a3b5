"""What keeps a message from going out now: quiet hours, limits of providers, their circuits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from core.clock import CITY
from core.events import Event, Message, declare
from core.events import _catalogue as catalogue_of_events
from notifications import circuits, delivery, holding, limiter, providers, quiet
from notifications.limiter import Counted
from notifications.models import Circuit, Delivery, QuietChoice, Sending
from notifications.providers.interface import Answer, Outcome
from rules.carriers import Carrier, Quiet, SendLimit, Window
from rules.delivery import CARRIED, Channel, delivery_rules
from tests import people
from tests.notifications.counterpart import At
from tests.notifications.test_outside import PHONE, code, confirm, of, reader, run, tell

__all__ = ["reader"]
TROUBLE = "/account/messages/deliveries/"
HOURS = "/api/v1/account/quiet-hours/"
NIGHT = Quiet(time(22), time(8), frozenset(CARRIED))


def at(text: str) -> datetime:
    """In the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-12-01 21:59:59", None),
        ("2026-12-01 22:00:00", "2026-12-02 08:00"),
        ("2026-12-01 23:59:59", "2026-12-02 08:00"),
        ("2026-12-02 00:00:00", "2026-12-02 08:00"),
        ("2026-12-02 07:59:59", "2026-12-02 08:00"),
        ("2026-12-02 08:00:00", None),
        ("2026-12-31 22:30:00", "2027-01-01 08:00"),
    ],
)
def test_quiet_hours_go_over_midnight_and_their_end_is_outside(now: str, until: str | None) -> None:
    found = quiet.ends_at(at(now), NIGHT.begin, NIGHT.until)
    assert found == (at(until) if until else None)


def test_quiet_hours_are_those_of_the_city_whatever_zone_an_instant_is_in() -> None:
    assert quiet.ends_at(datetime(2026, 12, 1, 14, tzinfo=UTC), time(22), time(8)) == at(
        "2026-12-02 08:00"
    )


def test_hours_within_one_day_end_on_it() -> None:
    assert quiet.ends_at(at("2026-12-01 12:30"), time(12), time(14)) == at("2026-12-01 14:00")
    assert quiet.ends_at(at("2026-12-01 14:00"), time(12), time(14)) is None


@pytest.mark.parametrize(
    ("begin", "until", "fits"),
    [
        ("22:00", "08:00", True), ("23:00", "07:00", True), ("00:00", "08:00", True),
        ("22:00", "23:30", True), ("01:00", "02:00", True), ("21:59", "07:00", False),
        ("23:00", "08:01", False), ("07:00", "23:00", False), ("12:00", "13:00", False),
        ("23:00", "23:00", False), ("08:00", "22:00", False),
    ],
)  # fmt: skip
def test_own_hours_lie_within_those_of_the_city(begin: str, until: str, fits: bool) -> None:
    assert quiet.lies_within(time.fromisoformat(begin), time.fromisoformat(until), NIGHT) is fits


@given(st.integers(0, 2 * 24 * 60), st.times(), st.times())
def test_nothing_waits_longer_than_the_city_is_quiet(minute: int, one: time, two: time) -> None:
    here = at("2026-12-01 00:00") + timedelta(minutes=minute)
    city = quiet.ends_at(here, NIGHT.begin, NIGHT.until)
    chosen = QuietChoice(begin=one, until=two)
    until = quiet.quiet_until(here, NIGHT, chosen)
    assert until is None or (city is not None and here < until <= city)


@contextmanager
def rules(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Iterator[None]:
    """Other figures of delivery, as another city has them."""
    changed = replace(delivery_rules(), **changes)
    with monkeypatch.context() as patch:
        for module in (delivery, quiet, limiter, circuits, holding):
            patch.setattr(module, "delivery_rules", lambda: changed)
        yield


def around_now(hours: int = 1) -> Quiet:
    """Quiet hours that have begun so many hours ago and last as many more."""
    now = timezone.localtime(timezone=CITY).replace(minute=0, second=0, microsecond=0)
    begin, until = now - timedelta(hours=hours), now + timedelta(hours=hours + 1)
    return Quiet(begin.time(), until.time(), NIGHT.channels)


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Quiet]:
    """It is night now."""
    settings.QUIET_HOURS = True
    hours = around_now()
    with rules(monkeypatch, quiet=hours):
        yield hours


@pytest.mark.django_db
def test_at_night_a_message_waits_for_the_morning_and_is_not_lost(
    reader: User, outside: At, night: Quiet, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(reader)
    for _time in range(8):
        run()
    row = Delivery.objects.get(channel="sms")
    assert (row.state, row.reason, row.tries) == ("pending", "quiet", 0)
    assert row.due_at == quiet.ends_at(timezone.now(), night.begin, night.until)
    assert (outside.messages(), of("site")) == ([], [("confirmed", "")])
    with rules(monkeypatch, quiet=None):
        run()
    assert (len(outside.messages()), of()) == (1, [("sent", "")])


@pytest.fixture
def danger() -> Iterator[None]:
    """The catalogue has an event of danger."""
    declare(
        [Event("test.danger", "Danger", message=Message("Line down", "Stay away", urgent=True))]
    )
    yield
    catalogue_of_events.pop("test.danger")


@pytest.mark.django_db
def test_danger_and_codes_come_at_night(
    reader: User, outside: At, night: Quiet, danger: None
) -> None:
    tell(reader, kind="test.danger")
    code()
    tell(reader, version=2)
    run()
    texts = [text for _to, text in outside.texts()]
    assert [text[6:] for text in texts] == [
        "Line down。Stay away",
        "您的验证码是 493027。10 分钟内有效。我们的工作人员不会向您索要验证码。",
    ]


@pytest.mark.django_db
def test_a_channel_that_does_not_ring_is_not_held_back(
    reader: User, outside: At, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUIET_HOURS = True
    hours = replace(around_now(), channels=frozenset({"wechat"}))
    with rules(monkeypatch, quiet=hours):
        tell(reader)
        run()
    assert of() == [("sent", "")]


@pytest.mark.django_db
def test_who_wants_no_quiet_hours_is_told_at_night_and_who_wants_fewer_sooner(
    reader: User, outside: At, night: Quiet
) -> None:
    QuietChoice.objects.create(party=reader.party)
    tell(reader)
    run()
    assert of() == [("sent", "")]
    ends = quiet.ends_at(timezone.now(), night.begin, night.until)
    assert ends is not None
    later = (ends - timedelta(minutes=30)).time()
    QuietChoice.objects.update(begin=night.begin, until=later)
    tell(reader, version=2)
    run()
    waiting = Delivery.objects.get(channel="sms", state="pending")
    assert waiting.due_at == quiet.ends_at(timezone.now(), night.begin, later)


@pytest.mark.django_db
def test_hours_are_chosen_over_the_api_and_what_goes_beyond_is_refused(
    reader: User, settings: Settings
) -> None:
    settings.QUIET_HOURS = True
    client = people.browser(reader)
    city = {"city_begin": "22:00", "city_until": "08:00"}
    assert client.get(HOURS).json() == {"mode": "city", "begin": "22:00", "until": "08:00", **city}

    def put(**body: str) -> Any:
        return client.put(HOURS, body, content_type="application/json")

    own = put(mode="own", begin="23:00", until="06:30")
    assert (own.status_code, own.json()) == (
        200,
        {"mode": "own", "begin": "23:00", "until": "06:30", **city},
    )
    beyond = put(mode="own", begin="21:00", until="06:30")
    assert (beyond.status_code, [each["pointer"] for each in beyond.json()["errors"]]) == (
        422,
        ["/begin"],
    )
    nonsense = put(mode="own", begin="25:00", until="")
    assert [each["pointer"] for each in nonsense.json()["errors"]] == ["/begin", "/until"]
    assert put(mode="off").json() == {"mode": "off", "begin": None, "until": None, **city}
    assert put(mode="city").json()["begin"] == "22:00"
    assert not QuietChoice.objects.exists()


@pytest.mark.django_db
def test_the_page_says_what_of_ones_hours_is_wrong_and_keeps_what_was_typed(
    reader: User, settings: Settings
) -> None:
    settings.QUIET_HOURS = True
    client, page = people.browser(reader), "/account/messages/quiet-hours/"
    answer = client.post(page, {"mode": "own", "begin": "9:99", "until": "06:00"})
    text = answer.content.decode()
    assert (answer.status_code, "请输入时刻" in text, 'value="9:99"' in text) == (422, True, True)
    assert client.post(page, {"mode": "own", "begin": "23:00", "until": "06:00"}).status_code == 302
    assert list(QuietChoice.objects.values_list("begin", "until")) == [(time(23), time(6))]


# Limits


def limit(window: Window, most: int, **more: Any) -> SendLimit:
    known: dict[str, Any] = {"seconds": 0, "template": False, "codes": None}
    return SendLimit(window=window, most=most, **(known | more))


def sent(text: str, template: str = "one", *, code: bool = False, signature: str = "s") -> Counted:
    return Counted(at(text), signature, template, code)


DAY_BACK = limit(Window.ROLLING, 2, seconds=86400)


@pytest.mark.parametrize(
    ("which", "before", "new", "until"),
    [
        # 24 hours back: until the one that is one too many has left them.
        (
            DAY_BACK,
            ["2026-12-01 09:00", "2026-12-01 20:00"],
            "2026-12-01 23:00",
            "2026-12-02 09:00",
        ),
        (DAY_BACK, ["2026-12-01 09:00", "2026-12-01 20:00"], "2026-12-02 09:00", None),
        (
            DAY_BACK,
            ["2026-12-01 09:00", "2026-12-01 20:00", "2026-12-01 21:00"],
            "2026-12-01 22:00",
            "2026-12-02 20:00",
        ),
        # The day of the city: over at midnight.
        (limit(Window.DAY, 1), ["2026-12-01 00:00"], "2026-12-01 23:59", "2026-12-02 00:00"),
        (limit(Window.DAY, 1), ["2026-12-01 23:59"], "2026-12-02 00:00", None),
        (limit(Window.HOUR, 1), ["2026-12-01 09:10"], "2026-12-01 09:59", "2026-12-01 10:00"),
        # The minute of the clock: one second later may be another one.
        (
            limit(Window.MINUTE, 1),
            ["2026-12-01 09:00:01"],
            "2026-12-01 09:00:59",
            "2026-12-01 09:01",
        ),
        (limit(Window.MINUTE, 1), ["2026-12-01 09:00:59"], "2026-12-01 09:01:00", None),
        # 60 seconds back, it is not.
        (
            limit(Window.ROLLING, 1, seconds=60),
            ["2026-12-01 09:00:59"],
            "2026-12-01 09:01:00",
            "2026-12-01 09:01:59",
        ),
    ],
)
def test_windows_differ(which: SendLimit, before: list[str], new: str, until: str | None) -> None:
    found = limiter.opens_at(which, [sent(each) for each in before], sent(new))
    assert found == (at(until) if until else None)


@pytest.mark.parametrize(
    ("which", "other", "counts"),
    [
        (limit(Window.DAY, 1), sent("2026-12-01 09:00", "two"), True),
        (limit(Window.DAY, 1, template=True), sent("2026-12-01 09:00", "two"), False),
        (limit(Window.DAY, 1), sent("2026-12-01 09:00", signature="other"), False),
        (limit(Window.DAY, 1, codes=False), sent("2026-12-01 09:00", code=True), False),
        (limit(Window.DAY, 1, codes=False), sent("2026-12-01 09:00"), True),
        (limit(Window.DAY, 1, codes=True), sent("2026-12-01 09:00"), False),
    ],
)
def test_a_limit_counts_by_signature_template_and_kind(
    which: SendLimit, other: Counted, counts: bool
) -> None:
    found = limiter.opens_at(which, [other], sent("2026-12-01 10:00"))
    assert (found is not None) is counts


def test_the_usual_limits_of_alibaba_are_data() -> None:
    carrier = delivery_rules().carriers[Channel.SMS, "aliyun"]
    assert [(each.window.value, each.most, each.codes) for each in carrier.limits] == [
        ("rolling", 1, True),
        ("rolling", 5, True),
        ("rolling", 10, True),
        ("rolling", 40, None),
        ("day", 50, False),
    ]


def test_every_provider_that_reaches_people_has_figures() -> None:
    known = {each for each in providers.ADAPTERS if each[0] in CARRIED}
    assert set(delivery_rules().carriers) == known


@pytest.fixture
def one_a_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    carrier = Carrier(8, 60, (limit(Window.ROLLING, 1, seconds=86400),))
    with rules(monkeypatch, carriers={(Channel.SMS, "counterpart"): carrier}):
        yield


@pytest.mark.django_db
def test_what_is_over_the_limit_waits_for_the_window_and_uses_up_no_try(
    reader: User, outside: At, one_a_day: None
) -> None:
    tell(reader)
    tell(reader, version=2)
    for _time in range(3):
        run()
    row = Delivery.objects.get(channel="sms", state="pending")
    counted = Sending.objects.get()
    assert (row.reason, row.tries, len(outside.messages())) == ("limit", 0, 1)
    assert row.due_at == counted.at + timedelta(days=1)
    # The window opens.
    Sending.objects.all().delete()
    run()
    assert len(outside.messages()) == 2


@pytest.mark.django_db
def test_another_phone_has_a_limit_of_its_own(outside: At, one_a_day: None) -> None:
    one, two = people.applicant("one"), people.applicant("two")
    confirm(one, "sms", PHONE)
    confirm(two, "sms", "13890000002")
    tell(one)
    tell(two)
    run()
    assert len(outside.messages()) == 2


@pytest.mark.django_db
def test_several_are_counted_in_as_many_statements_as_one_and_meet_each_other(
    one_a_day: None,
) -> None:
    def taken(*digests: bytes) -> tuple[list[object], int]:
        rows = [Delivery(channel="sms", provider="counterpart", digest=each) for each in digests]
        new = Counted(now, "s", "t", code=False)
        with CaptureQueriesContext(connection) as asked:
            found = limiter.take(rows, [new] * len(rows))
        return [bytes(e.digest) if isinstance(e, Sending) else e for e in found], len(asked)

    now = timezone.now()
    one, statements = taken(b"one")
    assert one == [b"one"]
    until = now + timedelta(days=1)
    assert taken(b"two", b"three", b"two", b"one") == ([b"two", b"three", until, until], statements)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "counted"), [("busy", 0), ("refuse", 0), ("silent", 1), ("error", 1), ("well", 1)]
)
def test_what_a_provider_took_or_may_have_taken_counts(
    reader: User, outside: At, one_a_day: None, mode: str, counted: int
) -> None:
    outside.behave(mode)
    tell(reader)
    delivery.send_outside()
    assert Sending.objects.count() == counted


@pytest.mark.django_db
def test_a_message_that_could_not_be_delivered_afterwards_still_counts(
    reader: User, outside: At, one_a_day: None
) -> None:
    tell(reader)
    run()
    Delivery.objects.filter(channel="sms").update(state="parked", reason="undelivered", due_at=None)
    tell(reader, version=2)
    run()
    assert of() == [("parked", "undelivered"), ("pending", "limit")]


@pytest.mark.django_db
def test_counted_messages_are_forgotten_with_the_longest_window(
    reader: User, outside: At, one_a_day: None
) -> None:
    tell(reader)
    run()
    assert limiter.forget() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('notifications_sending', 'UPDATE')")
        assert cursor.fetchone() == (False,)
    Sending.objects.create(
        channel="sms", provider="counterpart", digest=b"x", signature="s", template="t",
        code=False, at=timezone.now() - timedelta(days=1, seconds=1),
    )  # fmt: skip
    assert (limiter.forget(), Sending.objects.count()) == (1, 1)


# The circuit


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three in a row open the circuit."""
    with rules(monkeypatch, carriers={(Channel.SMS, "counterpart"): Carrier(3, 60, ())}):
        yield


def several(user: User, count: int) -> None:
    for version in range(count):
        tell(user, version=version + 1)


@pytest.mark.django_db
def test_after_so_many_without_an_answer_nothing_more_is_sent_but_one_after_each_pause(
    reader: User, outside: At, fragile: None
) -> None:
    several(reader, 10)
    outside.behave("mute", times=99)
    delivery.send_outside([Channel.SMS])
    states = [state for state, _reason in of()]
    assert (states.count("unknown"), states.count("pending")) == (3, 7)
    circuit = Circuit.objects.get()
    assert (circuit.channel, circuit.provider, circuit.failures) == ("sms", "counterpart", 3)
    delivery.send_outside([Channel.SMS])
    assert [state for state, _reason in of()].count("unknown") == 3
    # The pause is over: one goes, and is not answered either.
    Circuit.objects.update(retry_at=Now())
    delivery.send_outside([Channel.SMS])
    delivery.send_outside([Channel.SMS])
    assert [state for state, _reason in of()].count("unknown") == 4
    # It is well again: the next one closes the circuit, and all others follow.
    outside.behave("well")
    Circuit.objects.update(retry_at=Now())
    delivery.send_outside([Channel.SMS])
    assert [state for state, _reason in of()].count("pending") == 0
    closed = Circuit.objects.get()
    assert (closed.failures, closed.opened_at, closed.retry_at) == (0, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "failures"), [("busy", 2), ("refuse", 0), ("well", 0)])
def test_who_answers_is_there_whatever_the_answer(
    reader: User, outside: At, fragile: None, mode: str, failures: int
) -> None:
    Circuit.objects.create(channel="sms", provider="counterpart", failures=2)
    outside.behave(mode)
    tell(reader)
    delivery.send_outside([Channel.SMS])
    circuit = Circuit.objects.get()
    assert (circuit.failures, circuit.opened_at) == (failures, None)


@pytest.mark.django_db
def test_a_provider_without_figures_has_no_circuit(outside: At) -> None:
    circuits.note("webhook", "supply_chain", Answer(Outcome.NOT_NOW, reason="unreachable"))
    assert not Circuit.objects.exists()


@pytest.mark.django_db
def test_the_database_keeps_an_open_circuit_with_its_pause() -> None:
    with pytest.raises(IntegrityError, match="circuit_open_has_pause"):
        Circuit.objects.create(channel="sms", provider="x", opened_at=timezone.now())


@pytest.mark.django_db
def test_the_administrator_sees_circuits_and_what_waits_for_its_hour(
    reader: User, outside: At, fragile: None
) -> None:
    several(reader, 5)
    outside.behave("mute", times=99)
    delivery.send_outside([Channel.SMS])
    Delivery.objects.filter(channel="sms", state="pending").update(reason="limit")
    page = people.browser(people.staff(Role.ADMINISTRATOR, username="root-1")).get(TROUBLE)
    text = page.content.decode()
    assert "counterpart" in text
    assert "已暂停发送" in text
    assert (page.context["held"]["limit"], page.context["held"]["quiet"]) == (2, 0)


@pytest.mark.django_db
def test_a_claim_asks_the_circuit_in_one_statement_and_a_closed_one_costs_no_write(
    reader: User, outside: At, django_assert_num_queries: Any
) -> None:
    tell(reader)
    with django_assert_num_queries(5):  # savepoint, circuit, rows, update, release
        assert len(delivery.claim(Channel.SMS)) == 1
