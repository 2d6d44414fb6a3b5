"""Signing in by an identity service: who gets in, and every answer that is not one to us."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import second_factor
from accounts.actions import disable
from accounts.actor import SYSTEM
from accounts.identities import ConfirmedIdentity, IdentityLink
from accounts.models import User
from accounts.oidc import client as oidc
from accounts.oidc.authorization import Refusal
from accounts.roles import Role
from accounts.views.identity_answers import WHY
from rules.limits import Limit, limits
from rules.limits import Meter as Limited
from tests import people
from tests.accounts.identity import (
    ACCOUNT,
    ENTER,
    FACE,
    LINK,
    OWN,
    REFUSED,
    RETURN,
    ZHOU,
    Service,
    answer_of,
    gone,
)
from tests.page import Page

pytestmark = pytest.mark.django_db
SETTINGS, SIGN_IN, SECOND = "/account/settings/", "/account/sign-in/", "/account/sign-in/code/"
PHONE = "13912340001"


def who(client: Client) -> str | None:
    found: str | None = client.session.get(SESSION_KEY)
    return found


def confirmed() -> list[tuple[str, ...]]:
    """Of everybody, in the order in which it was confirmed."""
    rows = ConfirmedIdentity.objects.filter(ended_at=None).order_by("id")
    return [(row.means, row.service, row.name, row.id_number) for row in rows]


def why(client: Client, answer: Any) -> Refusal:
    """The reason on the page to which a browser is led."""
    assert answer["Location"] in (REFUSED, f"{REFUSED}?stale=1")
    page = Page(client.get(answer["Location"]))
    [found] = [refusal for refusal, words in WHY.items() if str(words) in page.text]
    return found


def made(service: Service, client: Client) -> User:
    """An account that was made for one of the service's people."""
    assert gone(service, client)["Location"] == ACCOUNT
    assert client.post(ACCOUNT, {"phone": PHONE, "next": SETTINGS})["Location"] == SETTINGS
    return User.objects.latest("pk")


def linked(service: Service, user: User, person: str = "zhou") -> Any:
    """The browser of an account, and what it is answered when it links it with a person."""
    client = people.browser(user)
    return client, gone(service, client, LINK, person, current=people.PASSWORD, do="link")


def test_whoever_is_confirmed_gets_one_account_and_is_in_it_from_then_on(service: Service) -> None:
    first, second = Client(), Client()
    assert Page(first.get(SIGN_IN)).button("通过国家政务服务平台（演示）登录") is not None
    assert gone(service, first, next=SETTINGS)["Location"] == ACCOUNT
    page = Page(first.get(ACCOUNT))
    assert "周敏，510***********0022" in page.text
    mistyped = first.post(ACCOUNT, {"phone": "0813-1234567"})
    assert set(mistyped.context["form"].errors) == {"phone"}
    sent = page.hidden(page.tree.xpath("//main//form")[0]) | {"phone": "+86 139 1234 0001"}
    second.cookies["sessionid"] = first.cookies["sessionid"].value
    for browser in (first, second):  # the second click comes with the session of the first
        assert browser.post(ACCOUNT, sent)["Location"] == SETTINGS
    user = User.objects.get()
    assert (who(first), who(second)) == (str(user.pk), str(user.pk))
    assert (user.name, user.phone, user.has_usable_password()) == ("周敏", PHONE, False)
    assert confirmed() == [("sign_in", "national", *ZHOU)]
    # Nobody else comes with it, and it is known again.
    assert Client().post(ACCOUNT, sent)["Location"] == SIGN_IN
    again = Client()
    assert gone(service, again, next=SETTINGS)["Location"] == SETTINGS
    assert (who(again), User.objects.count()) == (str(user.pk), 1)
    assert gone(service, Client(), next="https://evil.example/")["Location"] == "/desk/"
    assert (ConfirmedIdentity.objects.count(), IdentityLink.objects.count()) == (1, 1)


def test_a_second_factor_is_still_asked_for(service: Service) -> None:
    factor, client = second_factor.set_up(made(service, Client())), Client()
    assert second_factor.confirm(factor.user, second_factor.code_now(factor))
    assert gone(service, client)["Location"] == SECOND
    assert who(client) is None


def test_linking_and_ending_it_take_the_present_password(service: Service) -> None:
    user = people.applicant()
    own = people.browser(user)
    for do in ("link", "unlink"):
        refused = own.post(LINK, {"current": "wrong", "do": do})
        assert set(refused.context["form"].errors) == {"current"}
    assert linked(service, user)[1]["Location"] == OWN
    page = Page(own.get(OWN)).text
    for words in ("周敏", "510***********0022", "国家政务服务平台（演示）", "解除关联"):
        assert words in page
    found = Client()
    assert gone(service, found)["Location"] == "/desk/"
    assert who(found) == str(user.pk)
    for _click in range(2):
        done = own.post(LINK, {"current": people.PASSWORD, "do": "unlink"})
        assert done["Location"] == OWN
    assert gone(service, Client())["Location"] == ACCOUNT
    assert confirmed() == [("sign_in", "national", *ZHOU)]


def test_without_a_password_one_is_set_before_a_link_ends(service: Service) -> None:
    client = Client()
    made(service, client)
    assert Page(client.get(LINK)).link("设置密码") == "/account/password/forgotten/"
    client.post(LINK, {"current": "", "do": "unlink"})
    assert IdentityLink.objects.count() == 1


def test_a_service_that_is_set_no_more_is_offered_no_more_but_its_link_ends(
    service: Service, settings: Settings
) -> None:
    client, _answer = linked(service, people.applicant())
    settings.IDENTITY_SERVICES = []
    assert LINK in Page(client.get(OWN)).links(OWN)
    assert client.post(LINK, {"current": people.PASSWORD, "do": "unlink"})["Location"] == OWN
    answers = [client.get(LINK), client.post(ENTER), client.post(FACE), client.get(RETURN)]
    assert {answer.status_code for answer in answers} == {404}
    assert "演示" not in Page(Client().get(SIGN_IN)).text


def test_what_is_no_token_for_us_lets_nobody_in(service: Service) -> None:
    now = int(time.time())
    wrong: dict[str, dict[str, Any]] = {
        "another nonce": {"claims": {"nonce": "another"}},
        "no nonce": {"claims": {"nonce": None}},
        "another audience": {"claims": {"aud": "another"}},
        "one audience of two": {"claims": {"aud": ["tongdian", "another"]}},
        "made for another of two": {"claims": {"aud": ["tongdian", "x"], "azp": "x"}},
        "another issuer": {"claims": {"iss": "http://127.0.0.1/national"}},
        "expired": {"claims": {"exp": now - 120}},
        "without an end": {"claims": {"exp": None}},
        "an end that is no time": {"claims": {"exp": "2099"}},
        "made before it was asked": {"claims": {"iat": now - 900}},
        "made after now": {"claims": {"iat": now + 900}},
        "nobody": {"claims": {"sub": None}},
        "a subject that is none": {"claims": {"sub": ["sub-zhou"]}},
        "another key": {"key": "other"},
        "an unknown key": {"header": {"kid": "unknown"}},
        "unsigned": {"header": {"alg": "none"}},
        "the client's secret as key": {"header": {"alg": "HS256"}, "key": "secret"},
        "no signature of RSA": {"key": "secret"},
        "RSA taken for a curve": {"header": {"alg": "ES256"}},
        "a claim on what we do not know": {"header": {"crit": ["x"], "x": 1}},
    }
    found = {}
    for name, said in wrong.items():
        client = Client()
        answer = answer_of(service, client, next=SETTINGS)
        service.behave(**said)
        found[name] = (why(client, client.get(answer)), who(client))
        assert client.get(ACCOUNT)["Location"] == SIGN_IN
    assert found == dict.fromkeys(wrong, (Refusal.UNTRUSTED, None))
    assert (IdentityLink.objects.count(), confirmed()) == (0, [])
    # The page has the other ways, and the service's next answer is taken.
    assert Page(client.get(REFUSED)).link("查看登录方式") == f"{SIGN_IN}?next={SETTINGS}"
    assert gone(service, client)["Location"] == ACCOUNT


def test_a_service_that_answers_badly_or_not_leads_to_the_other_ways(
    service: Service, settings: Settings
) -> None:
    settings.IDENTITY_WAIT = 0.2
    modes = ("slow", "silent", "mute", "garbled", "error", "broken", "refuse", "busy")
    found = {}
    for mode in modes:
        client = Client()
        answer = answer_of(service, client)
        service.behave(mode, seconds=0.5)
        later = why(client, client.get(answer))
        oidc.forget()
        service.behave(mode, seconds=0.5)
        found[mode] = (later, why(client, client.post(ENTER)), who(client))
    assert found == dict.fromkeys(modes, (Refusal.UNANSWERED, Refusal.UNANSWERED, None))


def test_a_document_that_leads_elsewhere_and_a_service_that_is_away_are_not_followed(
    service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, issuer = Client(), f"{service.url}/national"
    for document in (
        {"issuer": "https://evil.example", "authorization_endpoint": f"{issuer}/authorize"},
        {"issuer": issuer},
        {"issuer": issuer, "authorization_endpoint": "javascript:alert(1)"},
        {"issuer": issuer, "authorization_endpoint": f"{issuer}/a\r\nSet-Cookie: a=b"},
    ):
        oidc._kept[issuer + oidc.DISCOVERY] = (time.monotonic() + 60, document)
        assert why(client, client.post(ENTER)) == Refusal.UNANSWERED
    oidc.forget()
    settings.IDENTITY_SERVICES = [
        row | {"issuer": "http://127.0.0.1:1/x"} for row in settings.IDENTITY_SERVICES
    ]
    assert why(client, client.post(ENTER)) == Refusal.UNANSWERED
    # Nor do more threads wait than may.
    full = type("Full", (), {"acquire": lambda *_, **__: False})
    monkeypatch.setattr(oidc, "_at_work", full())
    assert why(client, client.post(ENTER)) == Refusal.UNANSWERED


def test_what_is_sent_twice_or_signed_by_a_curve_or_by_a_new_key_is_taken(
    service: Service,
) -> None:
    keys = oidc._ask(f"{service.url}/national/keys")
    [curve] = [key["kid"] for key in keys["keys"] if key["kty"] == "EC"]
    for said in ({"mode": "twice"}, {"header": {"alg": "ES256", "kid": curve}}):
        client = Client()
        answer = answer_of(service, client)
        service.behave(**said)
        assert client.get(answer)["Location"] == ACCOUNT
    oidc._kept[f"{service.url}/national/keys"] = (time.monotonic() + 60, {"keys": []})
    assert gone(service, Client())["Location"] == ACCOUNT


def test_only_the_answer_to_the_last_question_of_this_session_is_taken_once(
    service: Service,
) -> None:
    client, other = Client(), Client()
    older, answer = answer_of(service, client), answer_of(service, client)
    answer_of(service, other)
    for browser, address in (
        (client, older),
        (other, answer),
        (client, RETURN),
        (client, answer.replace("national", "provincial")),
        (client, answer.replace("state=", "state=x")),
    ):
        assert why(browser, browser.get(address)) == Refusal.STALE
    service.behave(state="of another question")
    assert why(other, gone(service, other)) == Refusal.STALE
    held = dict(client.session)
    assert client.get(answer)["Location"] == ACCOUNT
    # Neither again, nor by a session that was read before the first was written.
    late = Client()
    session = late.session
    session.update(held)
    session.save()
    for browser in (client, late):
        assert why(browser, browser.get(answer)) == Refusal.STALE


def test_a_question_and_an_answer_hold_for_ten_minutes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, later = Client(), time.time() + 601
    answer = answer_of(service, client)
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: later)
        assert why(client, client.get(answer)) == Refusal.STALE
    assert gone(service, client)["Location"] == ACCOUNT
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.post(ACCOUNT, {"phone": PHONE})["Location"] == SIGN_IN


def test_what_comes_in_place_of_a_code_is_told(service: Service) -> None:
    told: dict[str, tuple[Refusal, dict[str, str]]] = {
        "cancelled": (Refusal.CANCELLED, {"code": "", "error": "access_denied"}),
        "an error": (Refusal.UNANSWERED, {"code": "", "error": "server_error"}),
        "nothing": (Refusal.UNANSWERED, {"code": ""}),
        "an unknown code": (Refusal.UNANSWERED, {"code": "another"}),
        "another issuer": (Refusal.UNTRUSTED, {"iss": "https://evil.example"}),
    }
    found = {}
    for name, (_refusal, said) in told.items():
        client = Client()
        query = dict(parse_qsl(urlsplit(answer_of(service, client)).query))
        found[name] = why(client, client.get(RETURN, query | said))
    assert found == {name: refusal for name, (refusal, _said) in told.items()}


def test_only_a_verified_name_and_number_make_an_account(service: Service) -> None:
    unconfirmed: list[dict[str, Any]] = [
        {"identity_verified": False}, {"identity_verified": None}, {"identity_verified": "true"},
        {"name": None}, {"name": "  \u3164 "}, {"name": "周\u202e敏"}, {"name": "周" * 61},
        {"name": ["周敏"]}, {"id_number": None}, {"id_number": "510304198805170023"},
        {"id_number": 510304198805170022},
    ]  # fmt: skip
    for claims in unconfirmed:
        client = Client()
        answer = answer_of(service, client)
        service.behave(claims=claims)
        assert why(client, client.get(answer)) == Refusal.UNCONFIRMED, claims
    # Whoever has an account is known by the subject alone.
    client = people.browser(people.applicant())
    answer = answer_of(service, client, LINK, current=people.PASSWORD, do="link")
    service.behave(claims={"name": None})
    assert client.get(answer)["Location"] == OWN
    assert (IdentityLink.objects.count(), confirmed()) == (1, [])


def test_names_and_numbers_are_taken_as_people_have_them(service: Service) -> None:
    spelled = {
        ("阿依古丽·买买提", "510302199107210041"): ("阿依古丽·买买提", "510302199107210041"),
        ("沈㛃", "510302880517002"): ("沈㛃", "510302880517002"),
        (" 𠮷田 ", "51030419880517105x"): ("𠮷田", "51030419880517105X"),
        ("周敏", "５１０３０４ 19880517 0022"): ZHOU,
        ("Ana María", "e12345678"): ("Ana María", "E12345678"),
    }
    for name, number in spelled:
        client = people.browser(people.applicant(f"a{len(confirmed())}"))
        answer = answer_of(service, client, LINK, current=people.PASSWORD, do="link")
        service.behave(claims={"name": name, "id_number": number, "sub": number})
        assert client.get(answer)["Location"] == OWN
    assert [row[2:] for row in confirmed()] == list(spelled.values())


def test_one_person_has_one_account_and_one_account_one_person(service: Service) -> None:
    first, second = people.applicant(), people.applicant("li")
    said = {"current": people.PASSWORD, "do": "link"}
    windows = [people.browser(first) for _ in range(2)]
    asked = [
        answer_of(service, window, LINK, person, **said)
        for window, person in zip(windows, ("zhou", "aygul"), strict=True)
    ]
    assert linked(service, first)[1]["Location"] == OWN
    assert why(*linked(service, second)) == Refusal.LINKED_ELSEWHERE
    assert windows[0].get(asked[0])["Location"] == OWN
    assert why(windows[1], windows[1].get(asked[1])) == Refusal.LINKED_OTHERWISE
    assert [row.user for row in IdentityLink.objects.all()] == [first]


def test_a_closed_account_and_one_with_a_role_are_not_let_in(service: Service) -> None:
    user, clerk = people.applicant(), people.staff(Role.CLERK)
    linked(service, user)
    own = people.browser(clerk)
    said = {"current": people.PASSWORD, "do": "link"}
    assert why(own, own.post(LINK, said)) == Refusal.ROLE
    assert LINK not in Page(own.get(OWN)).links(OWN)
    # A role that came after the link, and went.
    role = user.grants.create(role=Role.CLERK, organisation=clerk.grants.get().organisation)
    client = Client()
    assert why(client, gone(service, client)) == Refusal.ROLE
    assert LINK in Page(people.browser(user).get(OWN)).links(OWN)
    role.to_at = timezone.now() + timedelta(microseconds=1)
    role.save(update_fields=["to_at"])
    disable(user=user, by=SYSTEM)
    assert why(client, gone(service, client)) == Refusal.CLOSED
    assert who(client) is None


def test_one_client_puts_so_many_questions(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().windows, Limited.IDENTITY_ADDRESS, Limit(most=1, minutes=15))
    assert Client().post(ENTER).status_code == 200
    refused = Client().post(ENTER)
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
