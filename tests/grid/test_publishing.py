"""Publishing: one transaction, numbered, dated by the record, nothing ever overwritten."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden, Invalid, Stale, WrongState
from grid import actions, queries
from grid.models import CapacityRow, Draft, FeeItem, Publication
from grid.tables import table_of
from ledger.models import Entry
from ledger.record import CITY_REF
from tests import people
from tests.grid import builders

STANDING = ("code", "rate", "from_date", "until_date")


def standing_fees() -> list[tuple[str, Decimal, date, date | None]]:
    return list(FeeItem.objects.standing().values_list(*STANDING))


def refusals(kind: str, text: str, by: User, note: str = "", source: str = "s") -> list[str]:
    draft = actions.begin(kind=kind, by=by, text=text, source=source, note=note)
    with pytest.raises(Invalid) as refused, override("en"):
        actions.publish(draft=draft, by=by)
    with override("en"):
        return [f"{error.pointer} {error.reason}" for error in refused.value.errors]


def test_the_catalogue_is_empty_at_first(city: dict[str, User]) -> None:
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
    assert refusals("fees", builders.fees(), lead, source=builders.SOURCE) == [
        "/rows Everything in it is published already."
    ]


def test_a_correction_needs_a_reason_and_keeps_the_old_row(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    dearer = builders.fees().replace("12.5", "13")
    assert refusals("fees", dearer, lead, source=builders.SOURCE) == [
        "/note Say why published rows are replaced or withdrawn."
    ]
    builders.published("fees", dearer, lead, note="Typing mistake")
    assert standing_fees() == [("HR-10", Decimal("13.0000"), date(2026, 1, 1), None)]
    table = table_of("fees")
    assert [row.rate for row in queries.rows_of(table, number=1)] == [Decimal("12.5000")]
    assert [row.rate for row in queries.rows_of(table, number=2)] == [Decimal("13.0000")]


def test_ranges_of_one_item_do_not_overlap(lead: User) -> None:
    builders.published("fees", builders.fees("2026-01-01"), lead)
    assert refusals("fees", builders.fees("2026-06-01"), lead) == [
        (
            "/rows/2 Row 2, column “In force from”: Overlaps the same item in force from "
            "2026-01-01: give that row a last day."
        )
    ]
    both = builders.fees("2026-01-01", "2026-05-31") + builders.fees("2026-06-01").splitlines()[1]
    builders.published("fees", both, lead, note="New rate from June")
    assert [row[2:] for row in standing_fees()] == [
        (date(2026, 1, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), None),
    ]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 5, 31), date(2026, 1, 1)),
        (date(2026, 6, 1), date(2026, 6, 1)),
        (date(2030, 1, 1), date(2026, 6, 1)),
    ],
)
def test_an_item_is_in_force_on_both_of_its_ends(lead: User, day: date, found: date | None) -> None:
    both = builders.fees("2026-01-01", "2026-05-31") + builders.fees("2026-06-01").splitlines()[1]
    builders.published("fees", both, lead)
    item = queries.fee_in_force("HR-10", day)
    assert (item.from_date if item else None) == found


def test_the_whole_table_withdraws_what_is_not_in_it(lead: User) -> None:
    two = builders.capacity("A") + builders.capacity("B").splitlines()[1]
    builders.published("capacity", two, lead)
    made = builders.published("capacity", builders.capacity("B"), lead, note="A closed", whole=True)
    assert (made.added, made.changed, made.withdrawn) == (0, 0, 1)
    assert [row.substation for row in CapacityRow.objects.standing()] == ["B"]


def test_a_row_is_withdrawn_with_a_reason(lead: User) -> None:
    builders.published("capacity", builders.capacity("A"), lead)
    row = CapacityRow.objects.get()
    draft = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Out of service")
    made = actions.publish(draft=draft, by=lead)
    assert (made.withdrawn, CapacityRow.objects.standing().count()) == (1, 0)
    again = actions.begin_withdrawal(row=row, kind="capacity", by=lead, note="Again")
    with pytest.raises(Invalid):
        actions.publish(draft=again, by=lead)


def test_a_draft_published_twice_is_published_once(lead: User) -> None:
    draft = actions.begin(kind="fees", by=lead, text=builders.fees(), source="s")
    first = actions.publish(draft=draft, by=lead)
    assert actions.publish(draft=draft, by=lead) == first
    assert Publication.objects.count() == 1
    with pytest.raises(WrongState):
        actions.change(draft=draft, text="", source="s", note="")
    with pytest.raises(WrongState):
        actions.discard(draft=draft)


def test_a_preview_that_is_overtaken_is_not_published(lead: User) -> None:
    draft = actions.begin(kind="capacity", by=lead, text=builders.capacity("A"), source="s")
    seen = actions.preview(draft=draft, by=lead)
    builders.published("capacity", builders.capacity("B"), lead)
    with pytest.raises(Stale):
        actions.publish(draft=draft, by=lead, base=seen.base)
    assert Draft.objects.get(pk=draft.pk).publication is None


def test_nothing_is_published_without_a_source(lead: User) -> None:
    assert refusals("capacity", builders.capacity(), lead, source="") == [
        "/source Say where the figures come from."
    ]


def test_a_file_with_one_mistake_publishes_none_of_its_rows(lead: User) -> None:
    bad = builders.capacity("A") + builders.capacity("B", open_kva=9000).splitlines()[1]
    assert refusals("capacity", bad, lead) == [
        "/rows/3 Row 3, column “Open capacity”: Must not be more than the capacity."
    ]
    assert (CapacityRow.objects.count(), Publication.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SUPPLY_LEAD, Role.SYSTEM}))
def test_no_other_role_publishes(city: dict[str, User], role: Role) -> None:
    by = people.applicant() if role == Role.APPLICANT else people.staff(role)
    for kind in ("fees", "capacity", "outages", "customers"):
        with pytest.raises(Forbidden):
            actions.begin(kind=kind, by=by, text="", source="s")


def test_a_lead_of_one_district_keeps_its_rows_only(city: dict[str, User]) -> None:
    local = people.staff(Role.SUPPLY_LEAD, username="local", district="510303")
    with pytest.raises(Forbidden):
        actions.begin(kind="fees", by=local, text=builders.fees(), source="s")
    assert refusals("capacity", builders.capacity(), local) == [
        "/rows/2 Row 2, column “District”: You do not keep the figures of this district."
    ]
    builders.published("capacity", builders.capacity(), city["supply-lead"])
    mine = builders.capacity("Mine").replace("510302", "510303")
    made = builders.published("capacity", mine, local, whole=True)
    assert (made.added, made.withdrawn) == (1, 0)
    assert Entry.objects.get(pk=made.entry).actor_district == "510303"


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
    assert "what is published stays" in refused_by_the_database(statement)


def test_what_was_replaced_cannot_stand_again(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    builders.published("fees", builders.fees().replace("12.5", "13"), lead, note="Mistake")
    answer = refused_by_the_database("UPDATE grid_feeitem SET replaced_in_id = NULL")
    assert "what is published stays" in answer


def test_the_database_refuses_overlapping_ranges_and_bad_rows(lead: User) -> None:
    made = builders.published("fees", builders.fees(), lead)
    row = FeeItem.objects.get()
    values = {name: getattr(row, name) for name in table_of("fees").names}

    def constraint(**changes: object) -> str:
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            FeeItem.objects.create(publication=made, **{**values, **changes})
        return str(refused.value)

    assert "fee_ranges_do_not_overlap" in constraint(from_date=date(2027, 1, 1))
    fresh = {"code": "NEW"}
    assert "fee_rate_not_negative" in constraint(**fresh, rate=-1)
    assert "fee_from_before_until" in constraint(**fresh, until_date=date(2025, 1, 1))
    assert "fee_has_basis_and_source" in constraint(**fresh, legal_basis="")
    assert "fee_nature_known" in constraint(**fresh, nature="free")
