"""Every test runs on real PostgreSQL and Valkey as the *web role*, so that what the role may not do
fails in tests too. The owner migrates one template database; workers and tests get copies of it,
and nothing is ever flushed (the record's TRUNCATE trigger would refuse it)."""

import gc
import os
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.plugin import blocking_manager_key

from tests import servers

servers.point_environment("tongdian")

from django.conf import settings
from django.core.cache import cache, caches
from django.db import connections
from django.utils import translation

from core import demonstration
from tools.launcher.postgres import Postgres

if TYPE_CHECKING:
    from accounts.models import User
    from tests.builders import Ready
    from tools.counterparts.clamd import Scanner

assert settings.DATABASES  # pytest-django sets Django up when the settings are loaded

# An xdist worker inherits the main process's address before this file can say its own.
servers.use_redis(settings)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else every client of a test looks through all static files before its first request.
settings.WHITENOISE_AUTOREFRESH = True
# Else a query for newer rules would come now and then, also where queries are counted.
settings.RULES_RECHECK_SECONDS = 3600
settings.PUBLIC_RECHECK_SECONDS = 0
# Else what a test sends at night would wait for the morning.
settings.QUIET_HOURS = False

# How long an example takes says something of the machine's load, and nothing of the code.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

pytest_plugins = ["tests.browser"]

REFUSED = (
    "transaction=True would flush the tables, which the record refuses. "
    "Use the fixture `committed_db`: a database of the test's own."
)
FLUSHING = {"transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """With xdist the servers belong to the process that outlives the workers."""
    if getattr(session.config.option, "numprocesses", None):
        _start(session.config)


def _start(config: pytest.Config) -> Postgres:
    stack = ExitStack()
    stack.callback(servers.remove)
    started = stack.enter_context(servers.running())
    config.add_cleanup(stack.close)
    return started


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        # What takes long first, then files of many tests: else a worker begins one of these when
        # the others have nothing left to do.
        many = Counter(item.path for item in items)
        items.sort(
            key=lambda item: (item.get_closest_marker("slow") is None, -many[item.path], item.path)
        )
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & FLUSHING or (marker is not None and marker.kwargs.get("transaction")):
            raise pytest.UsageError(f"{item.nodeid}: {REFUSED}")
        # A file's tests share what they build, and one running city serves all that need one: so
        # xdist gives each worker whole files, and whole cities.
        unit = "city" if "live_city" in fixtures else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(unit))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A whole file as the name of a test is longer than what a process may be told."""
    return argname if isinstance(val, bytes | str) and len(val) > 100 else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What stands once everything is imported is not looked through for garbage again and again."""
    if getattr(session.config.option, "loadgroup", False):
        # A release of pytest can take groups from pytest-xdist without a word.
        assert all("@" in item.nodeid for item in session.items), "pytest-xdist groups no tests"
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A request leaves its language active in its thread: no test begins with another one's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _forget_what_the_database_is() -> None:
    """Whether the last test's city was a demonstration says nothing of this one's."""
    demonstration._known.clear()


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """What a test left in the cache (counted attempts) must not reach the next."""
    asked = {"db", "committed_db"}.intersection(request.fixturenames)
    if asked or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_setup")
        cache.clear()
        caches["pages"].clear()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The session's server; it can create and drop databases."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return servers.attached()
    return _start(request.config)


@pytest.fixture(scope="session")
def django_db_setup(postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's copies, for tests that roll back (`db`, `@pytest.mark.django_db`)."""
    with django_db_blocker.unblock():
        COPIES.begin(postgres)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


class Copies:
    """This worker's database of each scene, and which of them the running test is to see."""

    def __init__(self) -> None:
        self.postgres: Postgres | None = None
        self.scene = servers.EMPTY
        self.made: set[str] = set()

    def begin(self, postgres: Postgres) -> None:
        """The server runs: from now on the scene that a test needs is there."""
        self.postgres = postgres
        self.use()

    def show(self, scene: str) -> None:
        """Before a test; the first one comes before there is a server."""
        if scene != self.scene:
            self.scene = scene
            if self.postgres is not None:
                self.use()

    def use(self) -> None:
        assert self.postgres is not None
        name = f"tongdian_{servers.WORKER}_{self.scene}"
        if self.scene not in self.made:
            servers.copy_template(self.postgres, name, self.scene)
            self.made.add(self.scene)
        servers.use_database(name)


COPIES = Copies()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Shows a test the database in which the people of its fixtures stand ready.

    Before its fixtures, for the first of them may begin its transaction.
    """
    with item.config.stash[blocking_manager_key].unblock():
        COPIES.show(scene_of(item))


def scene_of(item: pytest.Item) -> str:
    asked = set(getattr(item, "fixturenames", ()))
    scenes = ("lists", "cases", "people", "bureaus")
    return next((one for one in scenes if f"with_{one}" in asked), "empty")


@pytest.fixture
def with_people() -> None:
    """The test's database is a demonstration with its people: `open_demonstration` finds them."""


@pytest.fixture
def people(with_people: None, db: None) -> "dict[str, User]":
    """The people of the contract, by username, in an open demonstration city."""
    from tests.people import open_demonstration

    return open_demonstration()


@pytest.fixture
def with_cases(with_people: None) -> None:
    """The test's database has one case of each kind in each state besides."""


@pytest.fixture
def ready(with_cases: None, people: "dict[str, User]") -> "Ready":
    """The case of a kind that stands ready in a state."""
    from tests.builders import ready_case

    return ready_case


@pytest.fixture
def with_lists() -> None:
    """The test's database has 20,000 cases, and people of one district who have lists of them."""


@pytest.fixture
def lead(people: "dict[str, User]") -> "User":
    """The supply company's lead, who keeps the published tables."""
    return people["supply-lead"]


@pytest.fixture
def second_lead(people: "dict[str, User]") -> "User":
    """Who checks what the lead prepares."""
    return people["supply-lead-2"]


@pytest.fixture
def with_bureaus() -> None:
    """The test's database has the people of the bureaus, of tests.approvals.people."""


@pytest.fixture
def scanner(tmp_path: Path, settings: Settings) -> "Iterator[Scanner]":
    """A city whose files are scanned by the counterpart of clamd."""
    from tools.counterparts.clamd import serving

    server = serving(0, tmp_path)
    with servers.answering(server):
        settings.SCANNER_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database of the test's own, for tests that commit or use several processes.

    Its name is the value; DATABASE_URL in the environment points processes at it too.
    """
    name = f"tongdian_own_{uuid.uuid4().hex[:12]}"
    before = str(connections["default"].settings_dict["NAME"])
    with django_db_blocker.unblock():
        servers.copy_template(postgres, name, scene_of(request.node))
        servers.use_database(name)
        yield name
        servers.use_database(before)
    postgres.drop_database(name)


@pytest.fixture
def site(with_people: None, committed_db: str) -> Iterator[str]:
    """The base URL of the pages of a demonstration of the test's own, for a browser."""
    with servers.pages() as address:
        yield address


@pytest.fixture(scope="session")
def live_city(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The base URL of the real portal: web, worker and beat on a demonstration of their own.

    One city for whoever needs it to work by itself: a test uses people and addresses of its own,
    and does not move the city's clock.
    """
    name = f"tongdian_city_{servers.WORKER}"
    with django_db_blocker.unblock():
        servers.copy_template(postgres, name)
    with servers.city(name) as address:
        yield address
