"""Small grids by acts that chance chooses, beside the plain model: both say what is open."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from accounts.models import User
from core import demonstration
from core.clock import city_now, local_date
from core.problems import Invalid
from grid import reservations
from grid.models import Element
from grid.reservations import Wanted
from ledger.actions import move_clock
from portal.held import HELD
from tests.grid import plain_grid as plain
from tests.grid.elements import element, end, opens, published

pytestmark = pytest.mark.django_db
#: What the database keeps of it all: every promise on its way up, and what of it is added up.
HELD_ON = (
    "what is reserved holds its element and everything that feeds it, and nothing else does",
    "what is promised of an element is added up as it is held",
)
#: What feeds what in the beginning, and the room of each.
BEGINNING = {
    "S1": ("", None), "T1": ("S1", 900), "T2": ("S1", 500), "B1": ("T1", None),
    "L1": ("B1", 600), "L2": ("B1", 400), "L3": ("T2", None), "P1": ("L1", 300),
}  # fmt: skip
CODES = list(BEGINNING)
ROOMS = st.sampled_from([None, 0, 100, 300, 500, 900])
SIZES = st.sampled_from([50, 100, 200, 300])
SOURCES = st.lists(st.sampled_from(["L1", "L2", "L3", "P1", "T2"]), min_size=1, max_size=2)
LIMITS = st.sampled_from([None, None, 1, 2, 4])


class Beside(RuleBasedStateMachine):
    """Every act is taken of the portal and of the model."""

    lead: User

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        demonstration._known.clear()
        self.begun, self.publications = city_now(), 0
        self.plain = plain.Grid(
            {code: plain.Element(feeder, room) for code, (feeder, room) in BEGINNING.items()}
        )
        self.publish(*BEGINNING)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        demonstration._known.clear()

    def at(self, day: int | None) -> datetime | None:
        return None if day is None else self.begun + timedelta(days=day)

    def later(self, days: int | None) -> int | None:
        return None if days is None else self.plain.today + days

    def publish(self, *codes: str) -> None:
        self.publications += 1
        rows = []
        for code in codes:
            one = self.plain.elements[code]
            day = local_date(self.begun) + timedelta(days=one.as_of)
            limited = {"limited": "yes", "reason": "Full"} if one.limited else {}
            # Every publication says something new.
            said = {"measure": f"number {self.publications}", "data_date": day} | limited
            rows.append(element(code, one.feeder, one.room, **said))
        published(self.lead, *rows)

    # --- acts -----------------------------------------------------------------------------------

    @rule(
        codes=SOURCES, kva=SIZES, delay=st.sampled_from([0, 0, 1, 2]), length=LIMITS, lapses=LIMITS,
        number=st.integers(0, 5),
    )  # fmt: skip
    def reserve_or_move(
        self, codes: list[str], kva: int, delay: int, length: int | None, lapses: int | None,
        number: int,
    ) -> None:  # fmt: skip
        cases = sorted(self.plain.promised)
        case = cases[number] if number < len(cases) else str(uuid4())
        begins = self.plain.today + delay
        ends = None if length is None else begins + length
        until = self.at(ends)
        start = self.at(begins)
        assert start
        try:
            with transaction.atomic():
                reservations.reserve(
                    case_ref=UUID(case), number="n", at=start,
                    wanted=[Wanted(code, Decimal(kva), until) for code in codes],
                    lapses_at=self.at(self.later(lapses)),
                )  # fmt: skip
            reserved = True
        except Invalid:
            reserved = False
        wanted = [
            plain.Promise(
                code, kva, begins, ends or plain.FOR_GOOD, self.later(lapses) or plain.FOR_GOOD
            )
            for code in codes
        ]
        assert reserved == self.plain.reserve(case, wanted)
        self.compare()

    @precondition(lambda self: self.plain.promised)
    @rule(number=st.integers(0, 5), what=st.sampled_from(["end", "connect", "prolong", "keep"]))
    def goes_on(self, number: int, what: str) -> None:
        cases = sorted(self.plain.promised)
        case = cases[number % len(cases)]
        promises = self.plain.promised[case]
        if what == "end":
            end(UUID(case))
            del self.plain.promised[case]
        elif what == "connect":
            now = self.at(self.plain.today)
            assert now
            reservations.connect(UUID(case), now)
            for one in promises:
                one.connected = self.plain.today
        else:
            days = 3 if what == "prolong" else None
            reservations.lapse_at(UUID(case), self.at(self.later(days)))
            for one in promises:
                if self.plain.holds(one):
                    one.lapses = self.later(days) or plain.FOR_GOOD
        self.compare()

    @rule(code=st.sampled_from(CODES), room=ROOMS, limited=st.booleans(), above=st.integers(0, 9))
    def new_figures(self, code: str, room: int | None, limited: bool, above: int) -> None:
        """Sometimes it is fed by another one of those before it, too."""
        one = self.plain.elements[code]
        one.room, one.limited, one.as_of = room, limited, self.plain.today
        before = CODES[: CODES.index(code)]
        if above < len(before):
            one.feeder = before[above]
        self.publish(code)
        self.compare()

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.plain.today += days
        move_clock(offset=timedelta(days=self.plain.today))
        self.compare()

    @rule()
    def what_has_lapsed_is_written_down(self) -> None:
        reservations.end_lapsed()
        for case, promises in list(self.plain.promised.items()):
            self.plain.promised[case] = [one for one in promises if self.plain.holds(one)]
        self.compare()

    def compare(self) -> None:
        today = self.plain.today
        for query in HELD_ON:
            with connection.cursor() as cursor:
                cursor.execute(HELD[query])
                assert cursor.fetchall() == []
        assert dict(Element.objects.values_list("code", "limited_by__code")) == {
            code: self.plain.limit(code) for code in CODES
        }
        assert opens() == {
            code: self.plain.open(code, today, plain.FOR_GOOD) for code in sorted(CODES)
        }
        assert {
            case: [(one.element.code, int(one.kva)) for one in reservations.of_case(UUID(case))]
            for case in self.plain.promised
        } == {
            case: [(one.code, one.kva) for one in promises if self.plain.holds(one)]
            for case, promises in self.plain.promised.items()
        }


def test_what_is_open_is_always_what_the_plain_model_says(lead: User) -> None:
    Beside.lead = lead
    run_state_machine_as_test(
        Beside,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
