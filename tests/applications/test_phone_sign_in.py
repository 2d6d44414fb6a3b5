"""Signing in by phone and code: whose phone shows itself, and what it opens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import codes, second_factor
from accounts.kept import KEPT
from accounts.models import User
from accounts.parties import Contact, PhoneCode
from tests.applications.pages import nobody, of, press
from tests.applications.test_visit_codes import twin, wrong_for
from tests.applications.visiting import CODE, START, code_in, later, told, words
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

PHONE_PAGE, TYPED, ACCOUNT = (
    "/account/sign-in-by-phone/", "/account/sign-in-by-phone/code/",
    "/account/sign-in-by-phone/account/",
)  # fmt: skip
SETTINGS = "/account/settings/"
PHONE, UNKNOWN = "13912340009", "13912340008"


def give(user: User, phone: str = PHONE) -> User:
    """A phone that nobody else has, not confirmed yet."""
    user.phone = phone
    user.save()
    user.party.contacts.create(channel=Contact.Channel.SMS, address=phone)
    return user


@pytest.fixture
def own(people: dict[str, User]) -> User:
    return give(people["resident"])


def typed(sms: At, phone: str = PHONE, client: Any = None, wanted: str = "") -> Any:
    """A browser, and what it is answered once it has typed the code of a phone."""
    client = client or nobody()
    later()
    page = f"{PHONE_PAGE}?next={wanted}" if wanted else PHONE_PAGE
    assert press(client, page, phone=phone)["Location"] == TYPED
    return client, press(client, TYPED, code=code_in(told(sms, phone)[-1]))


def form_of(page: Any) -> dict[str, str]:
    """What the form of a page carries."""
    found = Page(page)
    return found.hidden(found.tree.xpath("//main//form")[0])


def who(client: Any) -> str | None:
    found: str | None = client.session.get(SESSION_KEY)
    return found


def test_the_only_account_of_a_phone_is_signed_in_and_goes_on(own: User, sms: At) -> None:
    way = Page(nobody().get(f"/account/sign-in/?next={SETTINGS}"))
    assert way.link("用手机验证码登录") == f"{PHONE_PAGE}?next={SETTINGS}"
    client, answer = typed(sms, wanted=SETTINGS)
    assert (answer["Location"], who(client)) == (SETTINGS, str(own.pk))
    assert "登录" in told(sms, PHONE)[-1]
    contact = own.party.contacts.get(address_digest=Contact.digest("sms", PHONE))
    assert contact.confirmed_at is not None
    # A page of another site is not gone on to.
    assert typed(sms, wanted="https://evil.example/")[1]["Location"] == "/desk/"


def test_what_was_typed_before_the_session_ended_is_back(own: User, sms: At) -> None:
    client = of({"own": own}, "own")
    client.get("/account/")
    client.cookies.pop("sessionid")
    typed_in = {"reason": "我想撤回", "idempotency_key": "k", "version": "1"}
    sent = client.post("/account/cases/ZG20260001/withdraw/", typed_in)
    assert sent["Location"].startswith("/account/sign-in/?next=")
    _client, answer = typed(sms, client=client, wanted="/account/cases/ZG20260001/withdraw/")
    assert answer["Location"] == "/account/cases/ZG20260001/withdraw/"
    assert who(client) == str(own.pk)
    assert KEPT in client.session


def test_known_unknown_and_staff_phones_are_the_same_work_and_answer(
    own: User, people: dict[str, User], sms: At
) -> None:
    give(people["manager"], staffs := "13912340007")

    def asked(phone: str) -> list[Any]:
        later()
        client, work = nobody(), []
        acts: list[Callable[[], Any]] = [
            lambda: press(client, PHONE_PAGE, phone=phone),
            lambda: client.get(TYPED),
            lambda: press(client, TYPED, code="12345"),
            lambda: press(client, PHONE_PAGE, phone=phone),
        ]
        for act in acts:
            with CaptureQueriesContext(connection) as queries:
                answer = act()
            text = words(answer) if answer.status_code == 200 else answer.get("Location")
            for figures in (phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}"):
                text = text and text.replace(figures, "the phone")
            work.append((answer.status_code, text, len(queries), answer.get("Retry-After")))
        return [*work, len(told(sms, phone))]

    asked("13912340006")  # what is read once a process
    assert asked(PHONE) == asked(UNKNOWN) == asked(staffs)


def test_a_code_serves_signing_in_alone_and_only_its_session(own: User, sms: At) -> None:
    client, thief = nobody(), nobody()
    press(client, PHONE_PAGE, phone=PHONE)
    code = code_in(told(sms, PHONE)[-1])
    assert thief.post(TYPED, {"code": code})["Location"] == PHONE_PAGE
    later()
    client.post(START, {"phone": PHONE})
    for_visit = code_in(told(sms, PHONE)[-1])
    assert press(client, TYPED, code=for_visit).status_code == 200
    assert client.post(CODE, {"code": code}).status_code == 200
    assert who(client) is None
    assert press(client, TYPED, code=code)["Location"] == "/desk/"


def test_an_older_code_dies_and_a_strangers_tries_stop_nobody(own: User, sms: At) -> None:
    client, stranger = nobody(), nobody("192.0.2.7")
    press(client, PHONE_PAGE, phone=PHONE)
    older = code_in(told(sms, PHONE)[-1])
    later()
    press(stranger, PHONE_PAGE, phone=PHONE)
    newest = code_in(told(sms, PHONE)[-1])
    for _try in range(6):
        press(stranger, TYPED, code=wrong_for(newest))
    assert press(stranger, TYPED, code=newest).status_code == 200
    # The owner's own code still holds, until the owner asks for another one.
    later()
    Page(client.get(TYPED)).submit(client, "重新发送验证码")
    assert press(client, TYPED, code=older).status_code == 200
    assert press(client, TYPED, code=code_in(told(sms, PHONE)[-1]))["Location"] == "/desk/"


def test_a_second_factor_is_still_asked_for(own: User, sms: At) -> None:
    factor = second_factor.set_up(own)
    assert second_factor.confirm(own, second_factor.code_now(factor))
    client, answer = typed(sms, wanted=SETTINGS)
    assert (answer["Location"], who(client)) == ("/account/sign-in/code/", None)
    factor.refresh_from_db()
    factor.last_step = -1
    factor.save()
    done = client.post("/account/sign-in/code/", {"code": second_factor.code_now(factor)})
    assert (done["Location"], who(client)) == (SETTINGS, str(own.pk))


def test_one_of_several_accounts_is_chosen_and_no_other(
    own: User, people: dict[str, User], sms: At
) -> None:
    other, stranger, staff = give(people["shop"]), people["factory"], give(people["clerk"])
    client, answer = typed(sms, wanted=SETTINGS)
    assert (answer["Location"], who(client)) == (ACCOUNT, None)
    page = client.get(ACCOUNT)
    assert page.context["form"].fields["account"].choices == [
        (user.username, user.username) for user in (own, other)
    ]
    for wrong in (stranger, staff):
        refused = press(client, ACCOUNT, account=wrong.username)
        assert set(refused.context["form"].errors) == {"account"}
    sent = form_of(page) | {"account": other.username}
    second = twin(client)
    for each in (client, second):
        assert each.post(ACCOUNT, sent)["Location"] == SETTINGS
        assert who(each) == str(other.pk)


def test_without_an_account_one_goes_on_or_registers_with_the_confirmed_phone(
    people: dict[str, User], sms: At
) -> None:
    give(people["manager"], UNKNOWN)
    client, answer = typed(sms, UNKNOWN, wanted="/apply/?purpose=residential")
    page = client.get(answer["Location"])
    assert (answer["Location"], who(client)) == (ACCOUNT, None)
    assert people["manager"].username not in words(page)
    assert "没有申请人账户" in words(page)
    # With an account of its own: the phone is confirmed if it stays the same.
    register = client.get("/account/register/")
    assert register.context["form"].initial == {"phone": UNKNOWN}
    said = {"username": "newcomer", "name": "新来", "password": "a-new-long-sentence"}
    for browser, phone, confirmed in ((client, UNKNOWN, True), (nobody(), PHONE, False)):
        press(browser, "/account/register/", phone=phone, **said)
        [contact] = User.objects.latest("pk").party.contacts.all()
        assert (contact.address, contact.confirmed_at is not None) == (phone, confirmed)


def test_whoever_goes_on_without_an_account_is_a_party_of_its_own(sms: At) -> None:
    client, _answer = typed(sms, UNKNOWN, wanted="/apply/?purpose=residential")
    sent = form_of(client.get(ACCOUNT))
    second = twin(client)
    for each in (client, second):
        assert each.post(ACCOUNT, sent)["Location"] == "/apply/?purpose=residential"
        assert "139****0008" in words(each.get("/account/"))
    held = Contact.objects.filter(address_digest=Contact.digest("sms", UNKNOWN))
    assert [row.confirmed_at is not None for row in held] == [True]


def test_what_a_code_opens_ends_after_ten_minutes(own: User, sms: At) -> None:
    assert nobody().get(ACCOUNT)["Location"] == PHONE_PAGE
    assert nobody().get(TYPED)["Location"] == PHONE_PAGE
    client, _answer = typed(sms, UNKNOWN)
    session = client.session
    session[codes.SHOWN[PhoneCode.Purpose.SIGN_IN]] |= {"at": 0}
    session.save()
    assert client.get(ACCOUNT)["Location"] == PHONE_PAGE
    assert client.post(ACCOUNT, {})["Location"] == PHONE_PAGE


@pytest.mark.parametrize("number", ["", "+85291234567", "+1 202 555 0100", "0813-1234567", "139"])
def test_only_numbers_of_the_mainland_are_sent_a_code(number: str, sms: At) -> None:
    refused = press(nobody(), PHONE_PAGE, phone=number)
    assert (refused.status_code, set(refused.context["form"].errors)) == (200, {"phone"})
    assert not PhoneCode.objects.exists()


def test_a_number_is_the_same_however_it_is_spelled(own: User, sms: At) -> None:
    for spelled in ("+86 139-1234-0009", "００８６１３９１２３４０００９"):
        client = nobody()
        later()
        assert press(client, PHONE_PAGE, phone=spelled)["Location"] == TYPED
        press(client, TYPED, code=code_in(told(sms, PHONE)[-1]))
        assert who(client) == str(own.pk)


def test_a_closed_account_is_none(own: User, sms: At) -> None:
    own.is_active = False
    own.save()
    assert typed(sms)[1]["Location"] == ACCOUNT
