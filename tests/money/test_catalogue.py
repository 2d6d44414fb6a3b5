"""The fee catalogue: one rate of an item on each day, and nothing that is none."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from money.models import FeeItem
from money.queries import fee_in_force
from publishing.tables import table_of
from tests.publishing import builders

RANGE = ("from_date", "until_date")


def test_ranges_of_one_item_do_not_overlap(lead: User) -> None:
    builders.published("fees", builders.fees("2026-01-01"), lead)
    assert builders.refusals("fees", builders.fees("2026-06-01"), lead) == [
        (
            "/rows/2 Row 2, column “In force from”: Overlaps the same item in force from "
            "2026-01-01: give that row a last day."
        )
    ]
    both = builders.fees("2026-01-01", "2026-05-31") + builders.fees("2026-06-01").splitlines()[1]
    builders.published("fees", both, lead, note="New rate from June")
    assert list(FeeItem.objects.standing().values_list(*RANGE)) == [
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
    item = fee_in_force("HR-10", day)
    assert (item.from_date if item else None) == found


def test_the_database_refuses_overlapping_ranges_and_bad_rows(lead: User) -> None:
    made = builders.published("fees", builders.fees(), lead)
    row = FeeItem.objects.get()
    values = {name: getattr(row, name) for name in table_of("fees").columns}

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
