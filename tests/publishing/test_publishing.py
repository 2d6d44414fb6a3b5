"""Publishing: one transaction, numbered, dated by the record, nothing ever overwritten."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from accounts.roles import GRANTABLE, Role
from core.problems import Forbidden, Invalid, Stale, WrongState
from grid.models import ElementRow
from ledger.models import Entry
from ledger.record import CITY_REF
from money.models import FeeItem
from publishing import actions, queries
from publishing.models import Draft, Publication
from publishing.preview import preview
from publishing.tables import table_of
from tests.people import applicant, staff
from tests.publishing import builders

STANDING = ("code", "rate", "from_date", "until_date")


def standing_fees() -> list[tuple[str, Decimal, date, date | None]]:
    return list(FeeItem.objects.standing().values_list(*STANDING))


def test_the_catalogue_is_empty_at_first(people: dict[str, User]) -> None:
    assert (FeeItem.objects.count(), Publication.objects.count()) == (0, 0)


def test_a_publication_is_an_entry_of_the_record_and_bears_its_instant(lead: User) -> None:
    made = builders.published("fees", builders.fees(), lead)
    entry = Entry.objects.filter(case_ref=CITY_REF).latest("id")
    assert (entry.type, entry.actor_role) == ("fees.published", "supply_lead")
    assert (made.number, made.published_at, made.entry) == (1, entry.at, entry.pk)
    assert (made.added, made.changed, made.withdrawn) == (1, 0, 0)
    assert standing_fees() == [("HR-10", Decimal("12.5000"), date(2026, 1, 1), None)]


def test_the_same_again_changes_nothing_and_is_not_published(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    assert builders.refusals("fees", builders.fees(), lead, source=builders.SOURCE) == [
        "/rows Everything in it is published already."
    ]


def test_a_correction_needs_a_reason_and_keeps_the_old_row(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    dearer = builders.fees().replace("12.5", "13")
    assert builders.refusals("fees", dearer, lead, source=builders.SOURCE) == [
        "/note Say why published rows are replaced or withdrawn."
    ]
    builders.published("fees", dearer, lead, note="Typing mistake")
    assert standing_fees() == [("HR-10", Decimal("13.0000"), date(2026, 1, 1), None)]
    table = table_of("fees")
    assert [row.rate for row in queries.rows_of(table, number=1)] == [Decimal("12.5000")]
    assert [row.rate for row in queries.rows_of(table, number=2)] == [Decimal("13.0000")]


def test_the_whole_table_withdraws_what_is_not_in_it(lead: User) -> None:
    two = builders.capacity("A") + builders.capacity("B").splitlines()[1]
    builders.published("capacity", two, lead)
    made = builders.published("capacity", builders.capacity("B"), lead, note="A closed", whole=True)
    assert (made.added, made.changed, made.withdrawn) == (0, 0, 1)
    assert [row.code for row in ElementRow.objects.standing()] == ["B-1"]


def test_a_row_is_withdrawn_with_a_reason(lead: User) -> None:
    builders.published("capacity", builders.capacity("A"), lead)
    row = ElementRow.objects.get()
    draft = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Out of service")
    made = actions.publish(draft=draft, by=lead)
    assert (made.withdrawn, ElementRow.objects.standing().count()) == (1, 0)
    again = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Again")
    with pytest.raises(Invalid):
        actions.publish(draft=again, by=lead)


def test_a_draft_published_twice_is_published_once(lead: User) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity(), source="s")
    first = actions.publish(draft=draft, by=lead)
    assert actions.publish(draft=draft, by=lead) == first
    assert Publication.objects.count() == 1
    with pytest.raises(WrongState):
        actions.change(draft=draft, text="", source="s", note="")
    with pytest.raises(WrongState):
        actions.discard(draft=draft)


def test_a_preview_that_is_overtaken_is_not_published(lead: User) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity("A"), source="s")
    seen = preview(draft=draft, by=lead)
    builders.published("capacity", builders.capacity("B"), lead)
    with pytest.raises(Stale):
        actions.publish(draft=draft, by=lead, base=seen.base)
    assert Draft.objects.get(pk=draft.pk).publication is None


def test_nothing_is_published_without_a_source(lead: User) -> None:
    assert builders.refusals("capacity", builders.capacity(), lead, source="") == [
        "/source Say where the figures come from."
    ]


def test_a_file_with_one_mistake_publishes_none_of_its_rows(lead: User) -> None:
    bad = builders.capacity("A") + builders.capacity("B", open_kva=9000).splitlines()[1]
    assert builders.refusals("capacity", bad, lead) == [
        "/rows/3 Row 3, column “Maximum load”: Must be from 0 to 9,999,999,999."
    ]
    assert (ElementRow.objects.count(), Publication.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", sorted({*GRANTABLE, Role.APPLICANT} - {Role.SUPPLY_LEAD}))
def test_no_other_role_publishes(people: dict[str, User], role: Role) -> None:
    by = applicant() if role == Role.APPLICANT else staff(role)
    for kind in ("fees", "capacity", "outages", "customers"):
        with pytest.raises(Forbidden):
            actions.begin(kind=kind, by=by, text="", source="s")


def test_a_lead_of_one_district_keeps_its_rows_only(people: dict[str, User]) -> None:
    local = staff(Role.SUPPLY_LEAD, username="local", district="510303")
    with pytest.raises(Forbidden):
        actions.begin(kind="fees", by=local, text=builders.fees(), source="s")
    assert builders.refusals("capacity", builders.capacity(), local) == [
        "/rows/2 Row 2, column “District”: You do not keep rows of this value."
    ]
    builders.published("capacity", builders.capacity(), people["supply-lead"])
    mine = builders.capacity("Mine").replace("510302", "510303")
    made = builders.published("capacity", mine, local, whole=True)
    assert (made.added, made.withdrawn) == (1, 0)
    assert Entry.objects.get(pk=made.entry).actor_district == "510303"


def test_a_key_is_one_rows_alone_whoever_keeps_the_other_district(people: dict[str, User]) -> None:
    builders.published("outages", builders.outage("P-1"), people["supply-lead"])
    local = staff(Role.SUPPLY_LEAD, username="local", district="510303")
    other = builders.outage("P-1").replace("510302", "510303")
    reason = "Is published already, in a row that you do not keep."
    assert builders.refusals("outages", other, local) == [
        f"/rows/2 Row 2, column “Outage number”: {reason}"
    ]


def refused_by_the_database(statement: str) -> str:
    cursor = connection.cursor()
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        cursor.execute(statement)
    return str(refused.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grid_feeitem SET rate = 1",
        "UPDATE grid_feeitem SET replaced_in_id = publication_id, rate = 1",
        "DELETE FROM grid_feeitem",
        "UPDATE grid_publication SET note = 'x'",
        "DELETE FROM grid_publication",
    ],
)
def test_the_database_keeps_what_is_published(lead: User, statement: str) -> None:
    builders.published("fees", builders.fees(), lead)
    assert "permission denied" in refused_by_the_database(statement)


def test_what_was_replaced_cannot_stand_again(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    builders.published("fees", builders.fees().replace("12.5", "13"), lead, note="Mistake")
    answer = refused_by_the_database("UPDATE grid_feeitem SET replaced_in_id = NULL")
    assert "what is published stays" in answer
