"""The keys of stored cases are made again by a migration, which alone may write them."""

from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connections
from django.db.models import QuerySet

from applications.models import Application
from rules.names import Kind
from tests.applications.test_spellings import home_at
from tests.builders import again, do, filed
from tests.people import open_demonstration

KEYS = import_module("applications.migrations.0009_keys_of_one_spelling")


@pytest.fixture
def stored(with_people: None, committed_db: str) -> Iterator[QuerySet[Application]]:
    """Cases as a migration writes them: no act changes the keys of a case."""
    connections["owner"].close()
    yield Application.objects.using("owner")
    connections["owner"].close()


def test_keys_of_stored_cases_are_made_again(stored: QuerySet[Application]) -> None:
    case = filed(open_demonstration(), Kind.RESIDENTIAL)
    keys = {"id_digest": b"1", "phone_digest": b"2", "address_digest": b"3"}
    wanted = {name: bytes(getattr(again(case), name)) for name in keys}
    stored.filter(pk=case.pk).update(**keys)
    KEYS.remake(apps, SimpleNamespace(connection=connections["owner"]))
    assert {name: bytes(getattr(again(case), name)) for name in keys} == wanted


def test_of_two_open_cases_of_one_pair_the_later_keeps_its_key(
    stored: QuerySet[Application],
) -> None:
    people = open_demonstration()
    first = do(people, home_at(people, line="解放路9号3栋"), "submit")
    stored.filter(pk=first.pk).update(address_digest=b"old 1")
    second = do(people, home_at(people, line="解放路9号3幢"), "submit")
    wanted = bytes(again(second).address_digest)
    stored.filter(pk=second.pk).update(address_digest=b"old 2")
    KEYS.remake(apps, SimpleNamespace(connection=connections["owner"]))
    found = [bytes(again(case).address_digest) for case in (first, second)]
    assert found == [wanted, b"old 2"]
