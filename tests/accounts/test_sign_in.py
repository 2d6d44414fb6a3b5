"""Signing in: the same answer for everybody who may not, and sessions that end."""

import logging
import re
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor, sign_in
from accounts.actions import disable, enable, grant, issue_token
from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from rules.limits import Meter, limits
from tests import people

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"
SETTINGS = "/account/settings/"
#: Wrong passwords for one name from one client.
MOST = limits().windows[Meter.SIGN_IN_PAIR].most


def enter(
    client: Client, username: str, password: str = people.PASSWORD, next_url: str = ""
) -> Any:
    data = {"username": username, "password": password, "next": next_url}
    return client.post(SIGN_IN, data)


def is_signed_in(client: Client) -> bool:
    return client.get(SETTINGS).status_code == 200


def without_csrf(html: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.decode())


def test_an_applicant_is_signed_in_and_comes_home() -> None:
    user, client = people.applicant(), Client()
    answer = enter(client, "wang")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("desk"))
    assert client.session[SESSION_KEY] == str(user.pk)


def test_the_username_is_taken_in_capitals_too() -> None:
    people.applicant()
    client = Client()
    enter(client, " Wang ")
    assert is_signed_in(client)


def test_unknown_closed_and_wrong_are_answered_alike() -> None:
    people.applicant("known")
    disable(user=people.applicant("closed"), by=SYSTEM)
    answers = [
        enter(Client(), "known", "wrong password"),
        enter(Client(), "known-not", "wrong password"),
        enter(Client(), "closed"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    texts = [without_csrf(answer.content) for answer in answers]
    names = ("known-not", "known", "closed")
    for name in names:
        texts = [text.replace(f'value="{name}"', "") for text in texts]
    assert texts[0] == texts[1] == texts[2]


def test_a_new_session_id_is_given_at_sign_in() -> None:
    people.applicant()
    client = Client()
    enter(client, "wang", "wrong password")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies = SimpleCookie({"sessionid": session.session_key or ""})
    enter(client, "wang")
    assert client.session.session_key != session.session_key
    assert "planted" not in client.session
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_signing_out_ends_the_session_on_the_server_and_needs_a_post() -> None:
    client = people.browser(people.applicant())
    old = client.session.session_key
    assert client.get("/account/sign-out/").status_code == 405
    assert is_signed_in(client)
    client.post("/account/sign-out/")
    client.cookies = SimpleCookie({"sessionid": old or ""})
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "\thttps://evil.example",
    ],
)
def test_no_other_site_is_redirected_to(wanted: str) -> None:
    people.applicant()
    assert enter(Client(), "wang", next_url=wanted).headers["Location"] == reverse("desk")


def test_the_page_that_was_wanted_is_redirected_to() -> None:
    people.applicant()
    client = Client()
    asked = client.get(SETTINGS)
    assert asked.headers["Location"] == f"{SIGN_IN}?next={SETTINGS}"
    assert enter(client, "wang", next_url=SETTINGS).headers["Location"] == SETTINGS


def test_forms_without_csrf_token_are_refused() -> None:
    people.applicant()
    client = Client(enforce_csrf_checks=True)
    assert enter(client, "wang").status_code == 403


@pytest.mark.parametrize(
    ("mark", "age"),
    [
        (sign_in.SEEN_AT, timedelta(hours=1, minutes=1)),
        (sign_in.SIGNED_IN_AT, timedelta(hours=12, minutes=1)),
    ],
)
def test_a_session_ends_when_idle_or_old(mark: str, age: timedelta) -> None:
    client = people.browser(people.applicant())
    assert is_signed_in(client)
    session = client.session
    session[mark] = (timezone.now() - age).timestamp()
    session.save()
    assert not is_signed_in(client)
    assert SESSION_KEY not in client.session


def test_a_session_in_use_goes_on() -> None:
    client = people.browser(people.applicant())
    session = client.session
    session[sign_in.SEEN_AT] = (timezone.now() - timedelta(minutes=59)).timestamp()
    session.save()
    assert is_signed_in(client)
    age = timezone.now().timestamp() - client.session[sign_in.SEEN_AT]
    assert age < 60


def test_closing_an_account_ends_its_sessions_for_good() -> None:
    user = people.applicant()
    client = people.browser(user)
    assert is_signed_in(client)
    disable(user=user, by=SYSTEM)
    assert not is_signed_in(client)
    enable(user=people.again(user))
    assert not is_signed_in(client)


def test_a_changed_password_ends_the_other_sessions() -> None:
    user = people.applicant()
    here, there = people.browser(user), people.browser(user)
    new = "ein ganz neues Wort"
    here.post("/account/password/", {"current": people.PASSWORD, "password": new})
    assert people.again(user).check_password(new)
    assert is_signed_in(here)
    assert not is_signed_in(there)


@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("password123", False),
        ("12345678901", False),
        ("wang-wang", False),
        ("kurz", False),
        ("x9 " * 40, True),
        ("今天天气很好我们去散步", True),
    ],
)
def test_common_passwords_are_refused_and_long_ones_taken(password: str, taken: bool) -> None:
    Client().post(
        "/account/register/",
        {
            "username": "wang-wang",
            "name": "王小明",
            "phone": "138 0000-1234",
            "password": password,
        },
    )
    assert User.objects.filter(username__startswith="wang-wang-").exists() == taken


def test_registering_makes_an_applicant_and_signs_in() -> None:
    client = Client()
    answer = client.post(
        "/account/register/",
        {
            "username": "Li.Na",
            "name": "李娜",
            "phone": "+86 138 0000 1234",
            "password": "Morgen ist auch ein Tag",
            "role": "administrator",
            "is_active": "",
        },
    )
    assert answer.status_code == 302
    user = User.objects.get()
    assert re.fullmatch(r"li\.na-\d{5}", user.username)
    assert (user.name, user.phone) == ("李娜", "13800001234")
    assert user.username in client.get("/").content.decode()
    assert [role for role in Role if user.role_in(role)] == [Role.APPLICANT]
    assert is_signed_in(client)


def test_registering_says_of_no_username_whether_it_is_taken() -> None:
    people.applicant("wang")
    told = []
    for wanted in ("WANG", "free"):
        data = {
            "username": wanted, "name": "王", "phone": "13800001234", "password": "Noch ein Tag 8",
        }  # fmt: skip
        answer = Client().post("/account/register/", data)
        told.append((answer.status_code, answer.headers["Location"]))
    assert told[0] == told[1] == (302, "/desk/")
    names = sorted(User.objects.values_list("username", flat=True))
    assert [re.sub(r"\d{5}$", "#", name) for name in names] == ["free-#", "wang", "wang-#"]


def test_a_second_click_on_registering_makes_one_account() -> None:
    data = {
        "username": "li", "name": "李", "phone": "13800001234", "password": "Noch ein Tag 8",
        "idempotency_key": "k",
    }  # fmt: skip
    page = Client().get("/account/register/")
    clicks = [Client() for _click in range(3)]
    for click in clicks:
        click.cookies.load(page.cookies.output(header=""))
    answers = [click.post("/account/register/", data) for click in clicks[:2]]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert User.objects.count() == 1
    clicks[2].post("/account/register/", data | {"password": "another long sentence"})
    assert not is_signed_in(clicks[2])
    stranger = Client()
    stranger.post("/account/register/", data)
    assert (User.objects.count(), is_signed_in(stranger)) == (2, True)
    assert stranger.session["_auth_user_id"] != clicks[0].session["_auth_user_id"]


def test_a_second_factor_ends_what_was_begun_without_one() -> None:
    user = people.applicant()
    here, elsewhere = people.browser(user), people.browser(user)
    token, _row = issue_token(user=user, life=timedelta(days=1), second_factor=False)
    proven, _row = issue_token(user=user, life=timedelta(days=1), second_factor=True)
    code = second_factor.code_now(second_factor.set_up(user))
    here.post("/account/second-factor/", {"code": code})
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    asked = [
        Client().get("/api/v1/applications/", headers={"Authorization": f"Bearer {each}"})
        for each in (token, proven)
    ]
    assert [answer.status_code for answer in asked] == [401, 200]


def test_too_many_wrong_passwords_close_sign_in_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    people.applicant()
    caplog.set_level(logging.DEBUG)
    answers = [enter(Client(), "wang", "wrong password").status_code for _ in range(MOST)]
    assert answers == [200] * MOST
    right = enter(Client(), "wang")
    assert (right.status_code, 0 < int(right.headers["Retry-After"]) <= 900) == (429, True)
    assert "15" in right.content.decode()
    assert enter(Client(), "somebody-else", "wrong").status_code == 200
    logged = caplog.text
    assert "wrong password" not in logged
    assert "wang" not in "".join(r.getMessage() for r in caplog.records if r.levelno >= 20)


def test_an_unknown_name_is_closed_just_the_same() -> None:
    for _ in range(MOST + 1):
        last = enter(Client(), "nobody-at-all", "wrong password")
    assert last.status_code == 429


def test_capitals_and_forged_addresses_do_not_open_it_again() -> None:
    people.applicant()
    for _ in range(MOST):
        enter(Client(), "wang", "wrong password")
    answer = Client().post(
        SIGN_IN,
        {"username": "WANG", "password": people.PASSWORD},
        headers={"X-Forwarded-For": "203.0.113.7"},
    )
    assert answer.status_code == 429


def test_the_page_is_not_stored() -> None:
    assert "no-store" in Client().get(SIGN_IN).headers["Cache-Control"]


# --- The second factor --------------------------------------------------------------------------


def real_manager() -> User:
    people.open_real_city()
    return people.staff(Role.MANAGER, username="manager")


def set_up(user: User) -> str:
    """Sets up a second factor long enough ago for the next code; returns nothing but its key."""
    factor = second_factor.set_up(user)
    assert second_factor.confirm(user, second_factor.code_now(factor))
    type(factor).objects.filter(pk=factor.pk).update(last_step=-1)
    return second_factor.code_now(factor)


def test_staff_set_up_a_second_factor_before_they_are_signed_in() -> None:
    user, client = real_manager(), Client()
    answer = enter(client, "manager", next_url=SETTINGS)
    assert answer.headers["Location"] == "/account/sign-in/code/"
    assert not is_signed_in(client)
    page = client.get("/account/sign-in/code/")
    assert page.context["qr"].startswith("data:image/svg+xml")
    factor = second_factor.set_up(user)
    assert second_factor.spelled(factor) in page.content.decode()
    done = client.post("/account/sign-in/code/", {"code": second_factor.code_now(factor)})
    assert len(done.context["codes"]) == 10
    assert done.context["next"] == SETTINGS
    assert is_signed_in(client)


def test_with_a_second_factor_password_and_code_are_asked_for() -> None:
    user, client = real_manager(), Client()
    code = set_up(user)
    enter(client, "manager", next_url=SETTINGS)
    assert "qr" not in client.get("/account/sign-in/code/").context
    wrong = client.post("/account/sign-in/code/", {"code": "000000"})
    assert (wrong.status_code, is_signed_in(client)) == (200, False)
    right = client.post("/account/sign-in/code/", {"code": code})
    assert right.headers["Location"] == SETTINGS
    assert is_signed_in(client)


def test_a_code_works_once() -> None:
    user = real_manager()
    code = set_up(user)
    assert second_factor.accepts(user, code)
    assert not second_factor.accepts(user, code)


def test_five_wrong_codes_close_it_for_the_right_one_too() -> None:
    user = real_manager()
    code = set_up(user)
    assert [second_factor.accepts(user, "123") for _ in range(5)] == [False] * 5
    assert not second_factor.accepts(user, code)


def test_a_recovery_code_works_once_and_new_ones_replace_the_old() -> None:
    user = real_manager()
    factor = second_factor.set_up(user)
    codes = second_factor.confirm(user, second_factor.code_now(factor))
    assert codes is not None
    assert second_factor.accepts(user, codes[0].upper())
    assert not second_factor.accepts(user, codes[0])
    new = second_factor.new_recovery_codes(user)
    assert not second_factor.accepts(user, codes[1])
    assert second_factor.accepts(user, new[1])


def test_the_secret_is_sealed_and_the_recovery_codes_are_digests() -> None:
    from django.db import connection

    user = real_manager()
    factor = second_factor.set_up(user)
    codes = second_factor.confirm(user, second_factor.code_now(factor)) or []
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM accounts_secondfactor")
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT digest FROM accounts_recoverycode")
        digests = [digest for (digest,) in cursor.fetchall()]
    assert factor.key not in keys[0]
    assert not set(digests) & {code.replace("-", "") for code in codes}


def test_the_time_between_password_and_code_is_short() -> None:
    user, client = real_manager(), Client()
    code = set_up(user)
    enter(client, "manager")
    session = client.session
    session[sign_in.PENDING] |= {"at": (timezone.now() - timedelta(minutes=11)).timestamp()}
    session.save()
    answer = client.post("/account/sign-in/code/", {"code": code})
    assert answer.headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_a_role_given_in_mid_session_asks_for_the_second_factor() -> None:
    people.open_real_city()
    user, client = people.applicant(), Client()
    enter(client, "wang")
    assert is_signed_in(client)
    office = people.office("office", "office-office")
    grant(user=user, role=Role.CLERK, organisation=office, district=None, by=SYSTEM)
    assert not is_signed_in(client)
    assert enter(client, "wang").headers["Location"] == "/account/sign-in/code/"


def test_in_a_demonstration_staff_look_round_without_one() -> None:
    people.open_demonstration()
    client = Client()
    assert enter(client, "planning-lead").headers["Location"] == reverse("desk")
    assert is_signed_in(client)


def test_who_has_set_one_up_is_asked_for_it_in_a_demonstration_too() -> None:
    cast = people.open_demonstration()
    set_up(cast["resident"])
    assert enter(Client(), "resident").headers["Location"] == "/account/sign-in/code/"


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.DIGITAL, "/bureau/"),
        (Role.ADMINISTRATOR, "/account/people/"),
    ],
)
def test_who_has_nothing_to_do_at_a_desk_lands_on_the_first_list(role: Role, where: str) -> None:
    assert people.browser(people.staff(role)).get("/desk/").headers["Location"] == where


def test_an_applicant_lands_on_the_own_cases_and_only_has_their_navigation() -> None:
    client = people.browser(people.applicant("wang"))
    assert client.get("/desk/").headers["Location"] == "/account/"
    shown = client.get("/account/").context["site"].navigation
    assert [entry.url for entry in shown] == ["/apply/", "/account/", "/progress/", "/disclosure/"]
    officer = people.browser(people.staff(Role.OFFICER)).get("/bureau/").context["site"]
    assert [entry.url for entry in officer.navigation] == [
        "/desk/", "/bureau/", "/bureau/reports/", "/disclosure/",
    ]  # fmt: skip
