"""What holds for every page: language, headers, and no cache for what a person sees."""

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from core.place import client_address, one_client
from portal.middleware import (
    ChosenLanguage,
    private_pages,
    shared_without_cookies,
)

factory = RequestFactory()


def language_of(request: HttpRequest) -> str | None:
    with translation.override(None):
        ChosenLanguage(lambda _: HttpResponse()).process_request(request)
        return translation.get_language()


@pytest.mark.parametrize(
    ("path", "cookie", "header", "language"),
    [
        ("/", "", "", "zh-hans"),
        ("/", "", "en-US,en;q=0.9", "zh-hans"),
        ("/", "en", "zh-CN", "en"),
        ("/", "tlh", "en", "zh-hans"),
        ("/api/v1/applications/", "", "en", "en"),
        ("/api/v1/applications/", "", "", "zh-hans"),
        ("/api/v1/applications/", "", "fr", "zh-hans"),
    ],
)
def test_pages_are_chinese_unless_chosen_and_the_api_follows_the_header(
    path: str, cookie: str, header: str, language: str
) -> None:
    request = factory.get(path, headers={"accept-language": header} if header else {})
    if cookie:
        request.COOKIES["django_language"] = cookie
    assert language_of(request) == language


@pytest.mark.parametrize(("signed_in", "stored"), [(True, False), (False, True)])
def test_only_pages_of_a_person_are_kept_from_caches(signed_in: bool, stored: bool) -> None:
    request = factory.get("/account/")
    person = type("Person", (AnonymousUser,), {"is_authenticated": signed_in})
    request.user = person()
    response = private_pages(lambda _: HttpResponse())(request)
    assert ("no-store" not in response.get("Cache-Control", "")) is stored


def test_a_page_that_says_how_it_may_be_kept_is_left_alone() -> None:
    request = factory.get("/account/")
    request.user = type("Person", (AnonymousUser,), {"is_authenticated": True})()
    answer = HttpResponse(headers={"Cache-Control": "max-age=60"})
    assert private_pages(lambda _: answer)(request)["Cache-Control"] == "max-age=60"


@pytest.mark.django_db
def test_every_answer_carries_the_headers_that_protect_it(client: Client) -> None:
    answer = client.get("/healthz")
    names = (
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
    )
    assert {name: answer[name] for name in names} == {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    policy = set(answer["Content-Security-Policy"].split("; "))
    assert {"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= policy
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_an_address_that_no_database_can_look_for_is_refused_and_no_fault() -> None:
    client = Client()
    documents = [
        client.get(f"/api/v1/{path}")
        for path in ("applications/%00/", "permits/?bureau=%00", "line-works/?state=a%00")
    ]
    assert [(d.status_code, d["Content-Type"]) for d in documents] == [
        (400, "application/problem+json")
    ] * 3
    assert client.get("/progress/?number=%00").status_code == 400


@pytest.mark.parametrize(
    ("proxies", "sent", "address"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "", "192.0.2.1"),
        (1, "no address", "192.0.2.1"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.5", "198.51.100.7"),
        # It did not come through both: whatever it says, it says itself.
        (2, "203.0.113.9", "192.0.2.1"),
    ],
)
def test_behind_proxies_a_request_comes_from_where_the_outermost_saw_it(
    settings: LazySettings, proxies: int, sent: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": sent} if sent else {}
    request = factory.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_limits_count_what_one_customer_of_a_provider_has(address: str, client: str) -> None:
    assert one_client(factory.get("/", REMOTE_ADDR=address)) == client


@pytest.mark.parametrize(
    ("cookie", "control"),
    [(True, "max-age=0, no-cache, no-store, must-revalidate, private"), (False, "public")],
)
def test_what_sets_a_cookie_is_handed_on_by_no_shared_cache(cookie: bool, control: str) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers={"Cache-Control": "public"})
        if cookie:
            response.set_cookie("sessionid", "secret")
        return response

    answer = shared_without_cookies(view)(factory.get("/"))
    assert answer["Cache-Control"] == control
