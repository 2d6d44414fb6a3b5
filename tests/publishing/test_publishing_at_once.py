"""Two leads at the same instant: one after the other, nothing lost, nothing doubled."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from accounts.roles import Role
from core import demonstration
from core.locks import lock_case
from core.problems import Invalid, Stale, WrongState
from grid.models import ElementRow
from ledger.record import CITY_REF
from publishing import actions
from publishing.models import Draft, Publication
from tests.people import again, open_demonstration, staff
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


def test_of_two_who_check_a_draft_at_once_one_publishes_it(lead: User) -> None:
    draft = actions.begin(kind="fees", by=lead, text=builders.fees(), source="s")
    actions.offer(draft=draft, by=lead)
    checkers = [User.objects.get(username="supply-lead-2"), staff(Role.SUPPLY_LEAD)]
    ready = Barrier(3)

    def act(by: User) -> int | str:
        """Both check it, while its author takes it back."""
        ready.wait(timeout=30)
        try:
            if by.pk == lead.pk:
                actions.take_back(draft=draft, by=by)
                return "taken back"
            return actions.publish(draft=Draft.objects.get(pk=draft.pk), by=by, offer=1).number
        except WrongState as refusal:
            return refusal.type
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        *checked, author = pool.map(act, [*map(again, checkers), again(lead)])
    made = Publication.objects.filter(kind="fees")
    # Whoever came first has it: both read the one number, or both that it was taken back.
    if author == "taken back":
        assert (checked, made.count()) == (["wrong-state"] * 2, 0)
    else:
        assert (checked, author, made.get().prepared_by_id) == ([1, 1], "wrong-state", lead.pk)
        assert made.get().checked_by_id in {each.pk for each in checkers}


def test_the_same_row_in_two_drafts_stands_once(lead: User) -> None:
    drafts = [
        actions.begin(kind="capacity", by=lead, text=builders.capacity(), source="s")
        for _n in range(2)
    ]
    assert sorted(map(str, published_together(drafts, lead))) == ["1", "invalid"]
    assert ElementRow.objects.standing().count() == 1


def meanwhile(draft: Draft, lead: User, happens: Callable[[], object], **more: Any) -> Any:
    """What publishing a draft comes to, number or refusal, where something else has the city's lock
    when it is ready, and is committed then."""

    def publish() -> Any:
        try:
            return actions.publish(draft=draft, by=again(lead), **more).number
        except (Invalid, Stale) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_case(CITY_REF)
            published = pool.submit(publish)
            while not waits_for_a_lock():
                time.sleep(0.01)
            happens()
        return published.result(timeout=30)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE NOT granted AND datname = current_database())"
        )
        waits: bool = cursor.fetchone()[0]
    return waits


def standing() -> list[str]:
    rows = ElementRow.objects.standing().order_by("code")
    return [f"{row.code} {row.max_load_kva:.0f}" for row in rows]


def test_what_was_ready_is_judged_anew_where_another_publication_came_first(lead: User) -> None:
    def begun(name: str, open_kva: int) -> Draft:
        text = builders.capacity(name, open_kva)
        return actions.begin(kind="capacity", by=lead, text=text, source="s")

    def faster(draft: Draft) -> Callable[[], object]:
        return lambda: actions.publish(draft=draft, by=lead)

    # The same row, which would be added twice; and one that would be corrected without a reason.
    for late in (begun("A", 3000), begun("A", 2000)):
        first = begun("A", 3000) if not standing() else begun("B", 1000)
        assert meanwhile(late, lead, faster(first)) is Invalid
    assert standing() == ["A-1 5000", "B-1 7000"]
    # Another row: both are published; but not to whoever saw the table without it.
    assert meanwhile(begun("C", 3000), lead, faster(begun("D", 3000))) == 4
    assert meanwhile(begun("E", 3000), lead, faster(begun("F", 3000)), base=4) is Stale
    assert standing() == ["A-1 5000", "B-1 7000", "C-1 5000", "D-1 5000", "F-1 5000"]


def test_what_was_ready_is_read_anew_where_the_draft_was_changed_meanwhile(lead: User) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity("A"), source="s")
    said: dict[str, Any] = {"text": builders.capacity("B"), "source": "Another", "note": ""}

    def change() -> None:
        actions.change(draft=draft, **said)

    assert meanwhile(draft, lead, change) == 1
    assert list(ElementRow.objects.values_list("code", "source")) == [("B-1", "Another")]
    assert Publication.objects.get().source == "Another"


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
