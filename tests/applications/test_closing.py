"""Closing one's own account: what goes, what stays, and what stands in the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actions import issue_token
from accounts.models import ApiToken, User
from applications.closing import close
from applications.models import Application, Draft
from core.problems import WrongState
from ledger.models import Entry
from portal.invariants import broken
from reliability.following.actions import follow
from reliability.following.models import Follower
from reliability.following.queries import followed_by
from rules.names import Kind
from tests.accounts.test_passkeys import ASK_TO_ENTER, Device, add
from tests.applications.pages import nobody, of, press
from tests.applications.visiting import code_in, told
from tests.builders import do, drafted, filed
from tests.notifications.counterpart import At
from tests.page import Page
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
URL, ASK_TO_CLOSE = "/account/close/", "/account/passkeys/ask-to-close/"


def test_an_account_is_closed_with_all_that_leads_into_it(people: dict[str, User]) -> None:
    user, client, other = people["resident"], of(people, "resident"), of(people, "resident")
    ended = do(people, filed(people, Kind.RESIDENTIAL), "withdraw")
    drafted(people, Kind.RESIDENTIAL)
    issue_token(user=user, life=timedelta(days=1), second_factor=False)
    follow(body={"scope": "city"}, by=user, client="127.0.0.1")
    assert press(client, URL, current="wrong").status_code == 422
    assert Page(client.get("/account/settings/")).link("注销账户") == URL
    done = press(client, URL, current=PASSWORD)
    assert done["Location"] == "/"
    assert "账户已注销" in Page(client.get("/")).text
    found = User.objects.get(pk=user.pk)
    assert (found.name, found.phone, found.phone_index, found.is_active) == ("", "", None, False)
    assert (found.username[:7], user.username in found.username) == ("closed-", False)
    assert [(one.address, one.ended_at is None) for one in found.party.contacts.all()] == [
        ("", False)
    ]
    assert ApiToken.objects.filter(user=user).count() == 0
    assert followed_by(user).count() == 0
    assert Follower.objects.filter(phone_digest__isnull=False).count() == 0
    assert not Draft.objects.filter(filed_by=user.party, discarded_at=None).exists()
    assert other.get("/account/settings/").status_code == 302
    signed = nobody().post("/account/sign-in/", {"username": user.username, "password": PASSWORD})
    assert signed.status_code == 200
    # The case stays as it was filed, and is followed by number and phone.
    case = Application.objects.get(pk=ended.pk)
    pair = {"number": case.number, "phone": case.phone}
    assert nobody().post("/progress/", pair).status_code == 200
    assert Entry.objects.filter(type="account.closed").count() == 1
    assert {name: rows for name, rows in broken() if rows} == {}


def test_what_stands_in_the_way_is_said(people: dict[str, User]) -> None:
    filed(people, Kind.RESIDENTIAL)
    for who, words in (("resident", "还没有办结"), ("manager", "岗位")):
        client: Any = of(people, who)
        assert words in Page(client.get(URL)).text
        assert client.post(URL, {"current": PASSWORD}).status_code == 409
        with pytest.raises(WrongState):
            close(people[who])
    assert User.objects.filter(is_active=False).count() == 0


def test_the_database_closes_an_account_by_the_record_alone(people: dict[str, User]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT close_account(%s)", [people["resident"].pk])


def is_open(user: User) -> bool:
    return User.objects.get(pk=user.pk).is_active


def test_a_passkey_of_this_account_closes_it_asked_for_just_that(people: dict[str, User]) -> None:
    user, other = people["resident"], people["shop"]
    device, foreign = Device(user), Device(other, b"another device")
    add(user, device)
    add(other, foreign)
    client: Any = of(people, "resident")
    refused = {
        "asked to sign in": device.signed(client.post(ASK_TO_ENTER).json()),
        "of another account": foreign.signed(client.post(ASK_TO_CLOSE).json()),
        "nothing": "",
    }
    for what, answer in refused.items():
        said = client.post(URL, {"do": "passkey", "passkey": answer})
        assert (said.status_code, is_open(user)) == (422, True), what
    answer = device.signed(client.post(ASK_TO_CLOSE).json())
    assert client.post(URL, {"do": "passkey", "passkey": answer})["Location"] == "/"
    assert not is_open(user)


def test_a_code_to_the_phone_of_the_account_closes_it(people: dict[str, User], sms: At) -> None:
    user, client = people["resident"], of(people, "resident")
    user.set_unusable_password()
    user.phone = "13912340009"
    user.save()
    client.force_login(user)
    page = Page(client.get(URL))
    assert ("当前密码" in page.text, "139****0009" in page.text) == (False, True)
    sent = page.submit(client, "改为发送验证码到 139****0009")
    assert sent["Location"] == f"{URL}code/"
    code = code_in(told(sms, user.phone)[-1])
    wrong = "000000" if code != "000000" else "111111"
    assert press(client, f"{URL}code/", code=wrong).status_code == 200
    assert is_open(user)
    # Another account of the same phone has asked for none.
    assert of(people, "shop").post(f"{URL}code/", {"code": code})["Location"] == URL
    assert press(client, f"{URL}code/", code=code)["Location"] == "/"
    assert not is_open(user)
