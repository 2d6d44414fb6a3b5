"""A second click on a form of the account pages does nothing and says what the first did."""

import re

import pytest
from django.test import Client

from accounts.models import ApiToken, Organisation, RoleGrant, User
from core.models import IdempotentAnswer
from tests import people
from tests.page import Page

pytestmark = pytest.mark.django_db

KEYS = re.compile(r'name="idempotency_key" value="(\w{32})"')
TOKENS, NEW, ORGANISATIONS = "/account/tokens/", "/account/people/new/", "/account/organisations/"


@pytest.fixture
def client(with_people: None) -> Client:
    """The browser of an administrator."""
    return people.browser(people.open_demonstration()["administrator"])


def key_of(client: Client, page: str) -> str:
    """The one key that every form of a page carries."""
    return Page(client.get(page)).key()


def twice(client: Client, page: str, data: dict[str, object], address: str = "") -> list[str]:
    """Where two clicks on a form of a page lead."""
    sent = {**data, "idempotency_key": key_of(client, page)}
    return [client.post(address or page, sent).headers["Location"] for _ in range(2)]


def test_a_token_is_made_once_and_its_secret_is_kept_nowhere(client: Client) -> None:
    client.cookies["django_language"] = "en"
    sent = {"label": "program", "days": "30", "idempotency_key": key_of(client, TOKENS)}
    first, second = (client.post(TOKENS, sent) for _ in range(2))
    token = first.context["token"]
    assert ApiToken.objects.count() == 1
    assert token.startswith("tdt_")
    assert "made by your first click already" not in first.content.decode()
    assert token not in second.content.decode()
    assert "made by your first click already" in second.content.decode()
    assert IdempotentAnswer.objects.get().body == {"answer": {}}
    keys = {sent["idempotency_key"], *KEYS.findall(first.content.decode())}
    keys |= set(KEYS.findall(second.content.decode()))
    assert len(keys) == 3
    client.post(TOKENS, {**sent, "label": "another"})
    assert ApiToken.objects.count() == 2


def test_a_person_is_added_once_and_only_the_number_is_kept(client: Client) -> None:
    data: dict[str, object] = {
        "username": "zhao", "name": "赵工", "phone": "13812345678", "password": "Noch ein Tag 8",
    }  # fmt: skip
    places = twice(client, NEW, data)
    zhao = User.objects.get(username="zhao")
    assert places == [f"/account/people/{zhao.pk}/"] * 2
    assert IdempotentAnswer.objects.get().body == {"answer": zhao.pk}


def test_a_refused_form_keeps_its_key_and_counts_when_it_is_put_right(client: Client) -> None:
    data = {"username": "manager", "name": "赵工", "password": "Noch ein Tag 8"}
    data["idempotency_key"] = key_of(client, NEW)
    refused = client.post(NEW, data)
    assert KEYS.findall(refused.content.decode()) == [data["idempotency_key"]]
    assert client.post(NEW, {**data, "username": "zhao"}).status_code == 302
    assert User.objects.filter(username="zhao").count() == 1


def test_an_organisation_is_added_once(client: Client) -> None:
    data: dict[str, object] = {
        "kind": "bureau", "code": "water", "name_zh": "水务局", "name_en": "Water bureau",
    }  # fmt: skip
    assert twice(client, ORGANISATIONS, data) == [ORGANISATIONS] * 2
    assert Organisation.objects.filter(code="water").count() == 1


def test_a_role_is_given_once_and_ended_once(client: Client) -> None:
    user = people.applicant()
    page = f"/account/people/{user.pk}/"
    office = Organisation.objects.get(code="supplier")
    data: dict[str, object] = {"role": "manager", "organisation": office.pk, "district": "510302"}
    assert twice(client, page, data) == [page] * 2
    held = RoleGrant.objects.get(user=user)
    assert twice(client, page, {}, f"/account/roles/{held.pk}/end/") == [page] * 2
    held.refresh_from_db()
    assert held.to_at is not None


def test_two_clicks_close_an_account_and_do_not_open_it_again(client: Client) -> None:
    user = people.applicant()
    page = f"/account/people/{user.pk}/"
    for want, active in (("close", False), ("open", True)):
        assert twice(client, page, {"want": want}, f"{page}open/") == [page] * 2
        assert people.again(user).is_active is active
