"""A body that cannot be read never counts as an empty one."""

from typing import Any

import pytest
from django.test import Client
from django.test.client import FakePayload

from accounts.models import ApiToken
from tests import people

pytestmark = pytest.mark.django_db

ACT = "/api/v1/applications/ZG20260101000001/actions/withdraw/"


def send(path: str, body: bytes, **environ: Any) -> Any:
    """As a server hands a request on, whatever it says of itself."""
    client = people.browser(people.applicant())
    given = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "wsgi.input": FakePayload(body)}
    return client.request(**given | environ)


@pytest.mark.parametrize("path", [ACT, "/account/settings/", "/account/tokens/"])
def test_a_body_without_length_is_411(path: str) -> None:
    answer = send(path, b'{"reason": "x"}', HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411
    assert (answer["Content-Type"] == "application/problem+json") == path.startswith("/api/")


@pytest.mark.parametrize("length", ["abc", "-1", "1_0", "٣"])
def test_a_length_that_is_none_is_400(length: str) -> None:
    assert send(ACT, b"{}", CONTENT_LENGTH=length).status_code == 400


def test_a_page_takes_forms_only() -> None:
    body = b'{"label": "x", "days": 1}'
    answer = send(
        "/account/tokens/", body, CONTENT_LENGTH=str(len(body)), CONTENT_TYPE="application/json"
    )
    assert (answer.status_code, ApiToken.objects.count()) == (415, 0)


def test_no_body_is_an_empty_one() -> None:
    assert send("/account/sign-out/", b"").status_code == 302


def test_the_api_names_what_it_does_not_read() -> None:
    client = people.browser(people.applicant())
    answers = [
        client.post("/api/v1/applications/", "a=1", content_type=kind).status_code
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml")
    ]
    assert answers == [415, 415, 415]
    broken = Client().post("/api/v1/tokens/", b"", content_type="application/json")
    assert broken.status_code == 422
