"""What the tests of referrals share: an office, a referral on its way, and the office's browser."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from applications.referrals import actions, demonstration
from applications.referrals.models import Referral, RegisteredOffice
from core.identifiers import plain_phone
from tests.applications.pages import nobody, press
from tests.applications.visiting import code_in, later, link_in, told
from tests.builders import pdf
from tests.notifications.counterpart import At
from tools.scenarios import PHONE, RESIDENT

#: What a customer declares; nobody else in the city has these words.
DECLARED: dict[str, Any] = {
    **RESIDENT,
    "phone": PHONE,
    "address": "内江市市中区公园街8号",
    "wanted": "住宅新装，8千瓦",
}
SITE = "http://testserver"


def neighbour(people: Mapping[str, User]) -> RegisteredOffice:
    """The registered office of Neijiang."""
    demonstration.register(people["supply-lead"])
    return RegisteredOffice.objects.get(city_en="Neijiang")


def passed_on(people: Mapping[str, User], **changes: Any) -> Referral:
    """A referral that a clerk has passed on to Neijiang, with the consent on paper."""
    found = RegisteredOffice.objects.filter(city_en="Neijiang").first() or neighbour(people)
    return actions.send(
        {**DECLARED, "office": found.pk, **changes},
        papers=[pdf("身份证.pdf")],
        consent=pdf("同意书.pdf"),
        site=SITE,
        by=people["clerk"],
    )


def texts(sms: At, referral: Referral) -> list[str]:
    """All that was sent to the phone of its office."""
    return told(sms, plain_phone(referral.office.mobile))


def entered(sms: At, referral: Referral) -> Any:
    """The browser of its office, which has followed the link and typed the code."""
    client = nobody()
    link = next(text for text in texts(sms, referral) if referral.number in text)
    assert client.get(link_in(link))["Location"] == "/referrals/open/"
    later()
    assert press(client, "/referrals/open/")["Location"] == "/referrals/code/"
    code = code_in(texts(sms, referral)[-1])
    assert press(client, "/referrals/code/", code=code)["Location"] == "/referrals/open/"
    return client


def opened(sms: At, referral: Referral) -> Any:
    """The same browser, with the package before it."""
    client = entered(sms, referral)
    assert press(client, "/referrals/open/")["Location"] == "/referrals/package/"
    return client
