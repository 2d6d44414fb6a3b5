"""Who is told when a newer calendar moves a last day, what they read, and that it is once."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.clock import CITY
from core.events import EVERYWHERE
from deadlines.models import Recalculation
from deadlines.sweep import sweep
from ledger.actions import move_clock
from notifications import outbox, texts
from notifications.models import Delivery, Message, Outbox
from notifications.recalculation import RECALCULATED
from rules import registry
from rules.names import Kind
from tests.builders import case_at, filed, permit_step
from tests.calendars import day_off, load, of_2027, read_calendars
from tests.concurrency.processes import at_once, refusals
from tests.people import browser, open_demonstration, staff

People = dict[str, User]
PLANNING = "Planning permit for construction works"


def set_clock(text: str) -> None:
    move_clock(offset=datetime.fromisoformat(text).replace(tzinfo=CITY) - timezone.now())


@pytest.fixture
def people(with_people: None, committed_db: str) -> Iterator[People]:
    registry.forget()
    yield open_demonstration()
    registry.forget()
    connections["owner"].close()


def told(user: User, language: str = "en") -> list[tuple[str, str, str]]:
    """Title, text and address of what somebody was told about last days, oldest first."""
    found = Message.objects.filter(recipient=user.party, kind=RECALCULATED).order_by("id")
    with override(language):
        return [(s.title, s.body, s.url) for s in map(texts.shown, found)]


def correct(day: str) -> None:
    load(day_off(read_calendars(), day))
    sweep()
    outbox.deliver_all()


def test_applicant_and_company_are_told_of_both_days_and_why(people: People) -> None:
    set_clock("2026-11-02T10:00")
    case = filed(people, Kind.LV_OTHER)
    elsewhere = staff(Role.MANAGER, username="manager-away", district="510321")
    correct("2026-11-04")
    title = f"{case.number}: a last day has changed"
    text = (
        "Total handling time: the last day was 2026-11-10 and is now 2026-11-11. "
        "Reason: State Council General Office notice on holidays in 2026."
    )
    assert told(case.filed_by.user) == [(title, text, f"/account/cases/{case.number}/")]
    at_work = [(title, text, f"/work/cases/{case.number}/")]
    assert told(people["manager"]) == at_work
    assert told(people["project"]) == at_work
    assert told(elsewhere) == []
    assert told(case.filed_by.user, "zh-hans") == [
        (
            f"{case.number}：期限的最后一天有变",
            (
                "合计办理时间：最后一天由 2026-11-10 改为 2026-11-11。"
                "原因：国务院办公厅关于2026年部分节假日安排的通知。"
            ),
            f"/account/cases/{case.number}/",
        )
    ]


def test_a_day_that_becomes_final_is_told_as_final(people: People) -> None:
    set_clock("2026-12-28T10:00")
    case = filed(people, Kind.LV_OTHER)
    load(of_2027(read_calendars()))
    sweep()
    outbox.deliver_all()
    [(title, text, _url)] = told(case.filed_by.user)
    assert title == f"{case.number}: a last day is final now"
    assert text.startswith("Total handling time: the last day stays 2027-01-05 and is final now;")


def test_a_bureau_is_told_of_its_own_permit_and_the_coordinator_of_the_set(
    people: People,
) -> None:
    set_clock("2026-11-02T10:00")
    case = case_at(people, Kind.HV_SINGLE, State.PERMITS)
    planning = Permit.objects.get(case_ref=case.ref, permit="planning")
    permit_step(permit=planning, action="accept", by=people["planning"], body={})
    correct("2026-11-04")
    [(title, text, url)] = [row for row in told(people["planning"]) if "Decision" in row[1]]
    assert title == f"{case.number}: a last day has changed"
    assert text.startswith(f"{PLANNING}, Decision of the bureau: the last day was")
    assert url == f"/bureau/permits/{planning.pk}/"
    assert {row[2] for row in told(people["planning"])} == {url}
    [(_title, text, url)] = told(people["digital"])
    assert text.startswith("The whole set of permits: the last day was 2026-11-0")
    assert url == "/bureau/"
    # The applicant hears of every limit in the case: each of them once.
    assert len(told(case.filed_by.user)) == Recalculation.objects.count() > 4
    for user in (case.filed_by.user, people["planning"], people["digital"]):
        assert browser(user).get("/account/messages/").status_code == 200


def test_each_change_is_told_once_whoever_sweeps_however_often(people: People) -> None:
    set_clock("2026-11-02T10:00")
    cases = [filed(people, Kind.LV_OTHER) for _ in range(4)]
    load(day_off(read_calendars(), "2026-11-04"))
    assert refusals(at_once(*[sweep] * 3)) == []
    sweep()
    outbox.deliver_all()
    assert [len(told(case.filed_by.user)) for case in cases] == [4] * 4
    assert len(told(people["manager"])) == 4
    assert not Delivery.objects.exclude(state=Delivery.State.CONFIRMED).exists()
    assert Delivery.objects.count() == Outbox.objects.exclude(channels=list(EVERYWHERE[1:])).count()


def test_nobody_is_told_where_nothing_changed(people: People) -> None:
    set_clock("2026-11-02T10:00")
    case: Application = filed(people, Kind.LV_OTHER)
    correct("2026-12-30")
    assert told(case.filed_by.user) == []
