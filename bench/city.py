"""A demonstration city of the benchmark's own, on servers that keep their promises (fsync on)."""

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
    """Start the servers in a folder that is thrown away, and open a demonstration in them."""
    folder = Path(tempfile.mkdtemp(prefix="tongdian-bench-", dir="/var/tmp"))
    folder.chmod(0o755)  # the servers' user, when we are root, must reach its own folder below
    places = Places(folder / "var")
    servers = Servers(places)
    servers.start()
    try:
        _point(places)
        _prepare()
        yield places
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _point(places: Places) -> None:
    os.environ.update(
        DATABASE_URL=places.database_url(WEB_ROLE, DATABASE),
        MIGRATION_DATABASE_URL=places.database_url(OWNER_ROLE, DATABASE),
        REDIS_URL=places.redis_url(),
        SECRET_KEY="only-for-benchmarks-" + "0" * 40,
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
