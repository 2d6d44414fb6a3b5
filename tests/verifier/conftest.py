"""The programs are run as strangers run them: by themselves, in an empty folder."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tongdian_verify
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests import servers
from tests.verifier import witnessing
from tools.launcher.postgres import Postgres

if TYPE_CHECKING:
    from tests.verifier.real import Real

PROGRAMS = Path(tongdian_verify.__file__).parent


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What is said is compared in English."""
    tongdian_verify.LANGUAGE[0] = "en"
    yield
    tongdian_verify.LANGUAGE[0] = "zh"


@pytest.fixture
def stranger(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs the verifier in an empty folder of its own, isolated from every other library."""
    folder = tmp_path / "empty"
    folder.mkdir()

    def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-I", "-S", "-B", PROGRAMS / "tongdian_verify.py", *arguments]
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": "", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    return run


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[witnessing.Office]:
    """A running witness of a log, as a second party runs it."""
    with witnessing.Office(tmp_path / "office") as office:
        yield office


@pytest.fixture(scope="session")
def real_record(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> "Real":
    """A record made by the portal itself, in a database that is gone by then."""
    from tests.verifier import real

    name = f"tongdian_own_{uuid.uuid4().hex[:12]}"
    before = str(connections["default"].settings_dict["NAME"])
    with django_db_blocker.unblock():
        servers.copy_template(postgres, name)
        servers.use_database(name)
        try:
            return real.made()
        finally:
            servers.use_database(before)
            postgres.drop_database(name)
