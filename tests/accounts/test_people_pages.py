"""The administrator's pages: who may, what they do, what they cost."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation, RoleGrant, User
from accounts.roles import GRANTABLE, Role
from tests import people

pytestmark = pytest.mark.django_db

PEOPLE = "/account/people/"
PAGES = (PEOPLE, "/account/people/new/", "/account/organisations/")


@pytest.fixture
def administrator(with_people: None) -> User:
    people.open_demonstration()
    return User.objects.get(username="administrator")


def everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values()) for model in (User, RoleGrant, Organisation)
    ]


def refused(client: Client, path: str, data: dict[str, object] | None = None) -> bool:
    answer = client.get(path) if data is None else client.post(path, data)
    return answer.status_code == 403


@pytest.mark.parametrize("role", [Role.APPLICANT, *sorted(GRANTABLE - {Role.ADMINISTRATOR})])
def test_nobody_but_an_administrator_comes_in(administrator: User, role: Role) -> None:
    granted = role != Role.APPLICANT
    user = people.staff(role, username="somebody") if granted else people.applicant()
    client, before = people.browser(user), everything()
    held = RoleGrant.objects.get(user=administrator)
    posts: dict[str, dict[str, object]] = {
        "/account/people/new/": {"username": "x", "name": "x", "password": "Noch ein Tag 8"},
        f"/account/people/{user.pk}/": {"role": "administrator", "organisation": 1},
        f"/account/people/{administrator.pk}/open/": {},
        f"/account/people/{administrator.pk}/second-factor/": {},
        f"/account/roles/{held.pk}/end/": {},
        "/account/organisations/": {"kind": "bureau", "code": "x", "name_zh": "x", "name_en": "x"},
    }
    assert all(refused(client, page) for page in PAGES)
    assert all(refused(client, page, data) for page, data in posts.items())
    assert everything() == before


def test_who_is_not_signed_in_is_sent_to_sign_in(administrator: User) -> None:
    before = everything()
    for page in PAGES:
        assert Client().get(page).headers["Location"] == f"/account/sign-in/?next={page}"
    Client().post(f"/account/people/{administrator.pk}/open/")
    assert everything() == before


def test_a_person_is_made_and_given_a_role(administrator: User) -> None:
    client = people.browser(administrator)
    made = client.post(
        "/account/people/new/",
        {"username": "zhao", "name": "赵工", "phone": "", "password": "Noch ein Tag 8"},
    )
    zhao = User.objects.get(username="zhao")
    assert made.headers["Location"] == f"/account/people/{zhao.pk}/"
    housing = Organisation.objects.get(code="housing", district=None)
    client.post(
        f"/account/people/{zhao.pk}/",
        {"role": "officer", "organisation": housing.pk, "district": "510302"},
    )
    zhao = people.again(zhao)
    assert zhao.role_in(Role.OFFICER, district="510302", bureau="housing") == Role.OFFICER
    assert zhao.role_in(Role.OFFICER, district="510303") is None
    held = RoleGrant.objects.get(user=zhao)
    page = client.get(f"/account/people/{zhao.pk}/").content.decode()
    assert "赵工" in page
    client.post(f"/account/roles/{held.pk}/end/")
    held.refresh_from_db()
    assert held.to_at is not None
    assert held.to_at <= timezone.now()
    assert people.again(zhao).role_in(Role.OFFICER) is None


def test_a_refusal_is_said_on_the_form(administrator: User) -> None:
    client, user = people.browser(administrator), people.applicant()
    supplier = Organisation.objects.get(code="supplier")
    data = {"role": "officer", "organisation": supplier.pk, "district": ""}
    answer = client.post(f"/account/people/{user.pk}/", data)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["organisation"]
    assert RoleGrant.objects.filter(user=user).count() == 0


def test_an_account_is_closed_and_opened(administrator: User) -> None:
    client, user = people.browser(administrator), people.applicant()
    path = f"/account/people/{user.pk}/open/"
    client.post(path, {"want": "close"})
    assert people.again(user).is_active is False
    client.post(path, {"want": "open"})
    assert people.again(user).is_active is True


def test_an_organisation_is_added_once(administrator: User) -> None:
    client = people.browser(administrator)
    data = {"kind": "bureau", "code": "water", "name_zh": "水务局", "name_en": "Water bureau"}
    assert client.post("/account/organisations/", data).status_code == 302
    again = client.post("/account/organisations/", data)
    assert list(again.context["form"].errors) == ["code"]
    assert Organisation.objects.filter(code="water").count() == 1
    # That of a district stands beside it, and what is no bureau has none.
    assert client.post("/account/organisations/", data | {"district": "510321"}).status_code == 302
    hall = client.post("/account/organisations/", data | {"kind": "hall", "district": "510321"})
    assert list(hall.context["form"].errors) == ["district"]
    own = [row.place for row in hall.context["rows"] if row.code == "water"]
    assert own == ["", "荣县"]


def test_people_are_found_by_the_beginning_of_the_username(administrator: User) -> None:
    client = people.browser(administrator)
    answer = client.get(PEOPLE, {"q": "Planning"})
    assert [row.username for row in answer.context["page"].rows] == [
        "planning", "planning-lead", "planning-rong",
    ]  # fmt: skip


def test_people_come_page_by_page(administrator: User) -> None:
    for number in range(31):
        people.applicant(f"many-{number:02d}")
    client = people.browser(administrator)
    first = client.get(PEOPLE, {"q": "many"}).context["page"]
    assert len(first.rows) == 30
    second = client.get(first.next_url).context["page"]
    assert [row.username for row in second.rows] == ["many-30"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_with_one_and_with_three(administrator: User, rows: int) -> None:
    for number in range(rows):
        people.staff(Role.CLERK, username=f"cost-{number}")
    client = people.browser(administrator)
    client.get(PEOPLE)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(PEOPLE, {"q": "cost"})
    assert len(page.context["page"].rows) == rows
    assert len(queries) == 6, [query["sql"] for query in queries]


@pytest.mark.parametrize("rows", [1, 3])
def test_one_person_costs_the_same_with_one_and_three_roles(administrator: User, rows: int) -> None:
    user = people.staff(Role.CLERK, username="cost")
    for role in (Role.MANAGER, Role.PROJECT)[: rows - 1]:
        office = people.office("supplier", "supplier")
        RoleGrant.objects.create(user=user, role=role, organisation=office)
    client = people.browser(administrator)
    client.get(PEOPLE)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/account/people/{user.pk}/")
    assert len(page.context["grants"]) == rows
    assert len(queries) == 8, [query["sql"] for query in queries]


def test_the_pages_are_whole_in_both_languages(administrator: User) -> None:
    client = people.browser(administrator)
    titles = {}
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        titles[language] = [
            client.get(page).content.decode().partition("<h1")[2].partition(">")[2].split("<")[0]
            for page in (*PAGES, "/account/settings/", "/account/tokens/", "/account/password/")
        ]
    assert titles == {
        "zh-hans": ["人员", "添加人员", "单位", "我的账户", "程序令牌", "修改密码"],
        "en": [
            "People", "Add a person", "Organisations", "My account", "Tokens for programs",
            "Change the password",
        ],
    }  # fmt: skip
