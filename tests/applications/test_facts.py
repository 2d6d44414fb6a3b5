"""What an ended case came to is counted once from its record, and stays."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from applications.case_facts import CaseFacts
from applications.facts import COUNTED, count_facts
from applications.states import State
from portal import compare
from rules.names import Kind
from rules.registry import calendar
from tests.builders import again, case_at, do, drafted, filed, open_permits, permit_step, post_works
from tests.deadlines.clocks import at, set_clock
from tests.deadlines.test_instants import PLANNING_ONLY

pytestmark = pytest.mark.django_db
People = dict[str, User]
MONDAY = "2026-03-02 10:00"


def facts(case: Any) -> dict[str, Any]:
    row = CaseFacts.objects.get(application_id=case.pk)
    return {name: getattr(row, name) for name in COUNTED}


def test_a_home_energised_past_its_target(people: People) -> None:
    set_clock(MONDAY)
    case = filed(people, Kind.RESIDENTIAL)
    case = do(people, case, "accept")
    set_clock("2026-03-09 10:00")  # five working days later; the target is three
    case = do(people, case, "sign_contract")
    case = post_works(people, case, {"none": True})
    case = do(people, case, "start_works")
    case = do(people, case, "energise")
    assert count_facts() == 1
    assert facts(case) == {
        "supplier_days": 0,
        "applicant_days": 5,
        "government_days": 0,
        "limits": [
            {
                "measure": "whole_process", "statistic": "average", "days": 3, "used": 5,
                "met": False, "delay": {"applicant": {"calendar": 4, "working": 2}},
            }
        ],
        "steps": [
            {"step": "accept_and_sign", "days": 5, "net": 0},
            {"step": "works_and_energise", "days": 0, "net": 0},
        ],
        "permits": [],
    }  # fmt: skip


def test_a_line_whose_bureau_was_late(people: People) -> None:
    set_clock(MONDAY)
    case = case_at(people, Kind.LV_OTHER, State.CONTRACTED)
    case = post_works(people, case, PLANNING_ONLY)
    set_clock("2026-03-10 10:00")  # accepted by silence, and late since the 7th
    [permit] = open_permits(case)
    permit_step(permit=permit, action="grant", by=people["planning"], body={})
    case = again(case)
    set_clock("2026-03-11 10:00")
    do(people, case, "withdraw")
    assert count_facts() == 1
    kept = facts(case)
    assert (kept["supplier_days"], kept["government_days"]) == (1, 6)
    assert [(step["days"], step["net"]) for step in kept["steps"]] == [(0, 0), (7, 1)]
    assert kept["permits"] == [
        {
            "permit": "planning", "bureau": "planning", "days": 6, "limit": 4, "met": False,
            "delay": {"government": {"calendar": 4, "working": 2}},
        }
    ]  # fmt: skip
    [limit] = kept["limits"]
    assert (limit["measure"], limit["used"], limit["met"], limit["delay"]) == (
        "handling", 1, True, {},
    )  # fmt: skip


def test_it_is_counted_once_and_never_changes(people: People) -> None:
    case = do(people, filed(people, Kind.LV_SMALL), "withdraw")
    assert CaseFacts.objects.get(application=case.pk).counted_at is None
    assert (count_facts(), count_facts()) == (1, 0)
    row = CaseFacts.objects.get(application=case.pk)
    assert row.calendar_version == calendar().version
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseFacts.objects.filter(pk=case.pk).update(supplier_days=9)
    assert list(compare.facts()) == []


def test_a_filing_again_counts_the_days_of_the_first(people: People) -> None:
    set_clock(MONDAY)
    first = filed(people, Kind.LV_OTHER)
    set_clock("2026-03-04 10:00")
    do(people, first, "withdraw")
    set_clock("2026-03-06 10:00")
    address = {"district": first.district, "line": first.address_line}
    second = filed(people, Kind.LV_OTHER, address=address)
    assert second.continues_id == first.pk
    set_clock("2026-03-09 10:00")
    do(people, second, "withdraw")
    assert count_facts() == 2
    assert (facts(first)["supplier_days"], facts(first)["applicant_days"]) == (2, 0)
    assert (facts(second)["supplier_days"], facts(second)["applicant_days"]) == (3, 2)
    # The gap between them lies in the first step.
    assert facts(second)["steps"][0] == {"step": "accept_and_sign", "days": 5, "net": 3}


def test_a_draft_that_is_given_up_came_to_nothing(people: People) -> None:
    do(people, drafted(people, Kind.LV_SMALL), "withdraw")
    assert not CaseFacts.objects.exists()


def test_what_differs_from_the_record_is_named(people: People) -> None:
    set_clock(MONDAY)
    case = filed(people, Kind.LV_OTHER)
    set_clock("2026-03-04 10:00")
    case = do(people, case, "withdraw")
    row = CaseFacts.objects.get(application=case.pk)
    row.counted_at, row.calendar_version = at("2026-03-04 11:00"), calendar().version
    row.supplier_days = 1
    row.save()
    assert (case.number, "supplier_days", 1, 2) in list(compare.facts())
