"""Two leads at the same instant: one after the other, nothing lost, nothing doubled."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from core import demonstration
from core.problems import Invalid, WrongState
from grid.models import ElementRow
from publishing import actions
from publishing.models import Draft, Publication
from tests.people import again, open_demonstration
from tests.publishing import builders


@pytest.fixture
def lead(with_people: None, committed_db: str) -> User:
    """The lead in a database of this test's own, where transactions really commit."""
    demonstration._known.clear()
    return open_demonstration()["supply-lead"]


def published_together(drafts: list[Draft], lead: User) -> list[int | str]:
    """Publish drafts from as many threads at the same instant; numbers, or the refusal's type."""
    ready = Barrier(len(drafts))

    def publish(draft: Draft) -> int | str:
        by = again(lead)
        ready.wait(timeout=30)
        try:
            return actions.publish(draft=draft, by=by).number
        except Invalid as refusal:
            return refusal.type
        finally:
            connection.close()

    with ThreadPoolExecutor(len(drafts)) as pool:
        return list(pool.map(publish, drafts))


def test_different_drafts_get_numbers_of_their_own(lead: User) -> None:
    drafts = [
        actions.begin(kind="capacity", by=lead, text=builders.capacity(f"S{n}"), source="s")
        for n in range(6)
    ]
    assert sorted(published_together(drafts, lead)) == [1, 2, 3, 4, 5, 6]
    assert ElementRow.objects.standing().count() == 6


def test_the_same_draft_is_published_once_and_everybody_gets_its_number(lead: User) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity(), source="s")
    again = [Draft.objects.get(pk=draft.pk) for _n in range(4)]
    assert published_together(again, lead) == [1, 1, 1, 1]
    assert (Publication.objects.count(), ElementRow.objects.count()) == (1, 1)


def test_the_same_row_in_two_drafts_stands_once(lead: User) -> None:
    drafts = [
        actions.begin(kind="capacity", by=lead, text=builders.capacity(), source="s")
        for _n in range(2)
    ]
    assert sorted(map(str, published_together(drafts, lead))) == ["1", "invalid"]
    assert ElementRow.objects.standing().count() == 1


def test_a_draft_in_two_windows_is_changed_discarded_and_published_without_a_fault(
    lead: User,
) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity(), source="s")
    actions.discard(draft=Draft.objects.get(pk=draft.pk))
    said: dict[str, Any] = {"text": builders.capacity("Other"), "source": "s", "note": ""}
    with pytest.raises(WrongState):
        actions.change(draft=draft, **said)
    with pytest.raises(WrongState):
        actions.publish(draft=draft, by=lead)
    with pytest.raises(WrongState):
        actions.discard(draft=draft)
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity(), source="s")
    actions.publish(draft=Draft.objects.get(pk=draft.pk), by=lead)
    # It was read before it was published: the other window does not see that yet.
    with pytest.raises(WrongState):
        actions.change(draft=draft, **said)
    with pytest.raises(WrongState):
        actions.discard(draft=draft)
    assert Draft.objects.get().text == builders.capacity()
