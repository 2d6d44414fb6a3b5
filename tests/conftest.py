"""Every test runs on real PostgreSQL and Valkey as the *web role*, so that what the role may not do
fails in tests too. The owner migrates one template database; workers and tests get copies of it,
and nothing is ever flushed (the record's TRUNCATE trigger would refuse it)."""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_django import DjangoDbBlocker

from tests import servers

servers.point_environment("tongdian")

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import translation

from tools.launcher.postgres import Postgres

assert settings.DATABASES  # pytest-django sets Django up when the settings are loaded

# An xdist worker inherits the main process's address before this file can say its own.
servers.use_redis(settings)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Else a query for newer rules would come now and then, also where queries are counted.
settings.RULES_RECHECK_SECONDS = 3600

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
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & FLUSHING or (marker is not None and marker.kwargs.get("transaction")):
            raise pytest.UsageError(f"{item.nodeid}: {REFUSED}")
        if "live_city" in fixtures:
            # One city serves all, so xdist keeps its tests on one worker.
            item.add_marker(pytest.mark.xdist_group("city"))


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A request leaves its language active in its thread: no test begins with another one's."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """What a test left in the cache (counted attempts) must not reach the next."""
    asked = {"db", "committed_db"}.intersection(request.fixturenames)
    if asked or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("django_db_setup")
        cache.clear()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The session's server; it can create and drop databases."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return servers.attached()
    return _start(request.config)


@pytest.fixture(scope="session")
def template(postgres: Postgres, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the migrated database with the city's rules, made once a session."""
    with servers.alone("template"), django_db_blocker.unblock():
        if not postgres.exists(servers.TEMPLATE):
            servers.make_template(postgres)
    return servers.TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(
    postgres: Postgres, template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """This worker's copy, for tests that roll back (`db`, `@pytest.mark.django_db`)."""
    name = f"tongdian_{servers.WORKER}"
    servers.copy_template(postgres, name)
    with django_db_blocker.unblock():
        servers.use_database(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def committed_db(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of the test's own, for tests that commit or use several processes.

    Its name is the value; DATABASE_URL in the environment points processes at it too.
    """
    name = f"tongdian_own_{uuid.uuid4().hex[:12]}"
    before = str(connections["default"].settings_dict["NAME"])
    servers.copy_template(postgres, name)
    with django_db_blocker.unblock():
        servers.use_database(name)
        yield name
        servers.use_database(before)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def live_city(
    postgres: Postgres, template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The base URL of the real portal: gunicorn, worker and beat on a demonstration of their own.

    One city for all browser tests and the tour: a test uses people and addresses of its own, and
    does not move the city's clock.
    """
    name = f"tongdian_city_{servers.WORKER}"
    servers.copy_template(postgres, name)
    with servers.city(name) as address:
        yield address
