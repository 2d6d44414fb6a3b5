"""What the pages of a draft show is what its preview says; of a long one it is kept with it."""

from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from publishing import actions, outline
from publishing.models import LONGEST_EDITED, Draft, Publication
from publishing.outline import outline_of
from publishing.preview import preview
from publishing.tables import table_of
from tests.publishing import builders

#: So many lines make a text that is kept.
MANY = 2 * LONGEST_EDITED // len(builders.LINE)


def many(first: int, last: int, *, open_kva: int = 3000) -> str:
    lines = [
        builders.LINE.format(code=f"L{n:05d}", name="Made up", load=8000 - open_kva)
        for n in range(first, last)
    ]
    return builders.CAPACITY + "".join(lines)


def begun(lead: User, text: str, **more: Any) -> Draft:
    more = {"source": "s", "note": "New figures", **more}
    draft = actions.begin(kind="capacity", by=lead, text=text, **more)
    return Draft.objects.get(pk=draft.pk)


def shown(draft: Draft, by: User) -> dict[str, Any]:
    seen = outline_of(draft, by)
    return {
        "base": seen.base,
        "same": seen.same,
        "added": outline.added(draft, seen.added),
        "changed": outline.changes(draft, seen.changed),
        "withdrawn": outline.withdrawn(draft, seen.withdrawn),
        "troubles": [each.text for each in seen.troubles],
        "questions": [each.text for each in seen.questions],
        "more": (seen.troubles.more, seen.questions.more),
    }


def said(draft: Draft, by: User) -> dict[str, Any]:
    seen = preview(draft=draft, by=by)
    table, difference = seen.table, seen.difference
    return {
        "base": seen.base,
        "same": difference.same,
        "added": difference.added,
        "changed": difference.changed,
        "withdrawn": [table.values(row) for row in difference.withdrawn],
        "troubles": [each.text for each in seen.troubles],
        "questions": [each.text for each in seen.questions],
        "more": (seen.troubles.more, seen.questions.more),
    }


@pytest.mark.parametrize("number", [4, MANY])
@pytest.mark.parametrize("whole", [False, True])
def test_the_outline_says_what_the_preview_says(lead: User, number: int, whole: bool) -> None:
    builders.published("capacity", many(0, number), lead)
    changed = many(2, number - 1, open_kva=2000) + many(number, number + 2).split("\n", 1)[1]
    draft = begun(lead, changed, whole=whole)
    assert draft.is_long == (number == MANY)
    for _time in range(2):
        assert shown(Draft.objects.get(pk=draft.pk), lead) == said(draft, lead)


def test_the_outline_says_what_is_wrong_and_what_is_asked(lead: User) -> None:
    doubtful = many(0, MANY, open_kva=0).replace(",8000,8000,", ",8000,9000,")
    for text in (doubtful, doubtful.replace(",line,", ",tube,", 400)):
        draft = begun(lead, text)
        for _time in range(2):
            assert shown(Draft.objects.get(pk=draft.pk), lead) == said(draft, lead)


def test_what_stands_again_and_what_is_taken_out_is_shown_too(lead: User) -> None:
    builders.published("capacity", many(0, 3), lead)
    number = builders.published("capacity", many(1, 4, open_kva=10), lead, note="n", whole=True)
    undo = actions.begin_undoing(publication=number, by=lead, source="s", note="A mistake")
    assert shown(undo, lead) == said(undo, lead)
    row = table_of("capacity").rows.standing().first()
    gone = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Taken down")
    assert shown(gone, lead) == said(gone, lead)


def test_a_long_text_is_read_once_until_something_that_it_depends_on_changes(lead: User) -> None:
    draft = begun(lead, many(0, MANY))

    def is_kept() -> bool:
        """Whether the outline comes from what is kept, which says so itself."""
        kept = Draft.objects.get(pk=draft.pk)
        assert kept.outline is not None
        kept.outline["same"] = -1
        kept.save(update_fields=["outline"])
        return outline_of(Draft.objects.get(pk=draft.pk), lead).same == -1

    def says() -> int:
        return outline_of(Draft.objects.get(pk=draft.pk), lead).same

    assert says() == 0
    assert is_kept()
    builders.published("fees", builders.fees(), lead)
    assert (says(), is_kept()) == (0, True)
    builders.published("capacity", many(0, 5), lead)
    assert (says(), is_kept()) == (0, True)
    actions.change(draft=draft, text=many(1, MANY + 1), source="Another", note="n")
    assert (says(), is_kept()) == (0, True)
    with override("en"):
        assert says() == 0
    actions.publish(draft=Draft.objects.get(pk=draft.pk), by=lead)
    assert Publication.objects.latest("id").draft.outline is None
