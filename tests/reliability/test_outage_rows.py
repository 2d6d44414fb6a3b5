"""Outages of before the record, as published: what is refused, and the database's own rules."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.models import User
from publishing import actions
from publishing.preview import preview
from publishing.tables import table_of
from reliability.models import CustomersServed, OutageRow
from tests.publishing import builders


@pytest.mark.parametrize(
    ("off", "on", "columns"),
    [
        ("2062-11-20 08:00", "2062-11-20 09:00", ["Power off at", "Restored at"]),
        ("2026-11-20 08:00", "2062-11-20 09:00", ["Restored at"]),
    ],
)
def test_nothing_is_reported_before_it_happens(
    lead: User, off: str, on: str, columns: list[str]
) -> None:
    text = builders.outage(kind="fault", off=off, on=on)
    assert builders.refusals("outages", text, lead) == [
        f"/rows/2 Row 2, column “{name}”: Is in the future: only what has happened is reported."
        for name in columns
    ]


def test_a_year_that_may_be_wrong_is_asked_about(lead: User) -> None:
    text = builders.outage(kind="fault", off="1926-11-20 08:00")
    draft = actions.begin(kind="outages", by=lead, text=text, source="s")
    with override("en"):
        assert [each.text for each in preview(draft=draft, by=lead).questions] == [
            "Row 2, column “Power off at”: Is more than 1096 days from today."
        ]
    assert builders.refusals("outages", text, lead) == [
        "/sure Look at what is asked below, and say that it is right."
    ]
    assert actions.publish(draft=draft, by=lead, sure=True).added == 1


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
    row = OutageRow.objects.get()
    values = {name: getattr(row, name) for name in table_of("outages").columns}
    values |= {"number": "P-2", "announced_at": row.announced_at, **changes}
    if changes.get("planned_from", 0) is None:
        values |= {"planned_until": None, "restored_at": None}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        OutageRow.objects.create(publication=made, **values)
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
