"""Rows that programs enter, correct and withdraw one by one."""

from typing import Any

import pytest

from accounts.models import User
from money.models import FeeItem
from publishing.models import Draft
from rules.limits import Quota, limits
from tests.publishing import builders
from tests.publishing.programs import SAID, Program, counts, refused

FEE = {
    "code": "HR-10", "item": "High-reliability supply charge", "payer": "New customers",
    "kinds": "hv_dual",
    "unit": "CNY/kVA", "rate": 12.5, "nature": "market", "legal_basis": "Order 1",
    "from_date": "2026-01-01",
}  # fmt: skip


def test_rows_are_entered_corrected_and_withdrawn(program: Program) -> None:
    more = {**FEE, "code": "0012", "rate": "8", "until_date": None}
    draft = program.begun("fees/rows/", {"rows": [FEE, more], "source": "Order 1"})
    assert (counts(draft), draft["file_name"], draft["note"]) == ((2, 0, 0, 0), None, None)
    assert program.publish(draft).status_code == 200
    rows = program.get("fees/rows/")["results"]
    assert [(row["values"]["code"], row["values"]["rate"]) for row in rows] == [
        ("0012", 8), ("HR-10", 12.5),
    ]  # fmt: skip
    one = rows[1]
    said = {"values": {"rate": 13}, "source": "Order 2", "note": "A slip"}
    draft = program.begun(f"fees/rows/{one['id']}/", said)
    [change] = program.get(f"drafts/{draft['id']}/changes/?of=changed")["results"]
    assert change == {
        "id": one["id"], "values": one["values"] | {"rate": 13, "source": "Order 2"},
        "was": {"rate": 12.5, "source": "Order 1"},
    }  # fmt: skip
    assert program.publish(draft).status_code == 200
    assert program.get(f"fees/rows/{one['id']}/") == one | {"replaced_in": 2}
    draft = program.begun(f"fees/rows/{rows[0]['id']}/withdraw/", {"note": "Abolished"})
    assert (draft["withdraws"], draft["source"], counts(draft)) == (
        rows[0]["id"], "Order 1", (0, 0, 1, 1),
    )  # fmt: skip
    program.publish(draft)
    assert [row["values"]["code"] for row in program.get("fees/rows/")["results"]] == ["HR-10"]


@pytest.mark.parametrize(
    ("change", "pointer", "reason"),
    [
        ({"rate": [1]}, "/rate", "This must be a text, a number, true, false or null."),
        ({"rate": {"a": 1}}, "/rate", "This must be a text, a number, true, false or null."),
        ({"rate": "much"}, "/rate", "Is not a number."),
        ({"rate": True}, "/rate", "Is not a number."),
        ({"rate": 1e40}, "/rate", "Is not a number."),
        ({"rate": -1}, "/rate", "Must be from 0 to 9,999,999,999."),
        ({"rate": None}, "/rate", "Must not be empty."),
        ({"from_date": 20260101}, "/from_date", "Is not a date such as 2026-11-23."),
        ({"item": "a\0"}, "/item", "Control characters are not allowed."),
        ({"prices": 1}, "/prices", "No such column in this table."),
    ],
)
def test_a_value_that_its_column_cannot_read_is_named_by_row_and_column(
    program: Program, change: dict[str, Any], pointer: str, reason: str
) -> None:
    body = {"rows": [FEE, FEE | change], "source": "Order 1"}
    assert refused(program.ask("POST", "fees/rows/", body)) == (
        422, [(f"/rows/1{pointer}", reason)],
    )  # fmt: skip
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            {},
            [
                ("/rows", "This field is required."),
                ("/source", "Say where the figures come from."),
            ],
        ),
        ({"rows": [], "source": "s"}, [("/rows", "There must be one row at least.")]),
        ({"rows": {}, "source": "s"}, [("/rows", "This must be a list.")]),
        ({"rows": [7], "source": "s"}, [("/rows/0", "This must be an object.")]),
        ({"rows": [FEE], "source": "s", "whole": "yes"}, [("/whole", "Say yes or no.")]),
        ({"rows": [FEE], "source": "x" * 301}, [("/source", "At most 300 characters.")]),
        ({"rows": [FEE], "source": "s", "why": 1}, [("/why", "There is no such field.")]),
    ],
)
def test_a_body_of_rows_that_is_none_is_refused(
    program: Program, body: Any, errors: list[tuple[str, str]]
) -> None:
    assert refused(program.ask("POST", "fees/rows/", body)) == (422, errors)


def test_rows_may_be_as_many_as_those_of_a_file(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().quotas, Quota.TABLE_ROWS, 2)
    body = {"rows": [FEE] * 3, "source": "s"}
    assert refused(program.ask("POST", "fees/rows/", body)) == (
        422, [("/rows", "More than 2 rows. Split the file and upload the parts.")],
    )  # fmt: skip


def test_rows_that_do_not_go_together_are_troubles_of_the_draft(program: Program) -> None:
    draft = program.begun("fees/rows/", {"rows": [FEE, FEE], "source": "Order 1"})
    assert draft["preview"]["troubles"] == [
        {"row": 3, "column": "from_date", "reason": "Says the same thing as row 2."}
    ]


def test_whoever_touches_a_row_second_is_told_who_was_faster(program: Program, lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    old = FeeItem.objects.get()
    made = builders.published("fees", builders.fees().replace("12.5", "13"), lead, note="A slip")
    said = {"values": {"rate": 14}, **SAID}
    for path, body in ((f"fees/rows/{old.pk}/", said), (f"fees/rows/{old.pk}/withdraw/", {})):
        told = program.ask("POST", path, body)
        assert (told.status_code, told.json()["winner"]) == (
            409, {"role": "supply_lead", "at": made.published_at.isoformat()},
        )  # fmt: skip
        assert "published number 2 in the meantime" in told.json()["detail"]
