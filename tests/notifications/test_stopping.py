"""The link by which messages are stopped: looking stops nothing, acting may be repeated, and what
was stopped is sent to nobody, queued or not."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.parties import Party
from accounts.roles import Role
from core.events import Topic
from notifications import delivery, outbox, providers, stopping
from notifications.models import Delivery, Preference
from notifications.stopping import Stop
from rules.delivery import Channel, delivery_rules
from tests import people
from tests.notifications.counterpart import At
from tests.notifications.test_outside import (
    MAILBOX,
    PHONE,
    code,
    confirm,
    of,
    reader,
    run,
    tell,
)

__all__ = ["reader"]
pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://\S+?(/stop/\S+/)")


def link_in(at: At) -> str:
    found = LINK.search(at.messages()[-1]["text"])
    assert found is not None
    return found[1]


def told(user: User, at: At, **changes: Any) -> str:
    """Tells somebody of a case; the stop link of the SMS."""
    tell(user, **changes)
    run()
    return link_in(at)


def test_a_message_says_how_it_is_stopped_in_the_readers_language(
    reader: User, outside: At, settings: Settings
) -> None:
    path = told(reader, outside)
    assert outside.messages()[0]["text"] == (
        f"【自贡通电】办件 ZG-1 已受理。您的申请材料齐全。下一步见申请页面。"
        f"退订：{settings.PUBLIC_ADDRESS}{path}"
    )
    User.objects.update(language="en")
    told(reader, outside, version=2)
    assert f" Stop these: {settings.PUBLIC_ADDRESS}/stop/" in outside.messages()[1]["text"]


def test_what_cannot_be_declined_bears_no_link(reader: User, outside: At) -> None:
    code()
    tell(reader, kind="mandate.given")
    run()
    assert [LINK.search(each["text"]) for each in outside.messages()] == [None, None]


def test_an_operator_leaves_the_link_out_of_a_channel(
    reader: User, outside: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = replace(delivery_rules(), stop_links=frozenset({"email"}))
    monkeypatch.setattr(stopping, "delivery_rules", lambda: changed)
    tell(reader)
    run()
    assert LINK.search(outside.messages()[0]["text"]) is None


def test_looking_stops_nothing_and_acting_may_be_repeated(reader: User, outside: At) -> None:
    path, client = told(reader, outside), Client()
    for method in (client.get, client.head, client.get):
        assert method(path).status_code == 200
    assert not Preference.objects.exists()
    for _time in range(2):
        answer = client.post(path)
        assert (answer.status_code, "已退订" in answer.content.decode()) == (200, True)
    rows = Preference.objects.values_list("party", "channel", "topic", "wanted")
    assert list(rows) == [(reader.party_id, "sms", "cases", False)]
    assert "已退订" in client.get(path).content.decode()


def test_a_mailbox_stops_with_one_click_and_without_a_cookie(reader: User, outside: At) -> None:
    path = told(reader, outside)
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, Preference.objects.count()) == (200, 1)


def test_a_link_stops_one_topic_over_one_channel(reader: User, outside: At) -> None:
    confirm(reader, "email", MAILBOX)
    Preference.objects.create(party=reader.party, channel="email", wanted=True)
    tell(reader)
    run()
    sms = next(each for each in outside.messages() if each["channel"] == "sms")
    found = LINK.search(sms["text"])
    assert found is not None
    Client().post(found[1])
    tell(reader, version=2)
    tell(reader, version=3, kind="clock.warned")
    run()
    assert sorted(each["channel"] for each in outside.messages()[2:]) == ["email", "email", "sms"]


def test_nobody_is_sent_what_they_left_also_when_it_was_queued_before(
    reader: User, outside: At
) -> None:
    path = told(reader, outside)
    tell(reader, version=2)
    Client().post(path)
    run()
    assert (len(outside.messages()), of()) == (1, [("confirmed", ""), ("parked", "left")])
    tell(reader, version=3)
    assert len(of()) == 2
    # It is no trouble of anybody's, and sending it again does not go past the person's will.
    client = people.browser(people.staff(Role.ADMINISTRATOR, username="root-1"))
    page = client.get("/account/messages/deliveries/")
    assert (list(page.context["page"].rows), page.context["counts"]["parked"]) == ([], 0)
    assert delivery.again(Delivery.objects.get(reason="left"))
    run()
    assert len(outside.messages()) == 1


def test_somebody_without_an_account_stops_it_too(outside: At) -> None:
    party = Party.objects.create()
    contact = party.contacts.create(channel="sms", address=PHONE)
    type(contact).objects.filter(pk=contact.pk).update(confirmed_at="2026-01-01T00:00Z")
    known = {"kind": "case.accepted", "subject_kind": "application", "subject_id": 7}
    context = {"number": "ZG-1", "state": "accepted"}
    for version in (1, 2):
        outbox.put(**known, case_ref=None, version=version, recipients=[party.pk], context=context)
        outbox.deliver()
        run()
        if version == 1:
            Client().post(link_in(outside))
    assert len(outside.messages()) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "9" + token,
        lambda token: token.replace("cases", "outages"),
        lambda token: token.replace("sms", "email"),
        lambda token: token.rpartition(".")[0],
        lambda _token: "none",
        lambda _token: "...",
    ],
)
def test_a_link_that_is_not_ours_stops_nothing(reader: User, outside: At, change: Any) -> None:
    token = told(reader, outside).split("/")[2]
    for address in (f"/stop/{change(token)}/", f"/api/v1/stop/{change(token)}/"):
        assert Client().get(address).status_code == 404
        assert Client().post(address).status_code == 404
    assert not Preference.objects.exists()


def test_the_api_reads_and_acts(reader: User, outside: At) -> None:
    token = told(reader, outside).split("/")[2]
    address, said = f"/api/v1/stop/{token}/", {"topic": "cases", "channel": "sms"}
    assert Client().get(address).json() == {**said, "done": False}
    assert Client().post(address).json() == {**said, "done": True}
    assert Client().get(address).json() == {**said, "done": True}


def test_the_person_turns_it_on_again_in_the_account(reader: User, outside: At) -> None:
    Client().post(told(reader, outside))
    body = {"topics": {"cases": {"sms": True}}}
    people.browser(reader).patch("/api/v1/account/channels/", body, content_type="application/json")
    tell(reader, version=2)
    run()
    assert len(outside.messages()) == 2


def test_a_stop_of_the_account_itself_changes_nothing(reader: User) -> None:
    Stop(reader.party_id, Topic.ACCOUNT, Channel.SMS).act()
    assert not Preference.objects.exists()


def test_an_email_has_the_headers_of_one_click(reader: User, settings: Settings) -> None:
    settings.EMAIL_PROVIDER = "smtp"
    providers.forget()
    confirm(reader, "email", MAILBOX)
    Preference.objects.create(party=reader.party, channel="email", wanted=True)
    tell(reader)
    delivery.send_outside([Channel.EMAIL])
    [sent] = mail.outbox
    found = LINK.search(str(sent.body))
    assert found is not None
    assert sent.extra_headers["List-Unsubscribe"] == f"<{settings.PUBLIC_ADDRESS}{found[1]}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    providers.forget()


def test_the_path_names_no_person(reader: User, outside: At) -> None:
    path = told(reader, outside)
    assert re.fullmatch(rf"/stop/{reader.party_id}\.cases\.sms\.[\w-]{{16}}/", path)
