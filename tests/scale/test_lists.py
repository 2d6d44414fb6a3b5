"""Every list with 20,000 cases: what it reads follows what it shows, not what there is."""

import pytest
from django.db import connection

from portal.invariants import INVARIANTS, broken
from tools.lists import (
    ELSEWHERE,
    LISTS,
    PLAIN,
    WIDE,
    Listing,
    ask,
    next_page,
    opened_by,
    without_arguments,
)
from tools.statements import Asked, noted

#: On a page; a statement may read ten rows for each.
SHOWN, EACH = 30, 10


def too_many(asked: list[Asked]) -> dict[str, int]:
    """What its statements read beyond that, by statement."""
    found = {}
    for one in asked:
        wide = sum(most * one.sql.count(f'FROM "{table}"') for table, most in WIDE.items())
        if (rows := one.rows_read()) > SHOWN * EACH + one.counts() + wide:
            found[one.sql] = rows
    return found


def fewer(listing: Listing) -> int:
    """Three rows; where a list has several modules, as many as show something of each."""
    mixed = listing.path.partition("?")[0] in ("/desk/", "/api/v1/desk/")
    return 20 if mixed else 3


@pytest.mark.django_db
@pytest.mark.usefixtures("with_lists")
@pytest.mark.parametrize("listing", LISTS, ids=str)
def test_a_list_reads_what_it_shows(listing: Listing) -> None:
    client = opened_by(listing)
    shorter = f"{listing.path}{'&' if '?' in listing.path else '?'}page_size={fewer(listing)}"
    ask(client, listing, shorter)
    with noted() as few:
        ask(client, listing, shorter)
    with noted() as asked:
        answer = ask(client, listing)
    assert (answer.status_code, len(asked)) == (200, len(few))
    assert too_many(asked) == {}
    if following := next_page(answer):
        with noted() as asked:
            assert ask(client, listing, following).status_code == 200
        assert too_many(asked) == {}


def test_no_list_is_missing() -> None:
    named = {listing.path.partition("?")[0] for listing in LISTS}
    found = {path for path in without_arguments() if not path.startswith(ELSEWHERE)}
    assert found - named - PLAIN == {"/"}
    assert found >= PLAIN


#: What triggers keep for lists. Copies have no whole record.
KEPT = (
    "an open case is listed by what its clocks and permits say",
    "a permit is listed by what its clocks say",
    "homes are counted on the days of their filing and their power",
    "cases are counted on the day of their filing, with what was explained",
)


@pytest.mark.django_db
@pytest.mark.usefixtures("with_lists")
def test_copies_have_what_the_triggers_would_have_kept() -> None:
    found = {}
    with connection.cursor() as cursor:
        for name in KEPT:
            cursor.execute(f"SELECT * FROM ({INVARIANTS[name]}) broken LIMIT 9")
            found[name] = cursor.fetchall()
    assert found == {name: [] for name in KEPT}


@pytest.mark.usefixtures("ready")
def test_what_is_kept_is_what_it_follows_from_in_every_state() -> None:
    assert [(name, rows) for name, rows in broken() if rows] == []
