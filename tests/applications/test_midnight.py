"""An act whose entry comes after the midnight of a phase date."""

from datetime import datetime

import pytest

from accounts.models import User
from core.clock import CITY
from core.problems import WrongState
from rules.names import Kind
from rules.registry import current
from tests.builders import drafted

pytestmark = pytest.mark.django_db


def test_rules_chosen_before_midnight_do_not_hold_for_an_entry_after_it(
    people: dict[str, User],
) -> None:
    case = drafted(people, Kind.LV_SMALL)
    before = datetime(2022, 12, 30, 23, 59, 59, tzinfo=CITY)
    after = datetime(2022, 12, 31, tzinfo=CITY)
    chosen = case.in_force(current(), before)
    case.check_same_rules(current(), chosen, before)
    with pytest.raises(WrongState):
        case.check_same_rules(current(), chosen, after)
