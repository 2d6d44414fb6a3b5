"""Limits go by client, and by client and person: they punish neither the proxy nor the owner."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client

from accounts import hashing
from accounts.models import User
from core.problems import Busy
from rules.limits import Limit, Meter, Quota, limits
from rules.names import Kind
from tests import people
from tests.builders import declaration, filed

pytestmark = pytest.mark.django_db

SIGN_IN, TOKENS = "/account/sign-in/", "/api/v1/tokens/"
MOST = {meter: limit.most for meter, limit in limits().windows.items()}


def enter(username: str, password: str, client: str = "192.0.2.1", forwarded: str = "") -> Any:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    said = {"username": username, "password": password}
    return Client(REMOTE_ADDR=client).post(SIGN_IN, said, headers=headers)


def test_behind_a_proxy_one_clients_wrong_tries_lock_nobody_else_out(
    settings: LazySettings,
) -> None:
    settings.TRUSTED_PROXIES = 1
    people.applicant()
    for _ in range(MOST[Meter.SIGN_IN_PAIR]):
        enter("wang", "wrong", forwarded="203.0.113.9")
    assert enter("wang", people.PASSWORD, forwarded="203.0.113.9").status_code == 429
    # What the client wrote in front is not believed.
    assert enter("wang", people.PASSWORD, forwarded="9.9.9.9, 203.0.113.9").status_code == 429
    assert enter("wang", people.PASSWORD, forwarded="198.51.100.7").status_code == 302


def test_many_usernames_from_one_client_are_limited_on_page_and_api() -> None:
    people.applicant()
    answers = [enter(f"name-{n}", "wrong").status_code for n in range(40)]
    most = MOST[Meter.SIGN_IN_ADDRESS]
    assert answers == [200] * most + [429] * (40 - most)
    said = {"username": "wang", "password": people.PASSWORD}
    there = Client(REMOTE_ADDR="192.0.2.1")
    answer = there.post(TOKENS, said, content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-tries")
    assert int(answer["Retry-After"]) in range(1, 901)
    assert enter("wang", people.PASSWORD, client="192.0.2.2").status_code == 302


def test_what_is_tried_while_a_name_is_closed_does_not_close_the_network() -> None:
    people.applicant("li")
    for _ in range(40):
        enter("wang", "wrong")
    assert enter("li", people.PASSWORD).status_code == 302


def test_an_ipv6_customer_is_one_client() -> None:
    people.applicant()
    for n in range(MOST[Meter.SIGN_IN_PAIR]):
        enter("wang", "wrong", client=f"2001:db8:1:2::{n + 1}")
    assert enter("wang", people.PASSWORD, client="2001:db8:1:2:ffff::1").status_code == 429
    assert enter("wang", people.PASSWORD, client="2001:db8:1:3::1").status_code == 302


def test_wrong_present_passwords_are_limited_for_this_client_only() -> None:
    user = people.applicant()
    said = {"current": "wrong", "password": "ein ganz neues Wort"}
    browser = people.browser(user)
    answers = [browser.post("/account/password/", said).status_code for _ in range(25)]
    most = MOST[Meter.PASSWORD_PAIR]
    assert answers == [200] * most + [429] * (25 - most)
    right = said | {"current": people.PASSWORD}
    assert browser.post("/account/password/", right).status_code == 429
    elsewhere = browser.post("/account/password/", right, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def register(n: int, phone: str, client: str = "192.0.2.1") -> int:
    said = {"username": f"new-{n}", "name": "王", "phone": phone, "password": "Noch ein Tag 8"}
    return int(Client(REMOTE_ADDR=client).post("/account/register/", said).status_code)


def test_one_phone_has_only_so_many_new_accounts_from_wherever() -> None:
    answers = [register(n, "138 0000 1234", f"192.0.2.{n}") for n in range(12)]
    most = MOST[Meter.REGISTER_PHONE]
    assert answers == [302] * most + [429] * (12 - most)
    assert User.objects.count() == most
    assert register(99, "138 0000 5678") == 302


@pytest.mark.parametrize("meter", [Meter.REGISTER_ADDRESS, Meter.REGISTER_SITE])
def test_client_and_site_have_only_so_many(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits().windows, meter, Limit(most=2, minutes=60))
    assert [register(n, f"1380000000{n}") for n in range(3)] == [302, 302, 429]
    other = register(4, "13800000004", "192.0.2.99")
    assert other == (302 if meter is Meter.REGISTER_ADDRESS else 429)


def test_an_account_has_only_so_many_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = people.open_demonstration()
    monkeypatch.setitem(limits().quotas, Quota.DRAFTS, 2)

    def draft(who: str) -> Any:
        body = declaration(Kind.RESIDENTIAL)
        client = people.browser(cast[who])
        return client.post("/api/v1/applications/", body, content_type="application/json")

    answers = [draft("resident") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].json()["type"] == "/problems/quota-reached"
    assert draft("shop").status_code in (201, 422)
    number = answers[0].json()["number"]
    gone = people.browser(cast["resident"]).post(
        f"/api/v1/applications/{number}/actions/withdraw/", {}, content_type="application/json"
    )
    assert (gone.status_code, draft("resident").status_code) == (200, 201)


def test_only_so_many_passwords_are_hashed_at_once(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashing.BoundedPBKDF2"]
    kept = make_password("x")
    assert kept.startswith("pbkdf2_sha256$")
    assert check_password("x", kept)
    held = [hashing._taken_in.acquire(blocking=False) for _ in range(settings.PASSWORDS_TAKEN_IN)]
    try:
        with pytest.raises(Busy):
            check_password("x", kept)
        answer = enter("nobody", "x")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    finally:
        for _ in held:
            hashing._taken_in.release()
    assert check_password("x", kept)


def test_right_passwords_at_once_are_not_counted_and_wrong_ones_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While one is under way, others of the same name from the same client begin and end."""
    people.applicant()
    most = 3
    monkeypatch.setitem(limits().windows, Meter.SIGN_IN_PAIR, Limit(most=most, minutes=15))
    answers: list[int] = []

    def within(left: int) -> None:
        """As many sign-ins inside each other as the limit has, and more."""
        if left:
            patch.setattr(
                "accounts.sign_in.authenticate", lambda *_a, **said: entered(left - 1, said)
            )
            answers.append(enter("wang", people.PASSWORD).status_code)

    def entered(left: int, said: dict[str, Any]) -> Any:
        within(left)
        return authenticate(None, **said)

    with pytest.MonkeyPatch.context() as patch:
        within(most + 2)
    assert answers == [302] * (most + 2)
    for _ in range(most):
        assert enter("wang", "wrong").status_code == 200
    assert enter("wang", people.PASSWORD).status_code == 429


def test_of_wrong_passwords_at_once_none_past_the_limit_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people.applicant()
    monkeypatch.setattr("accounts.limits.require", lambda *_whom: None)
    most = MOST[Meter.SIGN_IN_PAIR]
    answers = [enter("wang", "wrong").status_code for _ in range(most + 3)]
    assert answers == [200] * most + [429] * 3


def test_right_questions_about_progress_at_once_are_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = people.open_demonstration()
    case = filed(cast, Kind.RESIDENTIAL)
    said = {"number": case.number, "phone": case.phone}
    monkeypatch.setitem(limits().windows, Meter.PROGRESS_ADDRESS, Limit(most=1, minutes=10))
    spent: list[Meter] = []
    monkeypatch.setattr("accounts.limits.spend", lambda meter, *_whom: spent.append(meter))
    there = Client(REMOTE_ADDR="192.0.2.1")
    assert [there.post("/progress/", said).status_code for _ in range(3)] == [200] * 3
    assert spent == []
