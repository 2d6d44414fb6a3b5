"""SMS and e-mail: each intent once at a provider that sends one key once, whatever it answers."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.parties import Contact
from core.problems import Busy
from notifications import delivery, outbox
from notifications.addresses import Address
from notifications.models import Delivery, Outbox, Preference
from rules.delivery import Channel, delivery_rules
from tests import people
from tests.notifications.counterpart import At
from tests.notifications.test_outbox import put

pytestmark = pytest.mark.django_db

PHONE, MAILBOX = "13890000001", "li@example.cn"
ACCEPTED = "【自贡通电】办件 ZG-1 已受理。您的申请材料齐全。下一步见申请页面。"
BOTH = ["site", "sms", "email"]


@pytest.fixture
def reader(outside: At) -> User:
    user = people.applicant()
    confirm(user, "sms", PHONE)
    return user


def confirm(user: User, channel: str, address: str) -> None:
    digest = Contact.digest(channel, address)
    contact, _new = Contact.objects.get_or_create(
        party=user.party, channel=channel, address_digest=digest, defaults={"address": address}
    )
    Contact.objects.filter(pk=contact.pk).update(confirmed_at=timezone.now())


def tell(user: User, **changes: Any) -> None:
    put(user, channels=BOTH, **changes)
    outbox.deliver()


def run() -> int:
    """Everything that is due, now or later."""
    Delivery.objects.exclude(due_at=None).update(due_at=Now())
    return delivery.send_outside()


def of(channel: str = "sms") -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(channel=channel).order_by("id")
    return list(rows.values_list("state", "reason"))


def test_a_confirmed_phone_gets_an_sms_in_the_persons_language(reader: User, outside: At) -> None:
    tell(reader)
    assert delivery.send_outside() == 1
    assert outside.texts() == [(PHONE, ACCEPTED)]
    assert of("site") == [("confirmed", "")]
    assert of() == [("sent", "")]
    run()
    [row] = Delivery.objects.filter(channel="sms")
    assert (row.state, row.parts, row.billed, row.tries) == ("confirmed", 2, 2, 1)
    assert row.provider_id == "c1"
    assert outside.messages()[0]["key"] == str(row.key)


def test_english_is_read_by_whoever_reads_english(reader: User, outside: At) -> None:
    User.objects.update(language="en")
    tell(reader)
    run()
    [(_to, text)] = outside.texts()
    assert text == (
        "【自贡通电】Case ZG-1 has been accepted. Your application is complete. "
        "The case page shows the next step."
    )
    assert Delivery.objects.get(channel="sms").parts == 3


def test_an_address_that_is_not_confirmed_or_has_ended_gets_nothing(
    reader: User, outside: At
) -> None:
    confirm(reader, "sms", "13890000002")
    Contact.objects.filter(address_digest=Contact.digest("sms", PHONE)).update(
        ended_at=timezone.now()
    )
    reader.party.contacts.create(channel="sms", address="13890000003")
    tell(reader)
    run()
    assert [to for to, _text in outside.texts()] == ["13890000002"]


def test_an_email_goes_to_whoever_chose_it_and_no_sms_to_whoever_declined(
    reader: User, outside: At
) -> None:
    confirm(reader, "email", MAILBOX)
    tell(reader)
    run()
    Preference.objects.create(party=reader.party, channel="email", wanted=True)
    Preference.objects.create(party=reader.party, channel="sms", wanted=False)
    tell(reader, version=2)
    run()
    assert [(each["channel"], each["to"]) for each in outside.messages()] == [
        ("sms", PHONE),
        ("email", MAILBOX),
    ]
    assert outside.messages()[1]["title"] == "【自贡通电】办件 ZG-1 已受理"


def test_a_message_that_does_not_name_the_channel_stays_on_the_site(
    reader: User, outside: At
) -> None:
    put(reader, channels=["site"])
    outbox.deliver_all()
    assert (outside.messages(), of("site")) == ([], [("confirmed", "")])


def test_a_channel_without_a_provider_is_closed(reader: User, settings: Settings) -> None:
    settings.SMS_PROVIDER = ""
    tell(reader)
    assert of() == []
    with pytest.raises(Busy):
        code()


def code(lasts: timedelta = timedelta(minutes=10)) -> Outbox:
    return outbox.send_code(
        Address(Channel.SMS, PHONE),
        secret={"code": "493027"},
        lasts=lasts,
        language="zh-hans",
        context={"minutes": 10},
    )


def test_a_code_goes_to_a_phone_of_nobody_and_is_forgotten_when_it_ends(outside: At) -> None:
    intent = code(timedelta(seconds=2))
    run()
    text = "【自贡通电】您的验证码是 493027。10 分钟内有效。我们的工作人员不会向您索要验证码。"
    assert outside.texts() == [(PHONE, text)]
    assert "493027" in Outbox.objects.get().secret
    time.sleep(2.1)
    run()
    assert Outbox.objects.get(pk=intent.pk).secret == ""


def test_a_code_that_comes_too_late_is_not_sent(outside: At) -> None:
    code(timedelta(seconds=-1))
    run()
    assert (outside.messages(), of()) == ([], [("parked", "expired")])


@pytest.mark.parametrize(
    ("mode", "first"),
    [
        ("well", ("sent", "")),
        ("twice", ("sent", "")),
        ("garbled", ("unknown", "strange_answer")),
        ("error", ("unknown", "strange_answer")),
        ("other", ("unknown", "strange_answer")),
        ("silent", ("unknown", "no_answer")),
        ("mute", ("unknown", "no_answer")),
        ("broken", ("unknown", "strange_answer")),
        ("busy", ("pending", "busy")),
    ],
)
def test_each_intent_arrives_once_whatever_the_provider_answers(
    reader: User, outside: At, mode: str, first: tuple[str, str]
) -> None:
    tell(reader)
    outside.behave(mode)
    run()
    assert of() == [first]
    for _time in range(3):
        run()
    assert (outside.texts(), of()) == ([(PHONE, ACCEPTED)], [("confirmed", "")])


def test_a_slow_answer_is_unknown_and_asked_about(
    reader: User, outside: At, impatient: None
) -> None:
    tell(reader)
    outside.behave("slow", seconds=2)
    run()
    assert of() == [("unknown", "no_answer")]
    run()
    assert (outside.texts(), of()) == ([(PHONE, ACCEPTED)], [("confirmed", "")])


@pytest.fixture
def impatient(outside: At, monkeypatch: pytest.MonkeyPatch) -> None:
    from notifications import providers

    carrier: Any = providers.of("sms")
    monkeypatch.setattr(carrier.peer, "wait", 0.3)


@pytest.mark.parametrize("mode", ["garbled", "error", "other", "silent"])
def test_what_may_have_been_sent_is_found_at_a_provider_that_does_not_deduplicate(
    reader: User, outside: At, settings: Settings, mode: str
) -> None:
    settings.COUNTERPART_DEDUPLICATES = False
    outside.behave(mode, deduplicates=False)
    tell(reader)
    for _time in range(4):
        run()
    assert (len(outside.messages()), of()) == (1, [("confirmed", "")])


@pytest.mark.parametrize(("mode", "there"), [("silent", 1), ("mute", 0)])
def test_what_it_does_not_know_of_is_counted_and_not_sent_again(
    reader: User, outside: At, settings: Settings, mode: str, there: int
) -> None:
    settings.COUNTERPART_DEDUPLICATES = False
    outside.behave(mode, deduplicates=False, tells=False)
    tell(reader)
    for _time in range(10):
        run()
    assert (len(outside.messages()), of()) == (there, [("unknown", "no_answer")])
    row = Delivery.objects.get(channel="sms")
    assert (row.due_at, row.asked, row.tries) == (None, 6, 1)
    # Somebody who has looked says so; then it goes out once more.
    assert delivery.again(row)
    run()
    assert (len(outside.messages()), of()) == (there + 1, [("sent", "")])


def test_what_is_refused_is_put_aside_with_its_reason(reader: User, outside: At) -> None:
    tell(reader)
    outside.behave("refuse")
    run()
    row = Delivery.objects.get(channel="sms")
    assert (row.state, row.reason, row.said, row.tries) == ("parked", "refused", "http 422", 1)
    assert delivery.again(row)
    run()
    assert outside.texts() == [(PHONE, ACCEPTED)]
    # What the provider refused it knows by its old key.
    assert Delivery.objects.get(pk=row.pk).key != row.key


def test_a_provider_that_cannot_be_reached_is_tried_with_growing_pauses(
    reader: User, settings: Settings
) -> None:
    from notifications import providers
    from tests.notifications.test_outbox import waits

    settings.COUNTERPART_URL = "http://127.0.0.1:9"
    providers.forget()
    tell(reader)
    pauses = []
    for _time in range(6):
        run()
        pauses += waits()
    assert pauses == [10, 60, 300, 1800, 7200]
    assert of() == [("parked", "unreachable")]


def test_a_process_that_died_leaves_what_is_asked_about(reader: User, outside: At) -> None:
    tell(reader)
    [row] = delivery.claim(Channel.SMS)
    assert delivery.claim(Channel.SMS) == []
    Delivery.objects.filter(channel="sms").update(leased_until=timezone.now())
    delivery.release(Channel.SMS)
    assert of() == [("unknown", "lost")]
    for _time in range(3):
        run()
    assert (outside.texts(), of()) == ([(PHONE, ACCEPTED)], [("confirmed", "")])
    # The first one was only slow: the provider has its key, and nothing moves back.
    delivery.send(row)
    assert (outside.texts(), of()) == ([(PHONE, ACCEPTED)], [("confirmed", "")])


def test_the_address_of_an_old_message_is_forgotten(
    reader: User, outside: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(reader)
    outside.behave("refuse")
    run()
    assert delivery.forget_addresses() == 0
    rules = replace(delivery_rules(), address_days=0)
    monkeypatch.setattr(delivery, "delivery_rules", lambda: rules)
    time.sleep(0.01)
    assert delivery.forget_addresses() == 1
    row = Delivery.objects.get(channel="sms")
    assert (row.state, row.address) == ("parked", "")
    # There is nowhere to send it any more.
    assert not delivery.again(Delivery.objects.get(pk=row.pk))


def test_no_address_and_no_code_stands_in_a_log(
    reader: User, outside: At, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tell(reader)
    code()
    for mode in ("error", "refuse", "mute"):
        outside.behave(mode)
        run()
    assert PHONE not in caplog.text
    assert "493027" not in caplog.text


def test_the_page_of_the_counterpart_shows_every_message_as_text(reader: User, outside: At) -> None:
    tell(reader, context={"number": "<b>1</b>", "state": "accepted"})
    run()
    page = outside.page()
    assert PHONE in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page
