"""What a page costs on the wire: the first view with all it loads, and the next one."""

import gzip
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests import people

KILOBYTE = 1024
PUBLIC = ("/", "/progress/", "/account/sign-in/", "/disclosure/outages/",
          "/disclosure/guides/hv_dual/", "/disclosure/what-if/", "/styleguide/")  # fmt: skip
ZIPPED = {"Accept-Encoding": "gzip, deflate, br"}


def weight(answer: Any) -> int:
    """Of head and body, as sent."""
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return head + len(answer.getvalue())


def shown(answer: Any) -> str:
    body = answer.getvalue()
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if packed else body).decode()


def views(client: Client, path: str) -> tuple[int, int]:
    """The first view, and the next when styles and scripts are in the browser's cache."""
    page = client.get(path, headers=ZIPPED)
    assert page.status_code == 200
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|svg))"', shown(page)))
    assert any(url.endswith(".css") for url in loaded)
    files = [client.get(url, headers=ZIPPED) for url in sorted(loaded)]
    assert {file.status_code for file in files} == {200}
    assert all("max-age" in file.headers["Cache-Control"] for file in files)
    again = client.get(path, headers=ZIPPED)
    return weight(page) + sum(map(weight, files)), weight(again)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_light(path: str) -> None:
    first, then = views(Client(), path)
    assert (first < 60 * KILOBYTE, then < 15 * KILOBYTE) == (True, True), (first, then)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("resident", "/account/"),
        ("resident", "/apply/"),
        ("resident", "/apply/{draft}/questions/applicant/"),
        ("resident", "/apply/{draft}/documents/"),
        ("resident", "/apply/{draft}/check/"),
        ("clerk", "/work/"),
        ("planning", "/bureau/"),
    ],
)
def test_a_desk_is_light(people: dict[str, User], who: str, path: str) -> None:
    from rules.names import Kind
    from tests.builders import drafted
    from tests.people import browser

    if "{draft}" in path:
        path = path.format(draft=drafted(people, Kind.RESIDENTIAL).number)
    first, then = views(browser(people[who]), path)
    assert (first < 60 * KILOBYTE, then < 15 * KILOBYTE) == (True, True), (first, then)


@pytest.mark.django_db
def test_a_page_with_a_secret_is_not_packed_beside_what_is_typed() -> None:
    client = people.browser(people.applicant())
    tokens = client.get("/account/tokens/?x=" + "a" * 300, headers=ZIPPED)
    settings = client.get("/account/settings/", headers=ZIPPED)
    told = [answer.headers.get("Content-Encoding") for answer in (tokens, settings)]
    assert told == [None, "gzip"]


@pytest.mark.django_db
def test_the_token_of_a_form_looks_different_each_time() -> None:
    client = Client()
    pages = [shown(client.get("/account/sign-in/", headers=ZIPPED)) for _ in range(2)]
    tokens = [re.search(r'csrfmiddlewaretoken" value="(\w+)"', page) for page in pages]
    assert tokens[0] is not None
    assert tokens[1] is not None
    assert tokens[0][1] != tokens[1][1]


@pytest.mark.django_db
def test_a_client_that_cannot_unpack_gets_it_plain() -> None:
    answer = Client().get("/")
    assert ("Content-Encoding" in answer.headers, "Accept-Encoding" in answer["Vary"]) == (
        False,
        True,
    )
