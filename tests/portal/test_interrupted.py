"""The portal with its PostgreSQL stopped: what is public stands as it was last, with its time on
top; all else says that the service is interrupted; and both end by themselves."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client

from portal.places import OWNER_ROLE, ROOT, WEB_ROLE, Places
from portal.settings import PUBLIC_RECHECK_SECONDS
from tests.look import look, windows
from tools.launcher import free_port
from tools.launcher.servers import Servers
from tools.launcher.site import myself, site_children

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PUBLIC = (
    "/", "/disclosure/", "/disclosure/standards/", "/disclosure/standards/lv_small/",
    "/disclosure/fees/", "/disclosure/prices/", "/disclosure/capacity/", "/disclosure/outages/",
    "/disclosure/reliability/", "/disclosure/data/",
)  # fmt: skip
SAID = "服务中断"
ENGLISH = "The service is interrupted. This page is as it was on"
HOTLINES = ("12398", "95598", "96598")


def gone(*_: object, **__: object) -> None:
    raise OperationalError("gone")


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_stands_as_it_was_last(path: str) -> None:
    client = Client(raise_request_exception=False)
    before = client.get(path)
    assert (before.status_code, SAID in before.content.decode()) == (200, False)

    with connection.execute_wrapper(gone):
        caches["pages"].clear()  # as in another process
        stands = client.get(path)
        assert stands.status_code == 200
        text = stands.content.decode()
        assert f"{SAID}。本页是 " in text
        assert stands["Cache-Control"].startswith("max-age=0")
        assert client.get(path, {"page_size": "1"}).status_code == 503
        assert client.post(path).status_code in (403, 405, 503)
    again = client.get(path)
    assert (again.status_code, SAID in again.content.decode()) == (200, False)


@pytest.mark.django_db
def test_a_feed_stands_without_words_that_are_none_of_its() -> None:
    client = Client(raise_request_exception=False)
    path = "/disclosure/data/catalog.jsonld"
    before = client.get(path)

    with connection.execute_wrapper(gone):
        caches["pages"].clear()
        stands = client.get(path)
    assert (stands.status_code, stands.content) == (200, before.content)
    assert (stands["Content-Type"], "Last-Modified" in stands) == ("application/ld+json", True)


@pytest.mark.django_db
def test_nothing_stands_that_was_never_made_and_the_refusal_names_the_hotlines() -> None:
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(gone):
        for path in ("/disclosure/fees/", "/desk/", "/account/settings/"):
            refused = client.get(path)
            if refused.status_code == 302:  # to the sign-in page: nobody is signed in
                continue
            text = refused.content.decode()
            assert (refused.status_code, SAID in text) == (503, True)
            assert all(number in text for number in HOTLINES)


# --- With a real PostgreSQL stopped ---------------------------------------------------------------


def asked(address: str, *, english: bool = False, form: bytes | None = None) -> tuple[int, str]:
    cookie = {"Cookie": "django_language=en"} if english else {}
    request = urllib.request.Request(address, data=form, headers=cookie)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@contextmanager
def portal_of_its_own(folder: Path) -> Iterator[tuple[Servers, str]]:
    """Its servers, whose PostgreSQL can be stopped without harm to others, and its address."""
    servers, port = Servers(Places(folder / "var"), quiet=True), free_port()
    servers.start()
    places = servers.places
    variables = {
        "DATABASE_URL": places.database_url(WEB_ROLE),
        "MIGRATION_DATABASE_URL": places.database_url(OWNER_ROLE),
        "REDIS_URL": places.redis_url(),
        "SECRET_KEY": "only-for-tests-" + "0" * 40,
        "PORTAL_DEMONSTRATION": "1",
        "STORAGE_URL": f"file://{places.media}",
        "PORTAL_RECORD_DIR": str(places.record),
    }
    children = [each for each in site_children(myself(), places, port) if each.name == "web"]
    try:
        subprocess.run(
            [sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True, capture_output=True,
            env={**os.environ, **variables},
        )  # fmt: skip
        for child in children:
            child.environment, child.quiet = {**child.environment, **variables}, True
            child.start(ROOT)
        address = f"http://127.0.0.1:{port}"
        wait_until_answering(address)
        yield servers, address
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait(10)
        servers.stop()


def wait_until_answering(address: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if asked(f"{address}/")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


def stop_postgres(servers: Servers) -> None:
    child = next(each for each in servers.children if each.name == "postgres")
    assert child.process is not None
    child.process.send_signal(signal.SIGINT)  # a fast shutdown
    child.wait(30)
    servers.children.remove(child)


@pytest.mark.faults
@pytest.mark.browser
def test_a_stopped_database_leaves_the_public_its_pages(chromium: "Browser") -> None:
    folder = Path(tempfile.mkdtemp(prefix="tongdian-interrupted-", dir="/var/tmp"))
    folder.chmod(0o755)  # the servers' own user must reach what is below
    try:
        with portal_of_its_own(folder) as (servers, address):
            for path in PUBLIC:
                for english in (False, True):
                    status, text = asked(f"{address}{path}", english=english)
                    assert (path, status, SAID in text) == (path, 200, False)
            stop_postgres(servers)
            # What was so just now is taken as so: by the portal's settings, not by those of tests.
            time.sleep(PUBLIC_RECHECK_SECONDS + 0.5)
            for path in PUBLIC:
                for english, said in ((False, f"{SAID}。本页是 "), (True, ENGLISH)):
                    status, text = asked(f"{address}{path}", english=english)
                    assert (path, status, said in text) == (path, 200, True), text[:4000]
            for path in ("/account/sign-in/", "/desk/", "/progress/"):
                status, text = asked(f"{address}{path}")
                assert (path, status, SAID in text, "Traceback" in text) == (path, 503, True, False)
                assert all(number in text for number in HOTLINES)
            faults = []
            for found in windows(chromium, address):
                faults += look(found, "/disclosure/outages/", name="interrupted")
            assert faults == []
            servers.start(with_postgres=True, with_valkey=False)
            wait_until_answering(address)
            for path in PUBLIC:
                status, text = asked(f"{address}{path}")
                assert (path, status, SAID in text) == (path, 200, False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
