"""Drafts of the time when they were cases move to their table; what was recorded of them stays."""

from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connections, transaction

from accounts.actor import Actor
from applications.models import Application, Draft
from applications.states import State
from documents.queries import on_file
from ledger import sequencer
from ledger.queries import timeline
from ledger.record import NewEntry, append
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import again, do, drafted
from tests.people import open_demonstration

MOVE = import_module("applications.migrations.0014_drafts").move
BEFORE = """
ALTER TABLE applications_application DROP CONSTRAINT case_is_filed;
ALTER TABLE applications_application DISABLE TRIGGER case_moves;
"""


@pytest.fixture
def owner(with_people: None, committed_db: str) -> Iterator[SimpleNamespace]:
    """The owner, who migrates."""
    connections["owner"].close()
    yield SimpleNamespace(connection=connections["owner"])
    connections["owner"].close()


def old_draft(owner: SimpleNamespace, case: Application) -> None:
    """Store what is begun as it was stored before, with the entries of its beginning."""
    with owner.connection.cursor() as cursor:
        cursor.execute(BEFORE)
    assert case.draft is not None
    Draft.objects.using("owner").filter(pk=case.pk).delete()
    case.save(using="owner", force_insert=True)
    actor = Actor(case.filed_by.user.pk, "applicant", case.district)
    with transaction.atomic():
        append(
            NewEntry(
                case.ref, "case.drafted", actor, to_state="draft", holder="applicant",
                data={"number": case.number, "district": case.district,
                      "capacity_kw": case.capacity_kw},
            )
        )  # fmt: skip
        for one in on_file("application", case.pk):
            data = {"number": case.number, "documents": [one]}
            append(NewEntry(case.ref, "case.document_received", actor, data=data))


def test_a_draft_with_a_record_moves_and_is_filed(owner: SimpleNamespace) -> None:
    people = open_demonstration()
    case = drafted(people, Kind.LV_SMALL)
    wanted = again(case)
    old_draft(owner, again(case))
    with transaction.atomic(using="owner"):
        MOVE(apps, owner)
    assert not Application.objects.exists()
    moved = again(case)
    names = (
        "number", "ref", "kind", "filed_by_id", "applicant_name", "address_digest", "id_digest",
        "capacity_kw", "district", "purpose", "channel", "created_at",
    )  # fmt: skip
    assert {name: getattr(moved, name) for name in names} == {
        name: getattr(wanted, name) for name in names
    }
    filed = do(people, moved, "submit")
    assert (filed.pk, filed.state) == (case.pk, State.SUBMITTED)
    assert [event.type for event in timeline(case.ref)] == [
        "case.drafted", "case.document_received", "case.document_received", "case.submitted",
    ]  # fmt: skip
    sequencer.run()
    assert verify() is None
    assert [found for found in broken() if found[1]] == []


def test_one_that_is_never_filed_leaves_its_record_in_order(owner: SimpleNamespace) -> None:
    people = open_demonstration()
    case = drafted(people, Kind.RESIDENTIAL)
    old_draft(owner, again(case))
    with transaction.atomic(using="owner"):
        MOVE(apps, owner)
    do(people, again(case), "withdraw")
    assert len(timeline(case.ref)) == 3
    assert [found for found in broken() if found[1]] == []
