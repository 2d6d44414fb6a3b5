"""The servers of one test session: a PostgreSQL and a Valkey of its own, in a folder that is thrown
away, and the template database of which every test gets a copy."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import TCPServer
from threading import Thread
from typing import Any

from django.conf import LazySettings

from portal.environment import celery_broker
from portal.places import OWNER_ROLE, ROOT, WEB_ROLE, Places
from tools.launcher import free_port
from tools.launcher.children import Child
from tools.launcher.identity import server_identity
from tools.launcher.postgres import FLEETING, Postgres
from tools.launcher.servers import Servers
from tools.launcher.site import myself, site_children

HOME = "TONGDIAN_TEST_HOME"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Valkey's databases: one for each worker's tests, another for its live city.
TESTS_REDIS = int(WORKER.removeprefix("gw")) + 1 if WORKER != "main" else 0
CITY_REDIS = TESTS_REDIS + 8
TEMPLATE = "tongdian_template"
# Memory, where there is enough of it: file systems take their time for every copy of a database.
MEMORY, DISK = Path("/dev/shm"), Path("/var/tmp")
ENOUGH = 4 * 1024**3
#: The scene in which nobody has opened the city.
EMPTY = "empty"


def places() -> Places:
    """Of this session; set up by whichever process came first, inherited by xdist's workers."""
    if HOME not in os.environ:
        ample = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
        folder = f"tongdian-test-{os.getpid()}-{os.urandom(4).hex()}"
        os.environ[HOME] = str((MEMORY if ample else DISK) / folder)
    return Places(Path(os.environ[HOME]) / "var")


def environment(database: str, redis: int = TESTS_REDIS) -> dict[str, str]:
    """What points a process at a database of the session."""
    found = places()
    return {
        "DATABASE_URL": found.database_url(WEB_ROLE, database),
        "MIGRATION_DATABASE_URL": found.database_url(OWNER_ROLE, database),
        "REDIS_URL": found.redis_url(redis),
        "SECRET_KEY": "only-for-tests-" + "0" * 40,
        "PORTAL_DEMONSTRATION": "1",
        "STORAGE_URL": f"file://{found.media}",
        # What was signed belongs to one database and to no other.
        "PORTAL_RECORD_DIR": str(record_of(database)),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def record_of(database: str) -> Path:
    """The folder of the record of one database."""
    return places().record / database


def use_redis(settings: LazySettings) -> None:
    """Points cache and broker of this process at the worker's own database."""
    url = places().redis_url(TESTS_REDIS)
    settings.REDIS_URL = url
    settings.CACHES["default"]["LOCATION"] = url
    settings.CELERY_BROKER_URL = celery_broker(url)


def point_environment(database: str) -> None:
    """Makes this process and those it starts use a database of the session."""
    os.environ.update(environment(database))


@contextmanager
def running() -> Iterator[Postgres]:
    """The servers, from here to the end of the session."""
    # The servers' user, when we are root, must reach its own folder below.
    places().var.parent.mkdir(mode=0o755)
    started = Servers(places(), fleeting=True)
    started.start()
    try:
        assert started.postgres is not None
        yield started.postgres
    finally:
        started.stop()


def attached() -> Postgres:
    """The server that xdist's main process runs, seen from a worker."""
    return Postgres(places(), server_identity(), FLEETING)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One process of the session at a time."""
    with (places().var.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove() -> None:
    folder = os.environ.pop(HOME, "")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def scenes() -> dict[str, tuple[str | None, Callable[[], object]]]:
    """What stands ready in a template: by name, the scene it begins with and what comes on top."""
    from tests.approvals.people import open_bureaus
    from tests.builders import build_every_state
    from tests.people import open_demonstration

    return {
        EMPTY: (None, load_empty),
        "people": (EMPTY, open_demonstration),
        "bureaus": (EMPTY, open_bureaus),
        "cases": ("people", build_every_state),
        "lists": ("people", fill_lists),
    }


def fill_lists() -> None:
    """As many cases as tell a list that reads them all from one that reads what it shows."""
    from tools.bulk import lay
    from tools.lists import hire

    lay(20_000, 4_000)
    hire()


def load_empty() -> None:
    """Migrates as the owner and loads the rules; nobody has opened the city.

    Accounts are numbered far from parties, else who mixes them up would be right by chance.
    """
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    call_command("load_rules", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT setval('accounts_user_id_seq', 100000)")


def copy_template(postgres: Postgres, name: str, scene: str = EMPTY) -> None:
    """A new database with what the scene has; its template is made when first asked for."""
    postgres.create_database(name, _template(postgres, scene))


def _template(postgres: Postgres, scene: str) -> str:
    """The name of a scene's template, whole.

    Whoever needs it while it is made waits; whoever needs another one, or a copy, does not.
    """
    from django.db import connections

    name = f"{TEMPLATE}_{scene}"
    with alone(name):
        if postgres.exists(name):
            return name
        before, make = scenes()[scene]
        below = _template(postgres, before) if before else None
        making = f"{name}_making"
        postgres.drop_database(making)
        postgres.create_database(making, below)
        shown = str(connections["default"].settings_dict["NAME"])
        use_database(making)
        make()
        connections.close_all()
        use_database(shown)
        postgres.rename_database(making, name)
        return name


def use_database(name: str) -> None:
    """Points both roles' connections, and every process started from here, at a database."""
    from django.conf import settings
    from django.db import connections

    settings.RECORD_DIR = str(record_of(name))
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        connections.databases[alias]["NAME"] = name
    point_environment(name)


@contextmanager
def city(database: str) -> Iterator[str]:
    """The real portal on a database: prepared, healthy, ended afterwards. Yields its address."""
    variables = environment(database, CITY_REDIS)
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={**os.environ, **variables},
        check=True,
        capture_output=True,
    )
    port = free_port()
    children = site_children(myself(), places(), port)
    for child in children:
        child.environment, child.quiet = {**child.environment, **variables}, True
        child.start(ROOT)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, children)
        yield address
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait(10)


@contextmanager
def pages(port: int = 0) -> Iterator[str]:
    """The pages of the database in use, from threads of this process. Yields their address.

    For looking only: nothing works in the background, and no process has to start.

    Args:
        port: one on which they were before; 0 is any that is free.
    """
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    connections: list[Any] = []

    class Quiet(WSGIRequestHandler):
        def setup(self) -> None:
            super().setup()
            connections.append(self.connection)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its base's name)
            pass

    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(get_wsgi_application())
    try:
        with answering(server) as address:
            yield address
    finally:
        # A browser goes on with those that are open, and would be answered still.
        for each in connections:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def answering(server: TCPServer) -> Iterator[str]:
    """A server of this process at work in a thread of its own. Yields its address."""
    with server:
        # Whoever ends it waits for its next look; the library's own pause is half a second.
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def wait_until_healthy(address: str, children: list[Child], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not answers_well(f"{address}/healthz"):
        if time.monotonic() > deadline:
            told = {child.name: list(child.last_lines) for child in children}
            raise AssertionError(f"{address} did not become healthy: {told}")
        time.sleep(0.2)


def answers_well(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
