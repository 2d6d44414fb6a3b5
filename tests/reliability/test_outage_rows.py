"""Outages as published: the database's own rules, and the instant of the announcement."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.clock import city_now
from publishing.tables import table_of
from reliability.models import CustomersServed, Outage, OutageState
from tests.publishing import builders


def test_the_announcement_is_the_first_publication_and_stays(lead: User) -> None:
    first, now = builders.published("outages", builders.outage(off="", on=""), lead), city_now()
    assert Outage.objects.get().state(now) == OutageState.PASSED
    builders.published("outages", builders.outage(on=""), lead, note="Power off")
    assert Outage.objects.standing().get().state(now) == OutageState.OFF
    builders.published("outages", builders.outage(), lead, note="Restored")
    standing = Outage.objects.standing().get()
    assert (standing.state(now), standing.announced_at) == (
        OutageState.RESTORED,
        first.published_at,
    )
    assert Outage.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"excluded_by_policy": True}, "excluded_cites_regulation"),
        ({"kind": "safety", "regulation": ""}, "safety_cites_regulation"),
        ({"planned_until": None}, "planned_has_its_plan"),
        ({"kind": "fault", "planned_from": None, "started_at": None}, "outage_begins"),
        ({"started_at": None}, "restored_after_start"),
        ({"kind": "storm"}, "outage_words_known"),
        ({"cause": ""}, "outage_says_what"),
    ],
)
def test_the_database_refuses_an_outage_that_cannot_be(
    lead: User, changes: dict[str, Any], constraint: str
) -> None:
    made = builders.published("outages", builders.outage(), lead)
    row = Outage.objects.get()
    values = {name: getattr(row, name) for name in table_of("outages").columns}
    values |= {"number": "P-2", "announced_at": row.announced_at, **changes}
    if changes.get("planned_from", 0) is None:
        values |= {"planned_until": None, "restored_at": None}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Outage.objects.create(publication=made, **values)
    assert constraint in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"customers": 0}, "somebody_is_served"),
        ({"year": 2025}, "complete_within_its_year"),
        ({"level": "high", "year": 2026}, "customers_words_known"),
        ({}, "one_standing_customers_row"),
    ],
)
def test_the_database_refuses_customers_that_cannot_be(
    lead: User, changes: dict[str, Any], constraint: str
) -> None:
    made = builders.published("customers", builders.customers(), lead)
    row = CustomersServed.objects.get()
    values = {name: getattr(row, name) for name in table_of("customers").columns}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CustomersServed.objects.create(publication=made, **{**values, **changes})
    assert constraint in str(refused.value)
