"""Filing over the API."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from rules.names import Kind
from tests.builders import declaration

pytestmark = pytest.mark.django_db


def api(user: User) -> APIClient:
    """A program with the rights of a person."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.parametrize("kind", list(Kind))
def test_a_draft_answers_with_the_kind_that_the_rules_give(
    people: dict[str, User], kind: Kind
) -> None:
    answer = api(people["shop"]).post(
        "/api/v1/applications/", declaration(kind), format="json", headers={"Idempotency-Key": "k"}
    )
    assert (answer.status_code, answer.data["kind"], answer.data["state"]) == (201, kind, "draft")
