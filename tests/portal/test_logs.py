"""Logs name the pattern of an address and never the address, which may name a case."""

import logging

import pytest
from django.test import Client, RequestFactory

from portal.logs import not_watched, pattern_of, without_addresses
from tests import people

pytestmark = pytest.mark.django_db

CANARY = "ZG20260101999999"


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/", "/"),
        (f"/api/v1/applications/{CANARY}/", "/api/v1/applications/<str:number>/"),
        (f"/apply/{CANARY}/", "/apply/<slug:number>/"),
        ("/static/css/tongdian.css", "/static/…"),
        (f"/aply/{CANARY}", "(no such address)"),
    ],
)
def test_an_address_is_logged_by_its_pattern(path: str, pattern: str) -> None:
    assert pattern_of(RequestFactory().get(path)) == pattern


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """As the handler of the settings writes it."""
    caplog.handler.addFilter(without_addresses)
    return "\n".join(
        record.getMessage()
        for record in caplog.records
        if not_watched(record) and without_addresses(record)
    )


def test_no_line_of_a_request_names_a_case(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = people.browser(people.applicant())
    client.handler.enforce_csrf_checks = True
    for path in (f"/apply/{CANARY}/", f"/api/v1/applications/{CANARY}/", f"/x/{CANARY}"):
        client.get(f"{path}?q={CANARY}")
        client.post(path, {"a": CANARY})
    told = logged(caplog)
    assert "GET /apply/<slug:number>/ 404" in told
    assert "Not Found: /apply/<slug:number>/" in told
    assert CANARY not in told


def test_watchers_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Client().get("/metrics")
    Client().get("/")
    lines = [r.getMessage() for r in caplog.records if r.name == "tongdian.access"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["GET / 200"]
