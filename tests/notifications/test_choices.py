"""The account's page and the API of channels; the administrator's page of what did not arrive."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from notifications.models import Delivery, Preference
from tests import people
from tests.notifications.counterpart import At
from tests.notifications.test_outside import (
    MAILBOX,
    PHONE,
    confirm,
    of,
    reader,
    run,
    tell,
)

__all__ = ["reader"]
pytestmark = pytest.mark.django_db
PAGE, API = "/account/messages/channels/", "/api/v1/account/channels/"
TROUBLE = "/account/messages/deliveries/"


def shown(
    channel: str, *, wanted: bool, available: bool, addresses: list[str]
) -> dict[str, object]:
    return {
        "channel": channel, "wanted": wanted, "available": available, "addresses": addresses,
    }  # fmt: skip


def test_one_sees_and_chooses_over_which_channels_one_is_told(reader: User, outside: At) -> None:
    client: Client = people.browser(reader)
    site = shown("site", wanted=True, available=True, addresses=[])
    phone = shown("sms", wanted=True, available=True, addresses=["138****0001"])
    nothing = shown("email", wanted=False, available=False, addresses=[])
    assert client.get(API).json() == [site, phone, nothing]
    confirm(reader, "email", MAILBOX)
    answer = client.patch(API, {"sms": False, "email": True}, content_type="application/json")
    mailbox = shown("email", wanted=True, available=True, addresses=["l***@example.cn"])
    assert (answer.status_code, answer.json()) == (200, [site, phone | {"wanted": False}, mailbox])
    tell(reader)
    run()
    assert [each["to"] for each in outside.messages()] == [MAILBOX]


def test_the_page_saves_what_is_ticked_and_nothing_else(reader: User) -> None:
    client = people.browser(reader)
    page = client.get(PAGE).content.decode()
    assert "138****0001" in page
    assert PHONE not in page
    client.post(PAGE, {"asked": ["sms", "site", "x"], "wanted": ["site", "x"]})
    assert list(Preference.objects.values_list("channel", "wanted")) == [("sms", False)]


@pytest.mark.parametrize("body", [{"site": False}, {"sms": "perhaps"}, {"sms": None}, []])
def test_what_is_no_choice_is_refused(reader: User, body: object) -> None:
    answer = people.browser(reader).patch(API, body, content_type="application/json")
    assert answer.status_code == 422
    assert not Preference.objects.exists()


def test_the_administrator_sees_why_and_sends_again(reader: User, outside: At) -> None:
    tell(reader)
    outside.behave("refuse")
    run()
    client = people.browser(people.staff(Role.ADMINISTRATOR, username="root-1"))
    page = client.get(TROUBLE).content.decode()
    assert "case.accepted ZG-1" in page
    assert "服务商拒绝发送" in page
    assert PHONE not in page
    row = Delivery.objects.get(channel="sms")
    client.post(f"{TROUBLE}{row.pk}/again/")
    assert of() == [("pending", "")]
    run()
    assert len(outside.messages()) == 1
    # A second click finds nothing to do.
    client.post(f"{TROUBLE}{row.pk}/again/")
    assert of() == [("sent", "")]
    assert client.post(f"{TROUBLE}999999/again/").status_code == 404
