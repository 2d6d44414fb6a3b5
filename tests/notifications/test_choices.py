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


TOPICS = ("account", "cases", "deadlines", "outages")


def shown(
    channel: str, *, wanted: bool, available: bool, addresses: list[str], **changed: bool
) -> dict[str, object]:
    """As the API shows a channel whose topics are all as it is, but for those changed."""
    fixed = {"site": set(TOPICS), "email": set()}.get(channel, {"account"})
    topics = [
        {
            "topic": each,
            "wanted": each in fixed or changed.get(each, wanted),
            "fixed": each in fixed,
        }
        for each in TOPICS
    ]
    return {
        "channel": channel, "wanted": wanted, "available": available, "addresses": addresses,
        "topics": topics,
    }  # fmt: skip


UNBOUND = [shown(each, wanted=True, available=False, addresses=[]) for each in ("wechat", "app")]


def test_one_sees_and_chooses_over_which_channels_one_is_told(reader: User, outside: At) -> None:
    client: Client = people.browser(reader)
    site = shown("site", wanted=True, available=True, addresses=[])
    phone = shown("sms", wanted=True, available=True, addresses=["138****0001"])
    nothing = shown("email", wanted=False, available=False, addresses=[])
    assert client.get(API).json() == [site, phone, nothing, *UNBOUND]
    confirm(reader, "email", MAILBOX)
    answer = client.patch(API, {"sms": False, "email": True}, content_type="application/json")
    mailbox = shown("email", wanted=True, available=True, addresses=["l***@example.cn"])
    declined = shown("sms", wanted=False, available=True, addresses=["138****0001"])
    assert (answer.status_code, answer.json()) == (200, [site, declined, mailbox, *UNBOUND])
    tell(reader)
    run()
    assert [each["to"] for each in outside.messages()] == [MAILBOX]


def test_the_page_saves_what_is_ticked_and_nothing_else(reader: User) -> None:
    client = people.browser(reader)
    page = client.get(PAGE).content.decode()
    assert "138****0001" in page
    assert PHONE not in page
    asked = ["cases.sms", "outages.sms", "account.sms", "cases.site", "x.y"]
    client.post(PAGE, {"asked": asked, "wanted": ["outages.sms", "cases.site", "x.y"]})
    rows = Preference.objects.order_by("topic").values_list("channel", "topic", "wanted")
    assert list(rows) == [("sms", "cases", False), ("sms", "outages", True)]


def test_what_is_said_of_a_topic_holds_for_it_alone_and_a_channel_for_all(
    reader: User, outside: At
) -> None:
    client = people.browser(reader)
    topics = {"topics": {"cases": {"sms": False}}}
    answer = client.patch(API, topics, content_type="application/json").json()[1]
    known = {"available": True, "addresses": ["138****0001"]}
    assert answer == shown("sms", wanted=True, cases=False, **known)  # type: ignore[arg-type]
    tell(reader)
    tell(reader, kind="clock.warned", version=2)
    run()
    assert len(outside.messages()) == 1
    answer = client.patch(API, {"sms": True}, content_type="application/json").json()[1]
    assert answer == shown("sms", wanted=True, **known)  # type: ignore[arg-type]


def test_what_is_about_the_account_cannot_be_declined(reader: User, outside: At) -> None:
    client = people.browser(reader)
    client.patch(API, {"sms": False}, content_type="application/json")
    both = {"topics": {"account": {"sms": False, "email": True}}}
    client.patch(API, both, content_type="application/json")
    tell(reader, kind="mandate.given")
    tell(reader, version=2)
    run()
    [(to, text)] = outside.texts()
    assert (to, text.startswith("【自贡通电】")) == (PHONE, True)


@pytest.mark.parametrize(
    "body",
    [
        {"site": False},
        {"sms": "perhaps"},
        {"sms": None},
        [],
        {"topics": {"weather": {"sms": True}}},
        {"topics": {"cases": {"pigeon": True}}},
        {"topics": []},
    ],
)
def test_what_is_no_choice_is_refused(reader: User, body: object) -> None:
    answer = people.browser(reader).patch(API, body, content_type="application/json")
    assert answer.status_code in (400, 422)
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
