"""What protects every door: CSRF, the host's name, where a redirect may lead, error pages."""

from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from portal import urls as portal_urls
from tests.people import browser
from tests.security import protection, reading
from tests.security.addresses import Ask, Route, table
from tests.security.asking import changes, outcome, send
from tests.security.city import WHO, City

#: Asked for with name and password in the body, with a signature over it, or by a link that alone
#: is the proof: no session, so nothing to forge.
BY_ITSELF = (
    "/api/v1/tokens/",
    "/api/v1/supply-chain/events/",
    "/api/v1/channels/<slug:channel>/events/",
    "/api/v1/monitoring/<slug:system>/events/",
    "/api/v1/stop/<str:token>/",
    "/stop/<str:token>/",
    "/api/v1/payments/notices/<slug:provider>/",
    "/api/v1/disclosure/outages/customer/",
)
UNSAFE = [
    pytest.param(route, ask, id=f"{ask.method} {route.pattern}")
    for route in table()
    for ask in route.asks
    if ask.method != "GET" and route.pattern not in BY_ITSELF
]
ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "\\\\evil.example", "/\\evil.example",
    "javascript:alert(1)", "http:evil.example", "https:///evil.example", "\t//evil.example",
    "//localhost@evil.example/", "home", "evil", "a\0b",
)  # fmt: skip


def careful(who: str, city: City) -> Client:
    """The browser of somebody at a server that checks where forms come from."""
    client = browser(city.people.get(who))
    client.handler.enforce_csrf_checks = True
    return client


@pytest.mark.parametrize(("route", "ask"), UNSAFE)
def test_a_form_from_elsewhere_is_refused(city: City, route: Route, ask: Ask) -> None:
    allowed = [who for who, what in zip(WHO, ask.expected, strict=True) if what[:1] in "g2"]
    who = next((who for who in allowed if who != "anonymous"), "owner")
    city.browsers["forger"] = careful(who, city)
    before = changes()
    body = city.body(ask.body) if ask.body else None
    answer = send(city, "forger", ask.method, route.address(city), body)
    assert (answer.status_code, changes() - before) == (403, 0)
    if route.api:
        assert answer["Content-Type"] == "application/problem+json"
    else:
        assert reading.faults(answer.content.decode()) == []


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize(
    "address", ["/language/", "/display/", "/account/sign-in/", "/account/register/"]
)
def test_no_redirect_leads_elsewhere(city: City, address: str, target: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/language/": {"language": "en"},
        "/display/": {"on": "elder"},
        "/account/sign-in/": city.body("credentials"),
        "/account/register/": city.body("person"),
    }
    answer = send(city, "anonymous", "POST", address, bodies[address] | {"next": target})
    home = "/" if address in ("/language/", "/display/") else "/desk/"
    assert (answer.status_code, answer["Location"]) == (302, home)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_who_is_signed_in_already_is_not_led_elsewhere(city: City, target: str) -> None:
    answer = city.browsers["owner"].get("/account/sign-in/", {"next": target})
    # An address with a NUL is refused before anything reads it.
    assert (answer.status_code, answer.get("Location")) in ((302, "/desk/"), (400, None))


def test_no_header_is_made_of_what_was_sent(city: City) -> None:
    body = {"language": "en", "next": "/\r\nSet-Cookie: a=b\r\n\r\n<h1>"}
    answer = send(city, "anonymous", "POST", "/language/", body)
    assert answer.status_code == 302
    assert not {"a"} & set(answer.cookies)
    assert not set("\r\n<") & set(answer["Location"])


def test_a_draft_is_left_only_for_pages_of_its_own(city: City) -> None:
    address = f"/apply/{city.things['draft']}/questions/capacity/"
    body = city.body("redraft") | {"return_to": "https://evil.example/"}
    answer = send(city, "owner", "POST", address, body)
    assert answer["Location"] == f"/apply/{city.things['draft']}/documents/"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil"])
@pytest.mark.parametrize("address", ["/", "/api/v1/applications/", "/account/sign-in/"])
def test_another_host_is_refused(city: City, host: str, address: str) -> None:
    answer = city.browsers["owner"].get(address, headers={"host": host})
    assert answer.status_code == 400
    assert host.encode() not in answer.content
    assert protection.lacking(answer) == []


def test_no_address_is_made_of_a_forwarded_host(city: City) -> None:
    headers = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    answer = city.browsers["manager"].get("/api/v1/permits/?page_size=1", headers=headers)
    assert b"evil.example" not in answer.content
    assert answer.json()["next"].startswith("http://testserver/")


def test_error_pages_carry_the_headers_too(city: City) -> None:
    owner, number = city.browsers["owner"], city.things["filed"]
    case = f"/api/v1/applications/{number}/actions/accept/"
    manager = city.browsers["manager"]
    json = "application/json"
    answers = {
        400: manager.post(case, "{", content_type=json),
        401: city.browsers["anonymous"].get(case),
        403: owner.post(case, {}, content_type=json),
        404: owner.get("/nothing/"),
        405: owner.get(case),
        412: manager.post(case, {}, content_type=json, headers={"if-match": '"1"'}),
        415: manager.post(case, "<a/>", content_type="application/xml"),
        422: owner.post("/api/v1/applications/", {}, content_type=json),
    }
    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    for answer in answers.values():
        assert protection.lacking(answer) == []


def broken(request: HttpRequest) -> HttpResponse:
    """A page with a fault in it that knows what it was asked."""
    secret = request.POST["name"]
    raise RuntimeError(f"no rows for {secret}")


def suspicious(request: HttpRequest) -> HttpResponse:
    """A page that finds its request suspicious."""
    raise SuspiciousOperation(f"bad {request.POST['name']}")


def with_faults() -> ModuleType:
    """The addresses of the portal and, before them, some that have faults."""
    module = ModuleType("tests.security.with_faults")
    vars(module).update(vars(portal_urls))
    faults = [
        path(f"{place}{name}/", view)
        for place in ("", "api/")
        for name, view in (("broken", broken), ("suspicious", suspicious))
    ]
    vars(module)["urlpatterns"] = [*faults, *portal_urls.urlpatterns]
    return module


def test_a_fault_says_nothing_of_the_request(city: City) -> None:
    owner = city.browsers["owner"]
    with override_settings(ROOT_URLCONF=with_faults()):
        answers = {
            place: owner.post(place, {"name": "canary-517"})
            for place in ("/broken/", "/api/broken/", "/suspicious/", "/api/suspicious/")
        }
    found = {place: (one.status_code, one["Content-Type"]) for place, one in answers.items()}
    assert found == {
        "/broken/": (500, "text/html; charset=utf-8"),
        "/api/broken/": (500, "application/problem+json"),
        "/suspicious/": (400, "text/html; charset=utf-8"),
        "/api/suspicious/": (400, "application/problem+json"),
    }
    for answer in answers.values():
        assert b"canary-517" not in answer.content
        assert b"Traceback" not in answer.content
        assert protection.lacking(answer) == []


def test_whoever_is_not_signed_in_is_sent_back_to_the_same_page(city: City) -> None:
    answer = city.browsers["anonymous"].get("/work/?q=%0d%0aX-Evil:1")
    assert outcome(answer) == "in"
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize("path_", ["/nothing%0aERROR forged", "/api/v1/x%0d%0aERROR forged/"])
def test_no_line_of_the_log_is_made_of_an_address(
    city: City, path_: str, caplog: pytest.LogCaptureFixture
) -> None:
    city.browsers["owner"].get(path_)
    lines = [record.getMessage() for record in caplog.records]
    assert any("forged" in line for line in lines)
    assert [line for line in lines if "\n" in line or "\r" in line] == []
