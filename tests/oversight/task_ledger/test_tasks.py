"""The task ledger: who enters, owns, moves the day of and confirms a task, and that nothing of it
moves silently."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden, Invalid, Missing, WrongState
from ledger.queries import timeline
from notifications.models import Outbox
from oversight.task_ledger.actions import enter
from oversight.task_ledger.models import Task
from oversight.task_ledger.queries import opens_as, task_for, tasks
from portal.invariants import broken
from tests.deadlines.clocks import set_clock
from tests.documents.samples import pdf
from tests.oversight.task_ledger.tasks import TITLE, body, entered, in_days, step
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import DISTRICT
from workflow.machine import legal_moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


def test_a_task_is_claimed_returned_claimed_late_and_confirmed_by_a_second_person(
    people: People,
) -> None:
    set_clock("2026-03-06 10:00")
    second = staff(Role.LEAD_AGENCY, username="second-agency")
    one = entered(people, due_on="2026-03-16")
    owner = people["supply-lead"]
    step(one, "note", owner, {"words": "已完成两区"})
    step(one, "claim", owner, {"words": "全部完成"})
    with pytest.raises(Forbidden):  # entered it
        step(one, "confirm", people["lead-agency"])
    step(one, "give_back", second, {"words": "缺少统计表"})
    set_clock("2026-03-17 00:01")
    step(one, "claim", owner, {"words": "已补统计表"})
    done = step(one, "confirm", second)
    assert (done.state, str(done.due_on)) == ("confirmed", "2026-03-16")
    said = done.notes.order_by("id").values_list("kind", "role", "words", "on_time")
    assert list(said) == [
        ("note", "supply_lead", "已完成两区", None),
        ("claim", "supply_lead", "全部完成", True),
        ("give_back", "lead_agency", "缺少统计表", None),
        ("claim", "supply_lead", "已补统计表", False),
    ]
    assert [event.type for event in timeline(one.ref)] == [
        "task.entered", "task.noted", "task.claimed", "task.returned", "task.claimed",
        "task.confirmed",
    ]  # fmt: skip
    whole()


def test_whoever_claims_does_not_confirm(people: People) -> None:
    second = staff(Role.LEAD_AGENCY, username="second-agency")
    one = entered(people, party="lead_agency", post="能源科科长")
    step(one, "claim", second, {"words": "完成"})
    for by in (second, people["lead-agency"]):
        with pytest.raises(Forbidden):
            step(one, "confirm", by)
    third = staff(Role.LEAD_AGENCY, username="third-agency")
    assert step(one, "confirm", third).state == "confirmed"


def test_a_day_moves_with_both_days_and_the_reason_in_sight(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = entered(people, due_on="2026-03-16")
    keeper = people["lead-agency"]
    for said, pointers in (
        ({"due_on": "2026-03-16", "words": "x"}, ["/due_on"]),
        ({"due_on": "2026-03-05", "words": "x"}, ["/due_on"]),
        ({"due_on": "2026-03-20"}, ["/words"]),
    ):
        with pytest.raises(Invalid) as refused:
            step(one, "move_due", keeper, said)
        assert [error.pointer for error in refused.value.errors] == pointers
    with pytest.raises(Forbidden):
        step(one, "move_due", people["supply-lead"], {"due_on": "2026-03-20", "words": "x"})
    moved = step(one, "move_due", keeper, {"due_on": "2026-03-20", "words": "汛期停工"})
    assert str(moved.due_on) == "2026-03-20"
    kept = moved.notes.values_list("role", "words", "due_before", "due_after")
    assert list(kept) == [("lead_agency", "汛期停工", date(2026, 3, 16), date(2026, 3, 20))]
    told = Outbox.objects.filter(kind="task.due_moved")
    assert "supply-lead" in set(told.values_list("recipient__user__username", flat=True))
    page = browser(people["supply-lead"]).get(f"/tasks/{one.pk}/").content.decode()
    assert "汛期停工" in page
    set_clock("2026-03-20 23:59")
    assert not tasks(people["supply-lead"], "overdue").exists()
    set_clock("2026-03-21 00:01")
    assert tasks(people["supply-lead"], "overdue").get() == one
    whole()


def test_each_ledger_is_kept_by_its_own(people: People) -> None:
    of_district = body(ledger="district", party="district", district=DISTRICT)
    of_company = body(ledger="company")
    for said, keeper in (
        (body(), "lead-agency"), (of_district, "district-lead"), (of_company, "supply-lead"),
    ):  # fmt: skip
        assert enter(body=said, by=people[keeper]).state == "open"
        for other in {"lead-agency", "district-lead", "supply-lead", "regulator"} - {keeper}:
            with pytest.raises(Forbidden):
                enter(body=said, by=people[other])
    local = staff(Role.LEAD_AGENCY, username="local-agency", district=DISTRICT)
    foreign = staff(Role.DISTRICT_LEAD, username="foreign-lead", district="510303")
    for said, by in ((body(), local), (of_district, foreign)):
        with pytest.raises(Forbidden):
            enter(body=said, by=by)


def test_refused_values_name_their_field(people: People) -> None:
    for said, pointers in (
        (body(due_on=in_days(-1)), ["/due_on"]),
        (body(party="district"), ["/district"]),
        (body(party="regulator", district=DISTRICT), ["/party"]),
        (body(party="nobody", title=""), ["/title", "/party"]),
        (body(owner="张三"), ["/owner"]),
    ):
        with pytest.raises(Invalid) as refused:
            enter(body=said, by=people["lead-agency"])
        assert [error.pointer for error in refused.value.errors] == pointers, said
    with pytest.raises(Invalid) as refused:
        enter(body=body(ledger="company", party="regulator"), by=people["supply-lead"])
    assert [error.pointer for error in refused.value.errors] == ["/party"]


def test_who_reads_a_task_and_who_acts_on_it(people: People) -> None:
    one = entered(people, party="district", district=DISTRICT)
    foreign = staff(Role.DISTRICT_LEAD, username="foreign-lead", district="510303")
    for name in ("lead-agency", "regulator", "district-lead"):
        assert task_for(one.pk, people[name]) == one
        assert opens_as(one.pk, people[name]) is not None
    for by in (foreign, people["supply-lead"]):
        with pytest.raises(Missing):
            task_for(one.pk, by)
        assert opens_as(one.pk, by) is None
    with pytest.raises(Forbidden):
        task_for(one.pk, people["resident"])
    for by in (foreign, people["lead-agency"], people["regulator"]):
        with pytest.raises(Forbidden):
            step(one, "claim", by, {"words": "x"})
    assert step(one, "claim", people["district-lead"], {"words": "完成"}).state == "claimed"
    for name in ("regulator", "district-lead", "supply-lead"):
        with pytest.raises(Forbidden):
            step(one, "confirm", people[name])
    assert step(one, "cancel", people["lead-agency"], {"words": "并入另一项"}).state == "cancelled"
    for act, name in (("note", "district-lead"), ("cancel", "lead-agency")):
        with pytest.raises(WrongState):
            step(one, act, people[name], {"words": "x"})
    whole()


def test_evidence_is_kept_and_opened_by_those_who_read_the_task(people: People) -> None:
    one = entered(people)
    paper = SimpleUploadedFile("台账.pdf", pdf(), content_type="application/pdf")
    step(one, "note", people["supply-lead"], {"words": "附台账"}, uploads=[paper])
    whole_ = browser(people["lead-agency"]).get(f"/api/v1/tasks/{one.pk}/").json()
    assert [each["content_type"] for each in whole_["files"]] == ["application/pdf"]
    assert [each["words"] for each in whole_["notes"]] == ["附台账"]


def test_the_database_keeps_the_moves_and_what_was_written(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM task_moves()")
        assert set(cursor.fetchall()) == set(legal_moves(Task))
    one = entered(people)
    step(one, "note", people["supply-lead"], {"words": "x"})
    for statement in (
        "UPDATE oversight_task SET title = 'x'",
        "UPDATE oversight_task SET state = 'confirmed', ended_at = now(), claimed_at = now()",
        "DELETE FROM oversight_task",
        "UPDATE oversight_tasknote SET words = 'y'",
        "DELETE FROM oversight_tasknote",
    ):
        with (
            pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(statement)
    step(one, "cancel", people["lead-agency"], {"words": "x"})
    with (
        pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute("UPDATE oversight_task SET due_on = due_on + 1")


def test_a_task_from_its_page_to_its_end(people: People) -> None:
    agency, owner = browser(people["lead-agency"]), browser(people["supply-lead"])
    begun = Page(agency.get("/tasks/new/")).carried()
    made = agency.post("/tasks/new/", {**begun, **body()})
    one = Task.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/tasks/{one.pk}/")
    assert TITLE in owner.get("/desk/").content.decode()
    for act, said in (("note", {"words": "过半"}), ("claim", {"words": "完成"})):
        page = f"/tasks/{one.pk}/{act}/"
        carried = Page(owner.get(page)).carried()
        assert owner.post(page, {**carried, **said}).status_code == 302
    second = browser(staff(Role.LEAD_AGENCY, username="second-agency"))
    assert TITLE in second.get("/desk/").content.decode()
    page = f"/tasks/{one.pk}/confirm/"
    assert second.post(page, Page(second.get(page)).carried()).status_code == 302
    one.refresh_from_db()
    assert one.state == "confirmed"
    assert owner.get("/tasks/?show=confirmed").context["page"].rows == [one]
    assert owner.get("/tasks/?show=open").context["page"].rows == []
    whole()


def test_lists_ask_as_often_for_three_as_for_one(people: People) -> None:
    asked = [
        (browser(people["lead-agency"]), "/tasks/"),
        (browser(people["supply-lead"]), "/tasks/"),
        (browser(people["supply-lead"]), "/desk/"),
        (browser(people["lead-agency"]), "/api/v1/tasks/"),
    ]
    counted = []
    for more in (1, 0, 2):
        for _ in range(more):
            entered(people)
        row: list[Any] = []
        for client, url in asked:
            with CaptureQueriesContext(connection) as statements:
                assert client.get(url).status_code == 200
            row.append(len(statements))
        counted.append(row)
    # The first look fills what a process keeps.
    assert counted[1] == counted[2]
