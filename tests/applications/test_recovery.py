"""A forgotten password: the phone shows itself by a code of its own, and tells nobody else."""

from typing import Any

import pytest

from accounts import codes
from accounts.codes import SHOWN
from accounts.models import User
from accounts.parties import PhoneCode
from core.models import Meter
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import CODE, START, code_in, later, told, words
from tests.notifications.counterpart import At
from tests.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people")]

FORGOTTEN, TYPED, NEW = (
    "/account/password/forgotten/", "/account/password/code/", "/account/password/new/",
)  # fmt: skip
PHONE, UNKNOWN = "13912340009", "13912340008"
SENTENCE = "a-new-long-sentence"


@pytest.fixture
def own(people: dict[str, User]) -> User:
    """An applicant whose phone nobody else has."""
    user = people["resident"]
    user.phone = PHONE
    user.save()
    return user


def shown(sms: At, phone: str = PHONE, client: Any = None) -> Any:
    """The browser of somebody who has typed the code of its phone."""
    client = client or nobody()
    later()
    assert press(client, FORGOTTEN, phone=phone)["Location"] == TYPED
    assert press(client, TYPED, code=code_in(told(sms, phone)[-1]))["Location"] == NEW
    return client


def test_a_new_password_is_set_and_everything_else_signed_out(own: User, sms: At) -> None:
    elsewhere, token = of({"own": own}, "own"), own.tokens
    assert elsewhere.get("/account/settings/").status_code == 200
    page = Page(nobody().get("/account/sign-in/"))
    assert page.link("忘记密码或用户名？") == FORGOTTEN
    client = shown(sms)
    assert own.username in words(client.get(NEW))
    weak = press(client, NEW, account=own.username, password="123")
    assert (weak.status_code, set(weak.context["form"].errors)) == (200, {"password"})
    done = press(client, NEW, account=own.username, password=SENTENCE)
    assert done["Location"] == "/account/sign-in/"
    assert own.username in words(client.get(done["Location"]))
    own.refresh_from_db()
    assert own.check_password(SENTENCE)
    assert elsewhere.get("/account/settings/").status_code == 302
    assert not token.filter(revoked_at=None).exists()
    # Once.
    assert client.get(NEW)["Location"] == FORGOTTEN
    assert press(client, "/account/sign-in/", username=own.username, password=SENTENCE).url


def test_a_known_and_an_unknown_phone_are_answered_alike(own: User, sms: At) -> None:
    def asked(phone: str) -> list[Any]:
        later()
        client = nobody()
        sent = press(client, FORGOTTEN, phone=phone)
        page = client.get(TYPED)
        waits = press(client, FORGOTTEN, phone=phone)
        text = Page(page).main.replace(f"{phone[:3]} {phone[3:7]} {phone[7:]}", "the phone")
        return [sent.status_code, sent["Location"], text, waits.status_code, len(told(sms, phone))]

    assert asked(PHONE) == asked(UNKNOWN)
    # Only whoever holds the phone learns that it has no account.
    page = shown(sms, UNKNOWN).get(NEW)
    assert "没有申请人账户登记了这个手机号" in words(page)
    assert press(shown(sms, UNKNOWN), NEW, account=own.username, password=SENTENCE).status_code
    own.refresh_from_db()
    assert not own.check_password(SENTENCE)


def test_a_code_serves_the_purpose_that_it_was_asked_for(own: User, sms: At) -> None:
    client = nobody()
    press(client, FORGOTTEN, phone=PHONE)
    for_password = code_in(told(sms, PHONE)[-1])
    later()
    client.post(START, {"phone": PHONE})
    for_visit = code_in(told(sms, PHONE)[-1])
    assert client.post(CODE, {"code": for_password}).status_code == 200
    assert press(client, TYPED, code=for_visit).status_code == 200
    # Nor in a session that is told to wait for it.
    row = PhoneCode.objects.get(purpose=PhoneCode.Purpose.PASSWORD)
    session = client.session
    session[codes.ASKED[PhoneCode.Purpose.VISIT]] = row.pk
    session.save()
    assert client.post(CODE, {"code": for_password})["Location"] == "/apply/"
    assert client.get("/account/").status_code == 302
    assert press(client, TYPED, code=for_password)["Location"] == NEW


def test_it_is_said_in_the_message_what_a_code_is_for(own: User, sms: At) -> None:
    press(nobody(), FORGOTTEN, phone=PHONE)
    assert "重设密码" in told(sms, PHONE)[-1]


def test_whoever_works_here_asks_an_administrator(people: dict[str, User], sms: At) -> None:
    for user in (people["manager"], people["regulator"]):
        user.phone = PHONE
        user.save()
    page = shown(sms).get(NEW)
    assert people["manager"].username not in words(page)
    assert page.context["accounts"] == []


def test_one_of_several_accounts_of_a_phone_is_chosen(
    own: User, people: dict[str, User], sms: At
) -> None:
    other, stranger = people["shop"], people["factory"]
    other.phone = PHONE
    other.save()
    client = shown(sms)
    refused = press(client, NEW, account=stranger.username, password=SENTENCE)
    assert set(refused.context["form"].errors) == {"account"}
    press(client, NEW, account=other.username, password=SENTENCE)
    for user in (own, other, stranger):
        user.refresh_from_db()
    assert [user.check_password(SENTENCE) for user in (own, other, stranger)] == [
        False, True, False,
    ]  # fmt: skip


def test_a_second_click_on_the_code_is_told_the_same(own: User, sms: At) -> None:
    client = nobody()
    press(client, FORGOTTEN, phone=PHONE)
    form = Page(client.get(TYPED)).carried() | {"code": code_in(told(sms, PHONE)[-1])}
    twin = nobody()
    twin.cookies = client.cookies.copy()
    assert client.post(TYPED, form)["Location"] == NEW
    assert twin.post(TYPED, form)["Location"] == NEW
    assert twin.get(NEW).status_code == 200


def test_without_a_code_and_after_ten_minutes_nothing_is_set(own: User, sms: At) -> None:
    assert nobody().get(NEW)["Location"] == FORGOTTEN
    assert nobody().get(TYPED)["Location"] == FORGOTTEN
    client = shown(sms)
    session = client.session
    session[SHOWN[PhoneCode.Purpose.PASSWORD]] |= {"at": 0}
    session.save()
    assert client.post(NEW, {"account": own.username, "password": SENTENCE}).status_code == 302
    own.refresh_from_db()
    assert not own.check_password(SENTENCE)


def test_codes_for_both_purposes_are_counted_together(own: User, sms: At) -> None:
    Meter.objects.all().delete()
    assert press(nobody(), FORGOTTEN, phone=PHONE).status_code == 302
    assert nobody().post(START, {"phone": PHONE}).status_code == 429


def test_whoever_is_signed_in_changes_it_in_the_settings(people: dict[str, User]) -> None:
    assert of(people, "shop").get(FORGOTTEN)["Location"] == "/account/settings/"
