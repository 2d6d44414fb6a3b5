"""The database killed, full, locked, slow or frozen: 503, soon, and nothing is lost."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import Client
from psycopg2.extensions import set_wait_callback

from portal import database
from tests import people

#: With more than its plain address nothing is kept of a page for a time without the database.
PAGE, DOCUMENT = "/disclosure/outages/?shown=past", "/api/v1/disclosure/outages/"


def ask(path: str) -> Any:
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    client.cookies["django_language"] = "en"
    return client.get(path)


def assert_told(page: Any, document: Any) -> None:
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Nothing was lost. Try again" in page.content.decode()
    assert (document.status_code, document["Content-Type"]) == (503, "application/problem+json")
    assert document.json() == {
        "type": "/problems/unavailable",
        "title": "The portal cannot be reached for a moment",
        "status": 503,
        "detail": "Nothing was lost. Try again in a few seconds; nothing is done twice.",
    }


def refusing(error: Exception) -> Callable[..., Any]:
    def execute(*_: Any, **__: Any) -> Any:
        raise error

    return execute


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        OperationalError("terminating connection due to administrator command"),
        OperationalError("sorry, too many clients already"),
        InterfaceError("connection already closed"),
    ],
)
def test_trouble_is_said_as_such_on_pages_and_in_the_api(error: Exception) -> None:
    with connection.execute_wrapper(refusing(error)):
        assert_told(ask(PAGE), ask(DOCUMENT))
    assert ask(PAGE).status_code == 200


@pytest.mark.django_db
def test_trouble_before_the_view_is_said_too() -> None:
    """Who is signed in is read by the middleware."""
    browser = people.browser(people.applicant())
    browser.raise_request_exception = False
    with connection.execute_wrapper(refusing(OperationalError("gone"))):
        assert browser.get("/account/settings/").status_code == 503
    assert browser.get("/account/settings/").status_code == 200


@pytest.mark.django_db
def test_a_fault_of_ours_stays_one() -> None:
    with connection.execute_wrapper(refusing(RuntimeError("ours"))):
        assert (ask(PAGE).status_code, ask(DOCUMENT).status_code) == (500, 500)


def test_a_killed_backend_is_503_once_and_then_forgotten(committed_db: str) -> None:
    assert ask(PAGE).status_code == 200
    with killed_in_mid_request():
        page = ask(PAGE)
    assert page.status_code == 503
    close_old_connections()  # as each request begins; the test client leaves it out
    assert ask(PAGE).status_code == 200


@contextmanager
def killed_in_mid_request() -> Iterator[None]:
    """Its own backend ends under a request, as by an administrator's command."""

    def execute(go: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        backend = context["connection"].connection.info.backend_pid
        with psycopg2.connect(**other_connection()) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        time.sleep(0.2)
        return go(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def other_connection() -> dict[str, Any]:
    """The same role may end its own backends."""
    given = connections["default"].settings_dict
    return {"host": given["HOST"], "dbname": given["NAME"], "user": given["USER"]}


@pytest.fixture
def timed(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseWrapper]:
    """A connection as the web processes have it, with limits short enough for a test."""
    monkeypatch.setattr(
        database, "LIMITS", "SET statement_timeout = '300ms'; SET lock_timeout = '200ms'"
    )
    connection.close()
    set_wait_callback(lambda held: database.wait(held, 1.0))
    connection_created.connect(database.limit_statements, dispatch_uid="test")
    try:
        yield connection  # type: ignore[misc]
    finally:
        set_wait_callback(None)
        connection_created.disconnect(dispatch_uid="test")
        connection.close()


def test_statements_and_waits_for_a_lock_end_in_time(timed: DatabaseWrapper) -> None:
    with pytest.raises(OperationalError, match="statement timeout"), timed.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    with psycopg2.connect(**other_connection()) as other, other.cursor() as holding:
        holding.execute("SELECT pg_advisory_xact_lock(7)")
        with pytest.raises(OperationalError, match="lock timeout"), timed.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7)")
    with timed.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_frozen_server_does_not_hold_a_request(timed: DatabaseWrapper) -> None:
    with timed.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    os.kill(backend, signal.SIGSTOP)
    begun = time.monotonic()
    try:
        page = ask(PAGE)
    finally:
        os.kill(backend, signal.SIGCONT)
    assert (page.status_code, time.monotonic() - begun < 3) == (503, True)
    close_old_connections()
    assert ask(PAGE).status_code == 200


def test_the_web_processes_are_told_to_keep_time() -> None:
    source = (settings.BASE_DIR / "portal/wsgi.py").read_text(encoding="utf-8")
    assert "keep_time()" in source
    assert database.STATEMENT < database.SILENCE
    assert database.LOCK < database.STATEMENT
