"""What goes to many where the provider takes only some, where it is stopped, and where something
newer is told meanwhile: the rest is known by name, and nobody is told twice."""

from collections import Counter

import pytest

from accounts.models import User
from core.problems import WrongState
from notifications.bulk import actions
from notifications.bulk.handing import Hands
from notifications.bulk.models import Broadcast
from notifications.bulk.planning import plan_next
from notifications.bulk.queries import progress_of, rest_of
from notifications.bulk.sending import claim, send_broadcasts, send_claimed
from notifications.models import Delivery
from rules.delivery import Channel
from tests.builders import People
from tests.notifications.counterpart import At
from tests.reliability.followers import broadcasts, follows, states, told, visitor
from tests.reliability.outages import do, grid, reported
from tools.followers import lay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def test_of_1450_people_578_are_sent_to_and_the_rest_is_gone_on_with_by_name(
    project: User, outside: At
) -> None:
    lay(1_450, scope="city", value="")
    reported(project)
    outside.behave("busy", after=578, times=10_000)
    send_broadcasts()
    [one] = Broadcast.objects.all()
    assert (one.state, one.throttled, one.resume_at is None) == ("partial", 1, False)
    assert (progress_of(one).sent, progress_of(one).waiting) == (578, 872)
    first = {to for to, _text in outside.texts()}
    rest = {row.address for row in rest_of(one)}
    assert (len(first), len(rest), first & rest) == (578, 872, set())
    # It is left alone for its pause; by itself, or by a person, those alone are told.
    assert send_broadcasts() == 0
    outside.behave("well")
    actions.resume(one.pk)
    Delivery.objects.filter(state="pending").update(due_at="2026-11-01T00:00:00Z")
    assert send_broadcasts() == 872
    everybody = [to for to, _text in outside.texts()]
    assert (set(everybody[578:]), sorted(everybody)) == (rest, sorted(first | rest))
    assert broadcasts() == [("outage.reported", "done", 1_450)]


def test_whom_the_provider_did_not_take_it_for_has_lost_no_try(project: User, outside: At) -> None:
    """One that takes no more is asked for no other of the same claim: those wait as they were."""
    lay(200, scope="city", value="")
    reported(project)
    [one] = Broadcast.objects.all()
    plan_next(one.pk)
    rows = claim(one.pk, Channel.SMS, 200)
    outside.behave("busy", times=10_000)
    with Hands(4) as hands:
        assert send_claimed(one.pk, rows, hands) == 0
    tried = Delivery.objects.filter(tries=1, reason="busy").count()
    assert 1 <= tried <= 4
    assert states() == {"pending": 200 - tried, "pending busy": tried}
    assert Delivery.objects.filter(tries=0, reason="").count() == 200 - tried


def test_what_was_given_up_is_resumed_for_those_alone(project: User, outside: At) -> None:
    for number in range(3):
        follows(visitor(number), "city")
    reported(project)
    [one] = Broadcast.objects.all()
    outside.behave("busy", times=3)
    send_broadcasts()
    outside.behave("well")
    Delivery.objects.filter(state="pending").update(
        state="parked", reason="busy", due_at=None, tries=6
    )
    Broadcast.objects.update(resume_at="2026-11-01T00:00:00Z")
    send_broadcasts()
    one.refresh_from_db()
    assert (one.state, one.resume_at) == ("partial", None)
    assert actions.resume(one.pk) == 3
    send_broadcasts()
    assert len(outside.messages()) == 3
    assert broadcasts() == [("outage.reported", "done", 3)]


def test_the_stop_stops_and_going_on_reaches_the_rest(project: User, outside: At) -> None:
    for number in range(3):
        follows(visitor(number), "city")
    one = reported(project)
    [broadcast] = Broadcast.objects.all()
    plan_next(broadcast.pk)
    actions.stop(broadcast.pk)
    assert send_broadcasts() == 0
    assert states() == {"pending": 3}
    with pytest.raises(WrongState):
        actions.stop(broadcast.pk)
    actions.resume(broadcast.pk)
    assert send_broadcasts() == 3
    with pytest.raises(WrongState):
        actions.resume(broadcast.pk)
    do(one, "restore", project)
    with pytest.raises(WrongState):
        actions.resume(broadcast.pk)


def test_what_is_stopped_after_the_claim_is_given_back(project: User, outside: At) -> None:
    for number in range(3):
        follows(visitor(number), "city")
    reported(project)
    [one] = Broadcast.objects.all()
    plan_next(one.pk)
    rows = claim(one.pk, Channel.SMS, 60)
    actions.stop(one.pk)
    with Hands(4) as hands:
        assert send_claimed(one.pk, rows, hands) == 0
    assert (states(), outside.messages()) == ({"pending": 3}, [])
    assert set(Delivery.objects.values_list("tries", flat=True)) == {0}


def test_a_newer_one_takes_the_place_of_what_waits_for_the_provider(
    project: User, outside: At
) -> None:
    """Partly sent, then restored: the rest hears that the power is back, and nothing else."""
    lay(100, scope="city", value="")
    one = reported(project)
    outside.behave("busy", after=30, times=10_000)
    send_broadcasts()
    outside.behave("well")
    do(one, "restore", project)
    for _time in range(2):
        Delivery.objects.filter(state="pending").update(due_at="2026-11-01T00:00:00Z")
        send_broadcasts()
    heard: dict[str, list[str]] = {}
    for to, words in told(outside):
        heard.setdefault(to, []).append(words)
    assert Counter(map(tuple, heard.values())) == {
        ("自流井区停电", "自流井区来电"): 30, ("自流井区来电",): 70,
    }  # fmt: skip
    assert broadcasts() == [
        ("outage.reported", "superseded", 100), ("outage.restored", "done", 100),
    ]  # fmt: skip


def test_restored_before_anybody_was_told_of_it(project: User, outside: At) -> None:
    lay(3, scope="city", value="")
    one = reported(project)
    do(one, "restore", project)
    send_broadcasts()
    assert {words for _to, words in told(outside)} == {"自流井区来电"}
    assert len(outside.messages()) == 3
