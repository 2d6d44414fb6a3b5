"""Offers by SMS: the link says which, a code that the phone is at hand; once, and in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounts import offers
from accounts.mandates import Mandate, Offer, Right
from accounts.models import User
from accounts.offers import Terms
from accounts.parties import Contact
from applications.models import Draft
from core.problems import WrongState
from notifications.models import Outbox
from rules.names import Kind
from tests.applications.mandates import (
    CODE,
    MANDATES,
    OFFER,
    PHONE,
    ask_for_code,
    link_to,
    somebody,
    take,
)
from tests.applications.pages import nobody, press, typed
from tests.applications.visiting import begun, code_in, entered, later, link_in, told
from tests.notifications.counterpart import At
from tests.page import Page
from tests.people import again, browser

pytestmark = pytest.mark.django_db

NEW, ASK = "/account/mandates/offer/", "/account/mandates/ask/"


@pytest.fixture
def owner(people: dict[str, User]) -> User:
    return people["resident"]


def offered(owner: User, sms: At, right: str = "sign", **said: Any) -> str:
    """The link of what the owner offers by the page."""
    answer = press(browser(owner), NEW, phone=PHONE, right=right, **said)
    assert answer["Location"] == MANDATES
    return link_to(sms)


def test_who_is_asked_agrees_with_a_code_and_acts_until_it_is_ended(owner: User, sms: At) -> None:
    link = offered(owner, sms, right="read")
    agent = somebody("agent")
    client = browser(agent)
    assert client.get(link)["Location"] == OFFER
    assert "139****0002" in Page(client.get(OFFER)).text
    assert owner.phone not in client.get(OFFER).content.decode()
    assert take(client, sms, link)["Location"] == MANDATES
    given = Mandate.objects.get()
    assert (given.user, given.party_id, given.right) == (agent, owner.party_id, Right.READ)
    own = browser(owner)
    assert Page(own.get(MANDATES)).rows("授权")[0].startswith("李代办 查看 全部")
    ended = Page(own.get(MANDATES)).submit(own, "终止李代办的授权")
    assert ended["Location"] == MANDATES
    assert again(agent).acts_for(Right.READ) == {agent.party_id: None}
    assert Offer.objects.values_list("outcome", "phone").get() == ("accepted", "")


def test_two_clicks_on_agree_are_one_mandate(owner: User, sms: At) -> None:
    link, client = offered(owner, sms), browser(somebody("agent"))
    ask_for_code(client, link)
    page = Page(client.get(CODE))
    code = code_in(told(sms, PHONE)[-1])
    answers = [page.submit(client, "同意", code=code)["Location"] for _click in range(2)]
    assert (answers, Mandate.objects.count()) == ([MANDATES] * 2, 1)


def test_a_link_without_the_phone_opens_nothing(owner: User, sms: At) -> None:
    link, client = offered(owner, sms), browser(somebody("thief"))
    ask_for_code(client, link)
    refused = press(client, CODE, code="000000")
    assert "验证码不对" in Page(refused).text
    # A code that another offer sent to another phone is none for this one.
    later()
    answer = press(browser(owner), NEW, phone="13912340005", right="read")
    assert answer["Location"] == MANDATES
    other = link_to(sms, "13912340005")
    ask_for_code(client, other)
    client.get(link)
    code = code_in(told(sms, "13912340005")[-1])
    assert press(client, CODE, code=code).status_code == 409
    assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ("accepted", "已经接受"),
        ("withdrawn", "已将其撤回"),
        ("declined", "已被拒绝"),
        ("expired", "已超过答复期限"),
    ],
)
def test_who_comes_too_late_reads_why(owner: User, sms: At, closed: str, words: str) -> None:
    link, client = offered(owner, sms), browser(somebody("agent"))
    ask_for_code(client, link)
    code, made = code_in(told(sms, PHONE)[-1]), Offer.objects.get()
    if closed == "accepted":
        offers.accept(made.pk, somebody("faster"))
    elif closed == "withdrawn":
        own = browser(owner)
        Page(own.get(MANDATES)).submit(own, "撤回发送给 139****0002 的邀请")
    elif closed == "declined":
        Page(client.get(OFFER)).submit(client, "拒绝")
        client.get(link)
    else:
        # The web role changes no end of an offer: one that was made long ago.
        Offer.objects.filter(pk=made.pk).delete()
        made.expires_at = Now() - timedelta(days=1)
        made.save(force_insert=True)
    late = press(client, CODE, code=code)
    page = Page(client.get(OFFER))
    assert (late.status_code, words in page.text) == (409, True), page.text
    assert not Mandate.objects.filter(user__username="agent").exists()


def test_an_invitation_leads_through_registering(owner: User, sms: At) -> None:
    link, client = offered(owner, sms), nobody()
    client.get(link)
    page = Page(client.get(OFFER))
    assert page.link("注册") == f"/account/register/?next={OFFER}"
    later()
    registered = press(
        client, page.link("注册"), username="newcomer", password="tongdian-9412",
        password_again="tongdian-9412", name="新来", phone="13912340009",
    )  # fmt: skip
    assert registered["Location"] == OFFER
    assert take(client, sms, link)["Location"] == MANDATES
    assert Mandate.objects.get().user.name == "新来"


def test_an_agent_asks_a_customer_who_agrees_on_the_own_phone(
    people: dict[str, User], sms: At
) -> None:
    agent = somebody("agent")
    client = browser(agent)
    assert press(client, ASK, phone=PHONE, right="sign")["Location"] == MANDATES
    customer = nobody()
    assert take(customer, sms, link_to(sms))["Location"] == MANDATES
    given = Mandate.objects.get()
    assert "李代办 办理并签约 全部" in Page(customer.get(MANDATES)).rows("授权")[0]
    # The agent files for that customer, each apart, and the draft is the customer's own.
    page = Page(client.get(MANDATES))
    begin = page.link("代其申请")
    assert begin == f"/apply/?for={given.party_id}"
    press(client, begin, **typed(Kind.RESIDENTIAL) | {"for": given.party_id})
    draft = Draft.objects.get()
    assert draft.filed_by_id == given.party_id
    assert draft.number in customer.get("/account/").content.decode()
    # Nobody files for a party without a mandate.
    stranger = browser(somebody("stranger"))
    body = typed(Kind.RESIDENTIAL) | {"for": given.party_id}
    assert stranger.post("/apply/", body).status_code == 403


def test_what_was_begun_without_an_account_comes_into_one(people: dict[str, User], sms: At) -> None:
    visitor = entered(sms)
    draft = begun(visitor)
    link = link_in(next(text for text in reversed(told(sms)) if "http" in text))
    account = somebody("account")
    client = browser(account)
    assert client.get(link)["Location"] == "/apply/return/"
    later()
    page = Page(client.get("/apply/return/"))
    assert page.submit(client, "归入我的账号")["Location"] == "/account/claim/code/"
    assert "验证码不对" in Page(press(client, "/account/claim/code/", code="000000")).text
    code = Page(client.get("/account/claim/code/"))
    typed_code = code_in(told(sms)[-1])
    answers = [
        code.submit(client, "归入我的账号", code=typed_code)["Location"] for _click in range(2)
    ]
    assert answers == [f"/apply/{draft.number}/"] * 2
    held = Mandate.objects.get()
    assert (held.party_id, held.right) == (draft.filed_by_id, Right.MANAGE)
    assert draft.number in client.get("/account/").content.decode()
    assert draft.number in visitor.get("/account/").content.decode()
    # The phone of what was claimed is the account's too, and is told once.
    [phone] = Contact.objects.filter(party=account.party_id)
    assert (phone.address, phone.ended_at) == ("13912340001", None)
    party_page = f"{MANDATES}?party={draft.filed_by_id}"
    ended = Page(client.get(party_page)).submit(client, "停用该链接")
    assert ended["Location"] == party_page
    assert visitor.get("/account/").status_code == 302
    assert nobody().get(link).status_code == 404
    assert draft.number in client.get("/account/").content.decode()


def test_signing_in_keeps_which_link_was_opened(people: dict[str, User], sms: At) -> None:
    draft = begun(entered(sms))
    client = nobody()
    client.get(link_in(next(text for text in reversed(told(sms)) if "http" in text)))
    page = Page(client.get("/apply/return/"))
    answer = press(
        client, page.link("请先登录"), username="resident", password="tongdian-demo",
    )  # fmt: skip
    assert answer["Location"] == "/apply/return/"
    assert "归入我的账号" in Page(client.get("/apply/return/")).text
    assert draft.filed_by_id != people["resident"].party_id


def test_offers_and_their_phones_are_told_nowhere_else(owner: User, sms: At, caplog: Any) -> None:
    link = offered(owner, sms)
    client = browser(somebody("agent"))
    take(client, sms, link)
    said = " ".join(map(str, Outbox.objects.values_list("context", flat=True))) + caplog.text
    for secret in (PHONE, link.split("/")[2], owner.name, "李代办"):
        assert secret not in said
    assert Offer.objects.get().phone == ""


def test_what_is_over_is_deleted(owner: User, people: dict[str, User]) -> None:
    made, _token = offers.offer(
        party=owner.party_id, terms=offers.Terms(Right.READ), phone=PHONE, by=owner
    )
    assert offers.forget() == 0
    Offer.objects.filter(pk=made.pk).delete()
    made.expires_at = Now() - 2 * offers.lasts()
    made.save(force_insert=True)
    assert offers.forget() == 1


def test_what_somebody_offered_for_the_party_ends_with_the_own_mandate(owner: User) -> None:
    ends = timezone.now() + timedelta(hours=1)
    manager = somebody("manager-1")
    given = offers.give(owner.party_id, manager, Terms(Right.MANAGE, None, ends))
    made, _token = offers.offer(
        party=owner.party_id, terms=Terms(Right.ACT), phone=PHONE, by=again(manager)
    )
    made.refresh_from_db()
    assert made.expires_at == ends
    offers.end(given.pk, owner)
    with pytest.raises(WrongState) as refused:
        offers.accept(made.pk, somebody("friend"))
    assert refused.value.detail == offers.ANSWERED["withdrawn"]
    assert Offer.objects.values_list("outcome", "phone").get() == ("withdrawn", "")
