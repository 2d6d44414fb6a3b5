"""Bearer tokens: digests only, expiring, revocable, and 401 says how to come in."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import second_factor
from accounts.actions import change_password, disable, grant, issue_token, revoke_token
from accounts.actor import SYSTEM
from accounts.models import ApiToken, User
from accounts.roles import Role
from rules.limits import Meter, limits
from tests import people

pytestmark = pytest.mark.django_db

TOKENS, CURRENT = "/api/v1/tokens/", "/api/v1/tokens/current/"


def ask(**body: str) -> Any:
    headers = {"Accept-Language": "en"}
    return Client().post(TOKENS, body, content_type="application/json", headers=headers)


def give_back(token: str) -> Any:
    return Client().delete(CURRENT, headers={"Authorization": f"Bearer {token}"})


def issue(user: User, **changes: object) -> tuple[str, ApiToken]:
    wanted = {"life": timedelta(hours=1), "second_factor": False} | changes
    return issue_token(user=user, **wanted)  # type: ignore[arg-type]


def test_a_token_is_given_for_username_and_password() -> None:
    user = people.applicant()
    answer = ask(username="Wang", password=people.PASSWORD)
    assert answer.status_code == 201
    row = ApiToken.objects.get()
    assert set(answer.json()) == {"token", "expires_at"}
    assert row.user == user
    assert row.expires_at - row.created_at == timedelta(hours=24)
    assert answer.json()["expires_at"].endswith("+08:00")


def test_only_the_digest_is_kept() -> None:
    people.applicant()
    token = ask(username="wang", password=people.PASSWORD).json()["token"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_apitoken t")
        assert token not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("username", "password"),
    [("wang", "wrong"), ("nobody", "wrong"), ("closed", people.PASSWORD)],
)
def test_unknown_closed_and_wrong_are_answered_alike(username: str, password: str) -> None:
    people.applicant()
    disable(user=people.applicant("closed"), by=SYSTEM)
    answer = ask(username=username, password=password)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/sign-in-needed",
        "title": "Please sign in",
        "status": 401,
        "detail": "Username, password or code is not right.",
    }
    assert ApiToken.objects.count() == 0


def test_a_body_without_password_is_422() -> None:
    answer = ask(username="wang")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/password"]


def test_a_body_that_is_no_json_is_400() -> None:
    answer = Client().post(TOKENS, "{", content_type="application/json")
    assert answer.status_code == 400


def test_guessing_is_closed_as_on_the_page() -> None:
    people.applicant()
    for _ in range(limits().windows[Meter.SIGN_IN_PAIR].most):
        ask(username="wang", password="wrong")
    answer = ask(username="wang", password=people.PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/too-many-tries"


def test_a_right_password_forgives_the_wrong_ones() -> None:
    people.applicant()
    for _ in range(4):
        ask(username="wang", password="wrong")
        assert ask(username="wang", password=people.PASSWORD).status_code == 201


def test_a_token_opens_the_api_until_it_is_given_back() -> None:
    token, _row = issue(people.applicant())
    assert give_back(token).status_code == 204
    assert give_back(token).status_code == 401


def test_asking_who_a_token_is_costs_one_statement() -> None:
    token, row = issue(people.applicant())
    ApiToken.objects.filter(pk=row.pk).update(last_used_on=timezone.now().date())
    with CaptureQueriesContext(connection) as queries:
        give_back(token)
    asked = [q["sql"] for q in queries if "accounts_user" in q["sql"]]
    assert len(asked) == 1


def expired(row: ApiToken) -> None:
    past = timezone.now() - timedelta(days=2)
    ApiToken.objects.filter(pk=row.pk).update(
        created_at=past, expires_at=past + timedelta(seconds=1)
    )


def revoked(row: ApiToken) -> None:
    revoke_token(token=row)


def of_a_closed_account(row: ApiToken) -> None:
    disable(user=row.user, by=SYSTEM)


def from_before_a_new_password(row: ApiToken) -> None:
    change_password(user=row.user, password="etwas ganz anderes")


@pytest.mark.parametrize(
    "spoil", [expired, revoked, of_a_closed_account, from_before_a_new_password]
)
def test_a_token_that_is_not_good_any_more_is_401(spoil: object) -> None:
    token, row = issue(people.applicant())
    spoil(row)  # type: ignore[operator]
    answer = give_back(token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer tdt_x", "Bearer ä", "bearer ", "Basic YTpi", ""]
)
def test_a_strange_header_is_401(header: str) -> None:
    answer = Client().delete(CURRENT, headers={"Authorization": header})
    assert answer.status_code == 401


def test_the_day_of_the_last_use_is_kept_and_written_once_a_day() -> None:
    people.open_demonstration()
    user = User.objects.get(username="manager")
    token, row = issue(user)
    give_back(token)
    row.refresh_from_db()
    assert row.last_used_on == timezone.now().date()


def test_staff_need_a_code_for_a_token() -> None:
    people.open_real_city()
    user = people.staff(Role.MANAGER, username="manager")
    assert ask(username="manager", password=people.PASSWORD).status_code == 401
    factor = second_factor.set_up(user)
    second_factor.confirm(user, second_factor.code_now(factor))
    type(factor).objects.filter(pk=factor.pk).update(last_step=-1)
    code = second_factor.code_now(factor)
    assert ask(username="manager", password=people.PASSWORD).status_code == 401
    answer = ask(username="manager", password=people.PASSWORD, code=code)
    assert answer.status_code == 201
    assert give_back(answer.json()["token"]).status_code == 204


def test_a_token_from_before_a_role_at_a_desk_is_not_good_for_it() -> None:
    people.open_real_city()
    user = people.applicant()
    token, _row = issue(user)
    office = people.office("office", "office-office")
    grant(user=user, role=Role.CLERK, organisation=office, district=None, by=SYSTEM)
    assert give_back(token).status_code == 401


def test_a_session_cannot_give_back_a_token() -> None:
    client = people.browser(people.applicant())
    assert client.delete(CURRENT).status_code == 404


def test_the_page_shows_a_new_token_once_and_ends_it() -> None:
    user = people.applicant()
    client = people.browser(user)
    made = client.post("/account/tokens/", {"label": "报装系统", "days": "30"})
    token, row = made.context["token"], ApiToken.objects.get()
    assert row.expires_at - row.created_at == timedelta(days=30)
    page = client.get("/account/tokens/").content.decode()
    assert "报装系统" in page
    assert token not in page
    client.post(f"/account/tokens/{row.pk}/revoke/")
    assert give_back(token).status_code == 401


def test_somebody_elses_token_is_not_there() -> None:
    _token, row = issue(people.applicant("other"))
    client = people.browser(people.applicant())
    answer = client.post(f"/account/tokens/{row.pk}/revoke/")
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None
