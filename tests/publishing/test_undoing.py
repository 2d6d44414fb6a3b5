"""A publication is undone by another one, after which the table stands as before it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from core.problems import Invalid
from grid.models import ElementRow
from publishing import actions
from publishing.models import Publication
from publishing.preview import preview
from reliability.models import OutageRow
from tests.page import Page
from tests.people import browser, staff
from tests.publishing import builders


def three(a: int | None = None, b: int | None = None, c: int | None = None) -> str:
    """A table of those of three lines that have a figure."""
    lines = [("A", a), ("B", b), ("C", c)]
    texts = [builders.capacity(name, figure) for name, figure in lines if figure is not None]
    return texts[0] + "".join(text.split("\n", 1)[1] for text in texts[1:])


def standing() -> list[tuple[str, int, str]]:
    rows = ElementRow.objects.standing().order_by("code")
    return [(row.code[0], 8000 - int(row.max_load_kva or 0), row.source) for row in rows]


def undone(publication: Publication, by: User) -> Publication:
    draft = actions.begin_undoing(publication=publication, by=by, source="s", note="A mistake")
    return actions.publish(draft=draft, by=by)


def troubles(publication: Publication, by: User) -> list[str]:
    draft = actions.begin_undoing(publication=publication, by=by, source="s", note="A mistake")
    with override("en"), pytest.raises(Invalid):
        actions.publish(draft=draft, by=by)
    with override("en"):
        return [trouble.text for trouble in preview(draft=draft, by=by).troubles]


def test_rows_stand_as_before_and_the_history_tells_of_it(lead: User) -> None:
    builders.published("capacity", three(a=1, b=2), lead)
    before = standing()
    wrong = builders.published("capacity", three(a=10, c=3), lead, note="n", whole=True)
    assert [row[:2] for row in standing()] == [("A", 10), ("C", 3)]
    done = undone(wrong, lead)
    assert standing() == before
    counted = (done.number, done.added, done.changed, done.withdrawn, done.undoes)
    assert counted == (3, 1, 1, 1, wrong)
    # What is undone can be undone: then the mistake stands again.
    undone(done, lead)
    assert [row[:2] for row in standing()] == [("A", 10), ("C", 3)]


def test_a_row_that_was_touched_since_stays_and_is_named(lead: User) -> None:
    first = builders.published("capacity", three(a=1, b=2), lead)
    builders.published("capacity", three(b=5), lead, note="n")
    builders.published("capacity", three(c=7), lead)
    was = standing()
    assert troubles(first, lead) == [
        ("“B-1”: number 2 changed it since. Undo that one first, or correct the row itself.")
    ]
    # A row that was withdrawn and brought again is touched too.
    gone = builders.published("capacity", three(a=1), lead, note="n", whole=True)
    builders.published("capacity", three(c=8), lead)
    assert len(troubles(gone, lead)) == 1
    assert (len(was), [row[:2] for row in standing()]) == (3, [("A", 1), ("C", 8)])


def test_an_outage_that_stands_again_was_announced_when_it_was(lead: User) -> None:
    builders.published("outages", builders.outage(), lead)
    first = OutageRow.objects.get()
    draft = actions.begin_withdrawal(row=first, kind="outages", by=lead, note="Not needed")
    gone = actions.publish(draft=draft, by=lead)
    undone(gone, lead)
    again = OutageRow.objects.standing().get()
    assert (again.announced_at, again.short_notice) == (first.announced_at, first.short_notice)
    assert again.publication.number == 3


def test_nobody_undoes_rows_of_districts_that_they_do_not_keep(lead: User) -> None:
    text = three(a=1).replace("510302", "510303")
    made = builders.published("capacity", text, lead)
    neighbour = staff(Role.SUPPLY_LEAD, district="510302")
    assert troubles(made, neighbour) == ["It has rows that you do not keep."]


def test_a_publication_is_undone_from_its_page(lead: User) -> None:
    builders.published("capacity", three(a=1), lead)
    wrong = builders.published("capacity", three(b=2), lead)
    desk, page = browser(lead), reverse("disclosure:publication", args=["capacity", wrong.number])
    desk.cookies["django_language"] = "en"
    address = reverse("publish:undo", args=["capacity", wrong.number])
    assert address in desk.get(page).content.decode()
    assert address not in Client().get(page).content.decode()
    sent = {"source": "Report 11", "idempotency_key": Page(desk.get(address)).key()}
    refused = desk.post(address, {**sent, "note": ""})
    assert (refused.status_code, "Enter: Why it is undone" in Page(refused).text) == (422, True)
    places = {desk.post(address, {**sent, "note": "Wrong line"})["Location"] for _ in range(2)}
    [draft] = places
    seen = Page(desk.get(draft)).text
    assert "New: 0. Corrected: 0. Withdrawn: 1. Unchanged: 1." in seen
    assert "Undoing number 2" in seen
    desk.post(f"{draft}publish/", {"base": "2"})
    assert [row[:2] for row in standing()] == [("A", 1)]
    history = Page(desk.get(reverse("disclosure:history", args=["capacity"]))).text
    assert "Wrong line It undoes publication 2." in history
    assert desk.get(reverse("publish:undo", args=["capacity", 9])).status_code == 404
    assert Publication.objects.filter(kind="capacity").count() == 3
