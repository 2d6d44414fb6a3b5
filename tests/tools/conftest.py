import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.places import Places


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of the test that the servers' user can reach; nothing of it is left afterwards."""
    path = Path("/var/tmp") / f"tongdian-launcher-{os.getpid()}-{os.urandom(4).hex()}"
    path.mkdir(mode=0o755)
    yield path
    remove(path)


@pytest.fixture(scope="module")
def folder_of_module() -> Iterator[Path]:
    """The same for tests that share what runs in it."""
    path = Path("/var/tmp") / f"tongdian-run-{os.getpid()}-{os.urandom(4).hex()}"
    path.mkdir(mode=0o755)
    yield path
    remove(path)


def remove(path: Path) -> None:
    for found in [path, *path.rglob("*")]:
        if found.name in {"postgres", "valkey"}:
            shutil.rmtree(Places(found.parent).sockets, ignore_errors=True)
        if found.is_symlink() and str(found.readlink()).startswith("/var/tmp/tongdian-"):
            shutil.rmtree(found.readlink(), ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
