"""Orderly use: the city's plan, those of its districts by a day, chasing, and what was carried out
by the record's own time; all of it public, and no customer named."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from core.clock import city_now, local_date
from core.problems import Forbidden, Invalid, WrongState
from ledger.models import Entry
from ledger.queries import timeline
from notifications.models import Outbox
from oversight.orderly.actions import PLANS, begin, draft
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from portal.invariants import broken
from rules.city import city
from tests.deadlines.clocks import set_clock
from tests.oversight.orderly import (
    HANDED_IN,
    NAME,
    begun,
    execution_body,
    issued,
    of_district,
    plan_body,
    step,
    take,
)
from tests.page import Page
from tests.people import browser, staff
from tests.rules.in_force import let
from tools.scenarios import DISTRICT
from workflow.machine import legal_moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]
PUBLIC = "/disclosure/orderly-use/"
KEY = {"version": 1, "idempotency_key": "k"}


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


# The city's plan


def test_a_draft_is_changed_and_issued_and_then_every_district_has_its_day(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = draft(body=plan_body(), by=people["lead-agency"])
    changed = plan_body(level_1=50)
    one = PLANS.perform(one, "change", by=people["lead-agency"], body=changed)
    assert (one.state, one.levels) == (
        "draft", [Decimal(50), Decimal(30), Decimal("20.5"), Decimal(10)],
    )  # fmt: skip
    assert not DistrictPlan.objects.exists()
    one = PLANS.perform(one, "issue", by=people["lead-agency"])
    asked = DistrictPlan.objects.order_by("district").values_list("district", "state", "due_on")
    codes = sorted(each.code for each in city().districts)
    assert list(asked) == [(code, "awaited", one.due_on) for code in codes]
    assert str(one.due_on) == "2026-04-03"  # twenty working days
    for act in ("change", "issue"):
        with pytest.raises(WrongState):
            PLANS.perform(
                one, act, by=people["lead-agency"], body=changed if act == "change" else {}
            )
    assert [(event.type, event.role) for event in timeline(one.ref)] == [
        ("orderly_plan.drafted", "lead_agency"),
        ("orderly_plan.changed", "lead_agency"),
        ("orderly_plan.issued", "lead_agency"),
    ]
    whole()


def test_by_when_a_district_hands_in_the_rules_say(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "orderly.district.days", 3)
    let(monkeypatch, "orderly.again.days", 2)
    set_clock("2026-03-06 10:00")
    one = of_district(issued(people))
    assert str(one.due_on) == "2026-03-11"
    step(one, "hand_in", people["district-lead"], HANDED_IN)
    back = step(one, "give_back", people["lead-agency"], {"reasons": "缺少测算"})
    assert str(back.due_on) == "2026-03-10"


def test_only_the_lead_agency_of_the_city_makes_a_plan(people: People) -> None:
    local = staff(Role.LEAD_AGENCY, username="local-agency", district=DISTRICT)
    for by in (*(people[n] for n in ("regulator", "district-lead", "supply-lead")), local):
        with pytest.raises(Forbidden):
            draft(body=plan_body(), by=by)
    one = draft(body=plan_body(), by=people["lead-agency"])
    for by in (people["regulator"], local):
        with pytest.raises(Forbidden):
            PLANS.perform(one, "issue", by=by)


def test_refused_values_name_their_field(people: People) -> None:
    today = local_date(city_now())
    for said, pointers in (
        (plan_body(ends_on=(today - timedelta(days=1)).isoformat()), ["/ends_on"]),
        (plan_body(ends_on=(today + timedelta(days=400)).isoformat()), ["/ends_on"]),
        (plan_body(begins_on="soon"), ["/begins_on"]),
        (plan_body(level_1=-1, level_2="much", level_3=100000, level_4=None),
         ["/level_1", "/level_2", "/level_3", "/level_4"]),
        (plan_body(livelihood=["盐都食品有限公司"]), ["/livelihood/0"]),
        (plan_body(important=[]), ["/important"]),
        (plan_body(customer="盐都食品有限公司"), ["/customer"]),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            draft(body=said, by=people["lead-agency"])
        assert [error.pointer for error in refused.value.errors] == pointers, said


def test_a_plan_that_is_over_is_not_issued(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = draft(body=plan_body(), by=people["lead-agency"])
    set_clock("2026-07-06 10:00")
    with pytest.raises(WrongState):
        PLANS.perform(one, "issue", by=people["lead-agency"])


# Those of the districts


def test_a_district_hands_in_is_given_back_once_a_round_and_accepted(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = of_district(issued(people))
    with pytest.raises(WrongState):
        step(one, "accept", people["lead-agency"])
    step(one, "hand_in", people["district-lead"], HANDED_IN)
    with pytest.raises(WrongState):
        step(one, "hand_in", people["district-lead"], HANDED_IN)
    step(one, "give_back", people["lead-agency"], {"reasons": "缺少IV级测算"})
    with pytest.raises(WrongState):
        step(one, "give_back", people["lead-agency"], {"reasons": "再退一次"})
    set_clock("2026-03-20 10:00")  # the second round is late, the first was not
    step(one, "hand_in", people["district-lead"], HANDED_IN | {"level_4": 3})
    done = step(one, "accept", people["lead-agency"])
    assert (done.state, done.round, done.level_4) == ("accepted", 2, Decimal(3))
    rounds = done.rounds.order_by("round").values_list("round", "on_time", "level_4", "reasons")
    assert list(rounds) == [
        (1, True, Decimal(2), "缺少IV级测算"), (2, False, Decimal(3), ""),
    ]  # fmt: skip
    for act, by, said in (
        ("hand_in", "district-lead", HANDED_IN),
        ("give_back", "lead-agency", {"reasons": "x"}),
        ("accept", "lead-agency", None),
        ("chase", "regulator", {}),
    ):
        with pytest.raises(WrongState):
            step(one, act, people[by], said)
    whole()


def test_who_hands_in_who_judges_and_who_chases(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = of_district(issued(people))
    foreign = staff(Role.DISTRICT_LEAD, username="foreign-lead", district="510303")
    for by in (people["lead-agency"], people["regulator"], foreign):
        with pytest.raises(Forbidden):
            step(one, "hand_in", by, HANDED_IN)
    set_clock("2026-04-04 10:00")
    for name in ("lead-agency", "district-lead", "supply-lead"):
        with pytest.raises(Forbidden):
            step(one, "chase", people[name], {})
    step(one, "hand_in", people["district-lead"], HANDED_IN)
    for name in ("regulator", "district-lead"):
        for act, said in (("accept", None), ("give_back", {"reasons": "x"})):
            with pytest.raises(Forbidden):
                step(one, act, people[name], said)


def test_a_late_district_is_chased_once_a_day_and_no_day_moves(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = of_district(issued(people))
    set_clock("2026-04-03 23:59")
    with pytest.raises(WrongState):  # its last day is not over
        step(one, "chase", people["regulator"], {})
    set_clock("2026-04-04 00:01")
    done = step(one, "chase", people["regulator"], {"words": "请今日上报"})
    assert (done.state, str(done.due_on)) == ("awaited", "2026-04-03")
    with pytest.raises(WrongState):
        step(one, "chase", people["regulator"], {})
    set_clock("2026-04-05 09:00")
    step(one, "chase", people["regulator"], {})
    assert list(one.chases.order_by("id").values_list("round", "words")) == [
        (1, "请今日上报"), (1, ""),
    ]  # fmt: skip
    told = Outbox.objects.filter(kind="orderly_district.chased")
    assert set(told.values_list("recipient__user__username", flat=True)) == {"district-lead"}
    late = step(one, "hand_in", people["district-lead"], HANDED_IN)
    assert (late.state, late.rounds.get().on_time) == ("handed_in", False)
    whole()


# What is carried out


def test_it_begins_and_ends_by_the_record_and_a_correction_keeps_both(people: People) -> None:
    plan = issued(people)
    with pytest.raises(Invalid) as refused:
        begun(people, plan, began_at="2026-01-01T08:00:00+08:00")
    assert [error.pointer for error in refused.value.errors] == ["/began_at"]
    one = begun(people, plan)
    with pytest.raises(Invalid) as refused:  # nothing is shed before it is over
        take(one, "correct", people["supply-lead"], {
            "ordered_mw": 9, "shed_mw": 5, "reason": "shortage", "why": "x",
        })  # fmt: skip
    assert [error.pointer for error in refused.value.errors] == ["/shed_mw"]
    ended = take(one, "end", people["supply-lead"], {})
    assert (ended.state, ended.shed_mw) == ("ended", None)  # not measured is not zero
    with pytest.raises(WrongState):
        take(one, "end", people["supply-lead"], {"shed_mw": 1})
    done = take(one, "correct", people["supply-lead"], {
        "ordered_mw": 9, "shed_mw": "8.25", "reason": "overload", "why": "补录实测值",
    })  # fmt: skip
    assert (done.shed_mw, done.reason) == (Decimal("8.25"), "overload")
    kept = done.corrections.values_list("ordered_mw", "shed_mw", "reason", "why")
    assert list(kept) == [(Decimal(9), None, "shortage", "补录实测值")]
    entries = {each.type: each.at for each in Entry.objects.filter(case_ref=one.ref)}
    assert (done.began_at, done.ended_at) == (
        entries["orderly_execution.begun"], entries["orderly_execution.ended"],
    )  # fmt: skip
    whole()


def test_only_by_a_plan_in_force_and_only_by_the_lead_of_all_its_districts(people: People) -> None:
    set_clock("2026-03-06 10:00")
    plan, drafted = issued(people), draft(body=plan_body(), by=people["lead-agency"])
    local = staff(Role.SUPPLY_LEAD, username="local-lead", district=DISTRICT)
    two = execution_body(plan, districts=[DISTRICT, "510303"])
    for by in (people["regulator"], people["manager"], people["lead-agency"]):
        with pytest.raises(Forbidden):
            begin(body=execution_body(plan), by=by)
    with pytest.raises(Forbidden):
        begin(body=two, by=local)
    assert begin(body=execution_body(plan), by=local).state == "running"
    wide = begin(body=two | {"districts": ["510303", DISTRICT, DISTRICT]}, by=people["supply-lead"])
    assert wide.districts == [DISTRICT, "510303"]
    with pytest.raises(Forbidden):
        take(wide, "end", local, {})
    for said in (
        execution_body(drafted), execution_body(plan) | {"plan": plan.pk + 1000},
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            begin(body=said, by=people["supply-lead"])
        assert [error.pointer for error in refused.value.errors] == ["/plan"]
    set_clock("2026-07-06 10:00")
    with pytest.raises(Invalid):
        begun(people, plan)


def test_those_concerned_are_told_at_once(people: People) -> None:
    plan = issued(people)
    take(begun(people, plan), "end", people["supply-lead"], {"shed_mw": 7})
    told = Outbox.objects.filter(kind__startswith="orderly_execution.")
    assert set(told.values_list("kind", "recipient__user__username")) == {
        (f"orderly_execution.{end}", name)
        for end in ("begun", "ended")
        for name in ("regulator", "lead-agency", "district-lead")
    }


# The database


def test_the_database_keeps_the_moves_and_what_was_written(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT machine, from_state, to_state FROM orderly_moves()")
        kept = set(cursor.fetchall())
    machines: dict[str, Any] = {
        "plan": CityPlan, "district": DistrictPlan, "execution": Execution,
    }  # fmt: skip
    assert kept == {
        (name, *move) for name, machine in machines.items() for move in legal_moves(machine)
    }
    plan = issued(people)
    one = of_district(plan)
    step(one, "hand_in", people["district-lead"], HANDED_IN)
    step(one, "give_back", people["lead-agency"], {"reasons": "x"})
    execution = begun(people, plan)
    take(execution, "end", people["supply-lead"], {})
    for statement in (
        "UPDATE oversight_cityplan SET level_1 = 1",
        "UPDATE oversight_cityplan SET state = 'draft', issued_at = NULL, due_on = NULL",
        "DELETE FROM oversight_cityplan",
        "UPDATE oversight_districtplan SET state = 'accepted', accepted_at = now()",
        "UPDATE oversight_districtplan SET district = 'x'",
        "UPDATE oversight_handin SET level_1 = 1",
        "UPDATE oversight_handin SET reasons = 'y'",
        "UPDATE oversight_execution SET began_at = now()",
        "UPDATE oversight_execution SET ended_at = now()",
        "UPDATE oversight_execution SET state = 'running', ended_at = NULL",
        "DELETE FROM oversight_execution",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# Pages, programs, in public


def test_from_the_draft_to_the_public_page(people: People) -> None:
    set_clock("2026-03-06 10:00")
    agency, lead, supply, watching = map(
        browser,
        (people["lead-agency"], people["district-lead"], people["supply-lead"],
         people["regulator"]),
    )  # fmt: skip
    assert "尚未发布方案" in Page(browser(people["resident"]).get(PUBLIC)).text
    new = "/oversight/orderly-use/new/"
    form = {**Page(agency.get(new)).carried(), **plan_body()}
    assert agency.post(new, form | {"ends_on": "2026-01-01"}).status_code == 422
    sent = [agency.post(new, form) for _ in range(2)]
    plan = CityPlan.objects.get()
    page = f"/oversight/orderly-use/{plan.pk}/"
    assert {each["Location"] for each in sent} == {page}
    assert watching.get(page).status_code == 404  # a draft is the lead agency's
    assert agency.post(f"{page}issue/", KEY).status_code == 302
    one = of_district(plan)
    own = f"/oversight/orderly-use/districts/{one.pk}/"
    assert NAME in Page(lead.get("/desk/")).text
    assert lead.post(f"{own}hand_in/", KEY | HANDED_IN).status_code == 302
    assert NAME in Page(agency.get("/desk/")).text
    assert agency.post(f"{own}give_back/", KEY | {"version": 2, "reasons": ""}).status_code == 422
    assert agency.post(f"{own}accept/", KEY | {"version": 2}).status_code == 302
    begin_page = "/work/orderly-use/new/"
    said = {**Page(supply.get(begin_page)).carried(), **execution_body(plan)}
    assert supply.post(begin_page, said).status_code == 302
    execution = Execution.objects.get()
    assert NAME in Page(supply.get("/desk/")).text
    work = f"/work/orderly-use/{execution.pk}/"
    assert supply.post(f"{work}end/", KEY | {"shed_mw": "8.5"}).status_code == 302
    correction = {"ordered_mw": "9", "shed_mw": "8.75", "reason": "shortage", "why": "复核表计"}
    assert supply.post(f"{work}correct/", KEY | {"version": 2} | correction).status_code == 302
    seen = Page(browser(people["resident"]).get(PUBLIC)).text
    for words in (NAME, "医院", "按期", "8.75", "8.5", "复核表计", "电力不足"):
        assert words in seen, words
    assert str(HANDED_IN["words"]) not in seen
    assert "8.75" in Page(watching.get(page)).text
    assert "8.75" in Page(watching.get(f"/oversight/orderly-use/executions/{execution.pk}/")).text


def test_a_late_district_stands_with_the_regulator_and_in_public(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = of_district(issued(people))
    set_clock("2026-04-04 10:00")
    watching = browser(people["regulator"])
    assert "催办" in Page(watching.get("/desk/")).text
    own = f"/oversight/orderly-use/districts/{one.pk}/"
    assert watching.post(f"{own}chase/", KEY | {"words": "请上报"}).status_code == 302
    again = watching.post(f"{own}chase/", KEY | {"version": 2, "idempotency_key": "l", "words": ""})
    assert again.status_code == 409
    assert "请上报" in Page(browser(people["district-lead"]).get(own)).text
    assert "逾期，尚未上报" in Page(browser(people["resident"]).get(PUBLIC)).text


def test_programs_do_all_of_it_and_everybody_reads_it(people: People) -> None:
    set_clock("2026-03-06 10:00")
    agency, lead, supply = map(
        browser, (people["lead-agency"], people["district-lead"], people["supply-lead"])
    )

    def post(client: Any, path: str, said: Any, key: str) -> Any:
        return client.post(
            f"/api/v1/orderly-use/{path}",
            said,
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    first, second = (post(agency, "plans/", plan_body(), "p") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    plan = first.json()["id"]
    assert post(agency, f"plans/{plan}/actions/issue/", {}, "i").json()["state"] == "issued"
    asked = lead.get("/api/v1/orderly-use/districts/").json()["results"]
    one = next(each["id"] for each in asked if each["district"] == DISTRICT)
    assert post(lead, f"districts/{one}/actions/hand_in/", HANDED_IN, "h").status_code == 200
    back = post(agency, f"districts/{one}/actions/give_back/", {"reasons": "缺测算"}, "g").json()
    assert (back["state"], back["round"], back["on_time"]) == ("awaited", 2, True)
    read = lead.get(f"/api/v1/orderly-use/districts/{one}/").json()
    assert [(each["round"], each["reasons"]) for each in read["rounds"]] == [(1, "缺测算")]
    assert supply.get(f"/api/v1/orderly-use/districts/{one}/").status_code == 403
    said = execution_body(CityPlan.objects.get())
    begun_ = post(supply, "executions/", said, "b")
    assert (begun_.status_code, begun_.json()["state"], begun_.json()["shed_mw"]) == (
        201, "running", None,
    )  # fmt: skip
    execution = begun_.json()["id"]
    ended = post(supply, f"executions/{execution}/actions/end/", {"shed_mw": 8}, "e")
    assert ended.json()["shed_mw"] == "8"
    everybody = browser(people["resident"])
    public = everybody.get("/api/v1/disclosure/orderly-use/").json()["results"]
    [shown] = public
    assert (shown["name"], shown["level_3"], shown["livelihood"]) == (
        NAME, "20.50", ["residents", "hospitals"],
    )  # fmt: skip
    assert {"words", "rounds"} & set(shown["districts"][0]) == set()
    [carried] = everybody.get("/api/v1/disclosure/orderly-use/executions/").json()["results"]
    assert (carried["level"], carried["districts"], carried["shed_mw"]) == (4, [DISTRICT], "8.00")
    lines = everybody.get("/api/v1/disclosure/orderly-use.csv").content.decode("utf-8-sig")
    assert lines.splitlines()[1].startswith(f"{NAME},4,{DISTRICT},shortage,9.00,8.00,")
    lines = everybody.get("/api/v1/disclosure/orderly-use/districts.csv").content.decode(
        "utf-8-sig"
    )
    assert f"{NAME},{DISTRICT},awaited,true,2026-04-03," in lines
    for page in ("orderly-use.csv", "orderly-use/districts.csv"):
        assert NAME in everybody.get(f"/disclosure/{page}").content.decode("utf-8-sig")
    assert everybody.get("/api/v1/orderly-use/plans/").status_code == 403
    whole()


def test_lists_ask_as_often_for_three_as_for_one(people: People) -> None:
    plan = issued(people)
    asked = [
        (browser(people["regulator"]), "/oversight/orderly-use/"),
        (browser(people["regulator"]), f"/oversight/orderly-use/{plan.pk}/"),
        (browser(people["supply-lead"]), "/work/orderly-use/"),
        (browser(people["supply-lead"]), "/desk/"),
        (browser(people["district-lead"]), "/desk/"),
        (browser(people["regulator"]), "/api/v1/orderly-use/plans/"),
        (browser(people["regulator"]), "/api/v1/orderly-use/districts/"),
        (browser(people["regulator"]), "/api/v1/orderly-use/executions/"),
        (browser(people["resident"]), f"{PUBLIC}{plan.pk}/"),
        (browser(people["resident"]), "/api/v1/disclosure/orderly-use/executions/"),
    ]
    counted = []
    for more in (1, 0, 2):
        for _ in range(more):
            take(begun(people, plan), "end", people["supply-lead"], {})
            begun(people, issued(people))
        row = []
        for client, url in asked:
            with CaptureQueriesContext(connection) as statements:
                assert client.get(url).status_code == 200
            row.append(len(statements))
        counted.append(row)
    # The first look fills what a process keeps.
    assert counted[1] == counted[2]
