"""A demonstration city to measure or to harm, on servers that keep their promises (fsync on)."""

import io
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.places import OWNER_ROLE, WEB_ROLE, Places
from tools.launcher.servers import Servers


@contextmanager
def open_city(purpose: str, *, quiet: bool = False) -> Iterator[Servers]:
    """In a folder that is thrown away; `purpose` is a word of its name."""
    folder = Path(tempfile.mkdtemp(prefix=f"tongdian-{purpose}-", dir="/var/tmp"))
    folder.chmod(0o755)  # the servers' user, when we are root, must reach its own folder below
    servers = Servers(Places(folder / "var"), quiet=quiet)
    servers.start()
    try:
        places = servers.places
        os.environ.update(
            DATABASE_URL=places.database_url(WEB_ROLE),
            MIGRATION_DATABASE_URL=places.database_url(OWNER_ROLE),
            REDIS_URL=places.redis_url(),
            SECRET_KEY=f"only-for-{purpose}-" + "0" * 40,
            PORTAL_DEMONSTRATION="1",
            STORAGE_URL=f"file://{places.media}",
            PORTAL_RECORD_DIR=str(places.record),
            DJANGO_SETTINGS_MODULE="portal.settings",
        )
        import django
        from django.core.management import call_command

        django.setup()
        call_command("prepare", stdout=io.StringIO())
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def empty_broker(servers: Servers) -> None:
    """Kill it, and all that it held; it is down afterwards."""
    [child] = [each for each in servers.children if each.name == "valkey"]
    assert child.process is not None
    os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()
    servers.children.remove(child)
    assert servers.valkey is not None
    for file in servers.valkey.data.iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
