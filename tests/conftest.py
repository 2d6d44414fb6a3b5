"""Every test runs on real PostgreSQL and Valkey as the *web role*, so that what the role may not do
fails in tests too. The owner migrates one template database; workers and tests get copies of it, and
nothing is ever flushed (the record's TRUNCATE trigger would refuse it)."""

import os
import uuid
from collections.abc import Iterator

import pytest
from tests import servers

servers.point_environment("tongdian")

from django.conf import settings  # noqa: E402 (reads the environment that was just set)
from django.core.management import call_command, get_commands  # noqa: E402
from django.db import connections  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

assert settings.DATABASES  # pytest-django sets Django up when the settings are loaded

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.CELERY_TASK_ALWAYS_EAGER = False

REFUSED = (
    "transaction=True would flush the tables, which the record refuses. "
    "Use the fixture `committed_db`: a database of the test's own."
)
FLUSHING = {"transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """With xdist the servers belong to the process that outlives the workers."""
    if getattr(session.config.option, "numprocesses", None):
        _start(session.config)


def _start(config: pytest.Config) -> servers.Servers:
    context = servers.running()
    started = context.__enter__()
    config.add_cleanup(lambda: (context.__exit__(None, None, None), servers.remove()) and None)
    return started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        flushing = FLUSHING.intersection(getattr(item, "fixturenames", ()))
        if flushing or (marker is not None and marker.kwargs.get("transaction")):
            raise pytest.UsageError(f"{item.nodeid}: {REFUSED}")


@pytest.fixture(scope="session")
def embedded(request: pytest.FixtureRequest) -> servers.Servers:
    """The session's servers; `embedded.postgres` can create and drop databases."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return servers.attached()
    return _start(request.config)


@pytest.fixture(scope="session")
def template(embedded: servers.Servers, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the migrated database with the city's rules, made once a session."""
    assert embedded.postgres is not None
    with servers.alone("template"), django_db_blocker.unblock():
        if not embedded.postgres.exists(servers.TEMPLATE):
            _make_template(embedded)
    return servers.TEMPLATE


def _make_template(embedded: servers.Servers) -> None:
    postgres = embedded.postgres
    assert postgres is not None
    making = f"{servers.TEMPLATE}_making"
    postgres.create_database(making)
    use_database(making)
    call_command("migrate", verbosity=0)
    if "load_rules" in get_commands():
        call_command("load_rules", verbosity=0)
    connections.close_all()
    postgres.rename_database(making, servers.TEMPLATE)


def use_database(name: str) -> None:
    """Points both roles' connections, and every process started from here, at a database."""
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        connections.databases[alias]["NAME"] = name
    servers.point_environment(name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """pytest-django would rename databases for xdist; ours are copies with names of their own."""


@pytest.fixture(scope="session")
def django_db_setup(
    embedded: servers.Servers, template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """This worker's copy, for tests that roll back (`db`, `@pytest.mark.django_db`)."""
    assert embedded.postgres is not None
    name = f"tongdian_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with servers.alone("template"):
        embedded.postgres.create_database(name, template)
    with django_db_blocker.unblock():
        use_database(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def committed_db(
    embedded: servers.Servers,
    template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """A database of the test's own, for tests that commit or use several processes.

    Its name is the value; DATABASE_URL in the environment points processes at it too.
    """
    assert embedded.postgres is not None
    name = f"tongdian_own_{uuid.uuid4().hex[:12]}"
    before = str(connections["default"].settings_dict["NAME"])
    with servers.alone("template"):
        embedded.postgres.create_database(name, template)
    with django_db_blocker.unblock():
        use_database(name)
        yield name
        connections.close_all()
        use_database(before)
    embedded.postgres.drop_database(name)
