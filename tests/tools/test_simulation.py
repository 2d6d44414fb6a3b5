"""A simulated city: through the real actions, the same by its seed, whole afterwards."""

import multiprocessing
import signal
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.limits import spend
from accounts.models import User
from applications.models import Application
from applications.waiting.actions import remind_waiting
from approvals.models import Permit
from core.clock import city_now, local_date
from deadlines.models import Clock
from deadlines.sweep import sweep
from ledger.verify import verify
from portal.invariants import broken
from rules.calendar import Calendar
from rules.city import city
from rules.limits import Meter, limits
from rules.names import Kind
from tests.deadlines.clocks import set_clock
from tests.people import open_real_city
from tests.tools.simulated import MONDAY, nothing_said, own_city
from tools.launcher.postgres import Postgres
from tools.simulation.coordinator import first_day, move_to, simulate
from tools.simulation.crew import BROKEN_OFF, Share, Told, further
from tools.simulation.mix import ENDING, Moment, Size, Story, mix, stories
from tools.simulation.people import Cast, call_together
from tools.simulation.report import by_end, is_whole, lines
from tools.simulation.telling import BrokenOff

SMALL = Size(days=30, cases=30, seed=7, first=MONDAY)


def kill_one(_line: str) -> None:
    for child in multiprocessing.active_children()[:1]:
        child.kill()
        child.join()


def press_ctrl_c(_line: str) -> None:
    signal.raise_signal(signal.SIGINT)


def failed(**options: int) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("simulate", **{"days": 1, "cases": 1} | options)
    return str(refused.value)


# --- What is dealt -------------------------------------------------------------------------------


def test_the_same_seed_days_and_cases_deal_the_same_stories_and_another_seed_others() -> None:
    table = Calendar.from_files()
    assert stories(SMALL, table) == stories(SMALL, table)
    other = Size(SMALL.days, SMALL.cases, 8, SMALL.first)
    assert stories(other, table) != stories(SMALL, table)


@pytest.mark.parametrize("seed", [1, 2, 7, 2026])
def test_a_small_city_has_every_kind_district_and_trouble_and_both_channels(seed: int) -> None:
    found = stories(Size(5, 30, seed, MONDAY), Calendar.from_files())
    assert len(found) == 30
    assert {story.kind for story in found} == {kind.value for kind in Kind}
    assert {story.district for story in found} == {each.code for each in city().districts}
    assert {story.channel for story in found} == {"online", "counter"}
    assert {code for story in found for code in story.troubles} == set(mix()["troubles"])


def test_what_ends_a_case_before_its_time_stands_alone() -> None:
    found = stories(Size(300, 2000, 1, MONDAY), Calendar.from_files())
    ended = [story.troubles for story in found if story.troubles & ENDING]
    assert {len(troubles) for troubles in ended} == {1}


def test_counters_take_nothing_in_on_a_day_off_and_people_file_online_on_any() -> None:
    table = Calendar.from_files()
    off = [
        story.channel
        for story in stories(Size(60, 600, 1, MONDAY), table)
        if not table.is_working(story.begins.day)
    ]
    assert set(off) == {"online"}


def test_without_a_working_day_everybody_files_online() -> None:
    saturday = date(2026, 3, 7)
    found = stories(Size(2, 30, 1, saturday), Calendar.from_files())
    assert {story.channel for story in found} == {"online"}


def test_one_case_is_a_city_too() -> None:
    [only] = stories(Size(1, 1, 1, MONDAY), Calendar.from_files())
    assert only.kind == "residential"


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"days": 0}, "--days is 1 to 1,100, not 0."),
        ({"days": -3}, "--days is 1 to 1,100, not -3."),
        ({"cases": 0}, "--cases is 1 to 200,000, not 0."),
        ({"cases": 10_000_000}, "--cases is 1 to 200,000, not 10,000,000."),
        ({"processes": 0}, "--processes is 1 to 64, not 0."),
    ],
)
def test_sizes_out_of_range_are_refused_with_the_range(
    people: dict[str, User], options: dict[str, int], said: str
) -> None:
    assert failed(**options) == said


@pytest.mark.django_db
def test_a_real_city_is_never_simulated_in() -> None:
    open_real_city()
    assert failed() == "Only a demonstration database can be simulated in."
    assert not Application.objects.exists()


# --- Each trouble, told --------------------------------------------------------------------------


def told(story: Story, cast: Cast) -> tuple[Application, list[str]]:
    """A story to its end, with what the worker does; the case, and each act with its outcome."""
    share = Share([story], cast, MONDAY, 1)
    one, way = share.begun(story)
    said, now = Told(), story.begins
    while True:
        move_to(now)
        sweep()
        remind_waiting()
        after = further(one, way, now, said)
        if after is None:
            break
        now = after
    assert said.ends[story.number] != BROKEN_OFF
    return Application.objects.get(pk=one.case.pk), [f"{x.act}: {x.outcome}" for x in said.steps]


def case_of(kind: str, trouble: str = "", channel: str = "online") -> Story:
    troubles = frozenset({trouble} - {""})
    begins = Moment(MONDAY, 0)
    return Story(0, kind, "510302", channel, begins, troubles, f"{kind}-{trouble}")


@pytest.fixture
def cast(people: dict[str, User]) -> Cast:
    set_clock("2026-03-01 08:00")
    return call_together(SMALL)


#: By trouble: the kind that has it, and the step by which it is seen.
SEEN = {
    "wrong_values": ("residential", "draft: refused: invalid"),
    "papers_forgotten": ("residential", "submit: refused: invalid"),
    "wrong_hands": ("residential", "energise: refused: wrong-state"),
    "supplement": ("lv_small", "supply_supplement: submitted"),
    "withdrawn": ("lv_small", "withdraw: withdrawn"),
    "never_answers": ("lv_other", "close: closed"),
    "plan_contested": ("hv_single", "confirm_plan: accepted"),
    "design_failed": ("hv_dual", "review_design: plan_confirmed"),
    "inspection_failed": ("hv_dual", "inspect: works"),
    "completion_failed": ("hv_single", "inspect_completion: works"),
    "permit_supplement": ("lv_small", "request_supplement: awaiting_supplement"),
    "permit_refused": ("lv_small", "refuse: refused"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", SEEN)
def test_a_trouble_happens_and_its_case_comes_to_its_end(cast: Cast, trouble: str) -> None:
    kind, step = SEEN[trouble]
    case, steps = told(case_of(kind, trouble), cast)
    assert step in steps
    ends = {"withdrawn": "withdrawn", "never_answers": "closed"}
    assert case.state == ends.get(trouble, "energised")
    assert {name: rows for name, rows in broken() if rows} == {}


def late_clocks(case: Application) -> Counter[str]:
    late = Clock.objects.filter(case_ref=case.ref, breached_at__isnull=False)
    return Counter(late.values_list("kind", flat=True))


@pytest.mark.django_db
def test_a_silent_bureau_has_accepted_by_silence(cast: Cast) -> None:
    case, _steps = told(case_of("lv_small", "bureau_silent"), cast)
    deemed = Permit.objects.filter(case_ref=case.ref, deemed_accepted=True)
    assert [permit.state for permit in deemed] == ["granted"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "clock"),
    [
        ("late_acceptance", "whole_process"),
        ("late_decision", "review"),
        ("late_power", "whole_process"),
    ],
)
def test_whoever_is_late_is_recorded_as_late(cast: Cast, trouble: str, clock: str) -> None:
    case, _steps = told(case_of("lv_small", trouble), cast)
    assert late_clocks(case)[clock] > 0


@pytest.mark.django_db
def test_an_applicant_who_takes_weeks_is_reminded(cast: Cast) -> None:
    case, _steps = told(case_of("residential", "slow_applicant"), cast)
    assert (case.state, case.reminded_at is not None) == ("energised", True)


@pytest.mark.django_db
def test_on_days_off_only_who_is_on_duty_works(cast: Cast) -> None:
    """Whoever else came would break the story off (`Telling`): all the others say so."""
    saturday = Moment(date(2026, 3, 7), 0)
    at_work = {}
    for trouble in ("on_duty", ""):
        one, way = Share([], cast, MONDAY, len(trouble) + 1).begun(
            replace(case_of("residential", trouble), begins=saturday)
        )
        move_to(saturday)
        one.now = saturday
        at_work[trouble] = next(way).day
    assert [day.isoweekday() in (6, 7) for day in at_work.values()] == [True, False]
    with pytest.raises(BrokenOff, match="a day off"):
        one.work("accept")


@pytest.mark.django_db
def test_a_case_of_a_counter_comes_to_its_end_by_its_clerk(cast: Cast) -> None:
    case, steps = told(case_of("residential", channel="counter"), cast)
    assert (case.state, case.channel, case.office_id is not None) == ("energised", "counter", True)
    assert not [step for step in steps if step.startswith("rate")]


@pytest.mark.django_db
def test_the_deputy_takes_the_acts_of_who_is_away(cast: Cast) -> None:
    first, last = cast.away["manager"][0]
    assert cast.manager("hv_single", "reply_plan", first).username == "manager-deputy"
    after = last + timedelta(days=1)
    assert cast.manager("hv_single", "reply_plan", after).username == "manager"
    set_clock(f"{first} 09:00")
    share = Share([], cast, MONDAY, 1)
    story = Story(0, "hv_single", "510302", "online", Moment(first, 0), frozenset(), "away")
    one, way = share.begun(story)
    one.now = Moment(first, 0)
    next(way)
    one.work("accept")
    one.work("reply_plan")
    assert [(step.act, step.by) for step in one.steps[-2:]] == [
        ("accept", "manager-deputy"),
        ("reply_plan", "manager-deputy"),
    ]


# --- A whole city --------------------------------------------------------------------------------


def assert_whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}
    assert verify() is None


def test_a_city_is_the_same_by_its_seed_however_many_act_and_whole_afterwards(
    postgres: Postgres, with_people: None, committed_db: str
) -> None:
    size, found = Size(8, 30, 7, MONDAY), []
    for processes in (2, 3):
        with own_city(postgres):
            assert first_day() == MONDAY
            found.append(simulate(size, processes, nothing_said))
            assert_whole()
            assert Application.objects.count() == len(found[-1].stand)
    two, three = found
    assert is_whole(two)
    assert sorted(two.steps) == sorted(three.steps)
    assert (two.digest(), by_end(two), two.late) == (three.digest(), by_end(three), three.late)
    ends = Counter(end for (_kind, end), times in by_end(two).items() for _ in range(times))
    assert (ends.total(), min(ends["energised"], ends["open"]) > 0) == (30, True)
    refused = [step.outcome for step in two.steps if step.outcome.startswith("refused")]
    assert sum(work.refused for work in two.works) == len(refused) >= 3


def test_what_may_be_done_so_often_in_a_day_is_counted_by_simulated_days(
    postgres: Postgres, with_people: None, committed_db: str
) -> None:
    with own_city(postgres):
        most = limits().windows[Meter.UPLOAD_ACCOUNT].most
        filers = User.objects.filter(username__in=("resident", "shop", "factory", "clerk", "hall"))
        for filer in filers:
            spend(Meter.UPLOAD_ACCOUNT, filer.pk, amount=most)
        assert is_whole(simulate(Size(2, 6, 7, MONDAY), 2, nothing_said))


def test_the_cases_of_a_killed_process_stand_where_they_stood(
    postgres: Postgres, with_people: None, committed_db: str
) -> None:
    with own_city(postgres):
        found = simulate(Size(3, 12, 7, MONDAY), 2, kill_one)
        assert_whole()
    assert not is_whole(found)
    assert [work.died for work in found.works].count(True) >= 1
    left = {number for number in found.lost if number in found.stand}
    standing = sum(times for (_kind, end), times in by_end(found).items() if end == "left standing")
    assert 0 < standing == len(left)
    assert f"A process died: {standing} cases stand where they stood." in list(lines(found))


def test_ctrl_c_leaves_a_whole_city_and_says_that_it_is_not_told_to_the_end(
    postgres: Postgres, with_people: None, committed_db: str
) -> None:
    with own_city(postgres):
        found = simulate(Size(3, 12, 7, MONDAY), 2, press_ctrl_c)
        assert_whole()
        assert local_date(city_now()) == MONDAY
        # And the city goes on from there, whoever was to be away.
        assert is_whole(simulate(Size(2, 5, 7, first_day()), 2, nothing_said))
        assert_whole()
    assert (found.stopped, is_whole(found), found.lost) == (True, False, set())
