"""The servers of one test session: a PostgreSQL and a Valkey of its own, in a folder that is thrown
away, and the template database of which every test gets a copy."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.launcher.identity import server_identity
from portal.launcher.places import OWNER_ROLE, WEB_ROLE, Places
from portal.launcher.postgres import Postgres
from portal.launcher.servers import Servers

HOME = "TONGDIAN_TEST_HOME"
TEMPLATE = "tongdian_template"


def places() -> Places:
    """Of this session; set up by whichever process came first, inherited by xdist's workers."""
    if HOME not in os.environ:
        folder = tempfile.mkdtemp(prefix="tongdian-test-", dir="/var/tmp")  # noqa: S108 (0700)
        Path(folder).chmod(0o755)  # the servers' user, when we are root, must reach its own below
        os.environ[HOME] = folder
    return Places(Path(os.environ[HOME]) / "var")


def point_environment(database: str) -> None:
    """Makes this process and those it starts use a database of the session."""
    found = places()
    os.environ.update(
        DATABASE_URL=found.database_url(WEB_ROLE, database),
        MIGRATION_DATABASE_URL=found.database_url(OWNER_ROLE, database),
        REDIS_URL=found.redis_url(),
        SECRET_KEY="only-for-tests-" + "0" * 40,
        PORTAL_DEMONSTRATION="1",
        STORAGE_URL=f"file://{found.media}",
        DJANGO_SETTINGS_MODULE="portal.settings",
    )


@contextmanager
def running() -> Iterator[Servers]:
    """The servers, from here to the end of the session."""
    servers = Servers(places(), fleeting=True)
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()


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


def attached() -> Servers:
    """The servers that xdist's main process runs, seen from a worker."""
    found = Servers(places(), fleeting=True)
    found.postgres = Postgres(found.places, server_identity())
    return found
