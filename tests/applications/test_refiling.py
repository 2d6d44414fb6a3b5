"""Filing again continues; it never starts again (plan 3(1)1)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from applications import drafts
from applications.answers import case_json
from applications.models import Application
from applications.states import State
from core.clock import CITY
from core.problems import WrongState
from ledger.actions import move_clock
from rules.names import Kind
from tests.builders import (
    again,
    case_at,
    declaration,
    do,
    drafted,
    fresh_address,
    hand_in,
)

pytestmark = pytest.mark.django_db


def set_clock(text: str) -> None:
    """Set the demonstration's clock to an instant in the city."""
    wanted = datetime.fromisoformat(text).replace(tzinfo=CITY)
    move_clock(offset=wanted - timezone.now() + timedelta(milliseconds=1))


def at_address(people: dict[str, User], kind: Kind, line: str) -> Application:
    """A draft with its documents at a given address."""
    address = {"district": "510302", "line": line}
    case = drafts.draft(
        body=declaration(kind, address=address),
        by=people["resident" if kind == Kind.RESIDENTIAL else "factory"],
    )
    hand_in(case, "submit")
    return case


def test_filing_again_continues_the_whole_process_and_carries_the_handling_days(
    people: dict[str, User],
) -> None:
    line = fresh_address()
    set_clock("2026-03-02 10:00")  # a Monday
    first = do(people, at_address(people, Kind.HV_SINGLE, line), "submit")
    set_clock("2026-03-05 10:00")  # 3 working days with the supply company
    do(people, first, "withdraw", reason="改主意")
    set_clock("2026-03-09 10:00")  # the gap counts for the whole process only
    second = do(people, at_address(people, Kind.HV_SINGLE, line), "submit")
    set_clock("2026-03-10 10:00")
    told = case_json(again(second), second.filed_by.user)
    assert (second.continues, told["continues"]) == (first, first.number)
    assert second.lineage == first.lineage
    assert (told["handling_days"], told["whole_process_days"]) == (4, 6)
    # 16 − 3 = 13 working days after 9 March; 26 March is the 13th.
    assert str(told["due_on"]) == "2026-03-26"


def test_the_same_address_spelt_with_other_spaces_and_width_is_the_same(
    people: dict[str, User],
) -> None:
    do(people, at_address(people, Kind.RESIDENTIAL, "解放路 12 号A座"), "submit")
    twin = at_address(people, Kind.RESIDENTIAL, "解放路１２号-a座")
    with pytest.raises(WrongState):
        do(people, twin, "submit")


def test_one_open_case_per_pair_is_kept_by_the_database_too(people: dict[str, User]) -> None:
    first = do(people, drafted(people, Kind.RESIDENTIAL), "submit")
    twin = Application.objects.get(pk=first.pk)
    twin.pk, twin.ref, twin.number = None, uuid4(), "ZG1"
    with pytest.raises(IntegrityError, match="one_open_case_per_pair"), transaction.atomic():
        twin.save(force_insert=True)


def test_after_energised_a_new_case_begins_anew(people: dict[str, User]) -> None:
    line = fresh_address()
    case = do(people, at_address(people, Kind.RESIDENTIAL, line), "submit")
    for action in ("accept", "sign_contract"):
        case = do(people, case, action)
    from tests.builders import post_works
    from tools.scenarios import NO_WORKS

    case = post_works(people, case, NO_WORKS)
    for action in ("start_works", "energise"):
        case = do(people, case, action)
    later = do(people, at_address(people, Kind.RESIDENTIAL, line), "submit")
    assert (later.continues, later.lineage == case.lineage) == (None, False)


def test_no_statement_moves_a_case_past_its_machine(people: dict[str, User]) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.SUBMITTED)
    for state in ("energised", "works", "draft"):
        with pytest.raises(Exception, match="no move"), transaction.atomic():
            Application.objects.filter(pk=case.pk).update(state=state)
    sql = "DELETE FROM applications_application WHERE id = %s"
    with (
        pytest.raises(Exception, match="never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [case.pk])
