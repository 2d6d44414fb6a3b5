"""A demonstration city to measure or to harm, on servers that keep their promises (fsync on)."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.launcher.places import DATABASE, OWNER_ROLE, WEB_ROLE, Places
from portal.launcher.servers import Servers


@contextmanager
def open_city() -> Iterator[Places]:
    """Open a demonstration on servers of its own."""
    with thrown_away("bench") as servers:
        yield servers.places


@contextmanager
def thrown_away(purpose: str, *, quiet: bool = False) -> Iterator[Servers]:
    """Start servers in a folder that is thrown away, and open a demonstration in them.

    Args:
        purpose: a word in the name of the folder, `var/` of which is the servers'.
        quiet: says nothing of starting.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"tongdian-{purpose}-", dir="/var/tmp"))
    folder.chmod(0o755)  # the servers' user, when we are root, must reach its own folder below
    servers = Servers(Places(folder / "var"), quiet=quiet)
    servers.start()
    try:
        _point(servers.places, purpose)
        _prepare()
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _point(places: Places, purpose: str) -> None:
    os.environ.update(
        DATABASE_URL=places.database_url(WEB_ROLE, DATABASE),
        MIGRATION_DATABASE_URL=places.database_url(OWNER_ROLE, DATABASE),
        REDIS_URL=places.redis_url(),
        SECRET_KEY=f"only-for-{purpose}-" + "0" * 40,
        PORTAL_DEMONSTRATION="1",
        STORAGE_URL=f"file://{places.media}",
        PORTAL_RECORD_DIR=str(places.record),
        DJANGO_SETTINGS_MODULE="portal.settings",
    )


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("prepare", stdout=io.StringIO())
