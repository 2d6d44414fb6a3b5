"""Gross and net time and whose a delay was, of cases brought along by real actions."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.conf import settings
from django.utils.translation import override
from jsonschema import Draft202012Validator

from accounts.models import User
from applications import drafts
from applications.answers import clocks_json
from applications.custody import custody_of
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.clock import city_now
from deadlines.models import Clock
from deadlines.queries import used_days
from deadlines.sweep import sweep
from ledger.queries import timeline
from rules.names import Kind
from tests.applications.test_refiling import set_clock
from tests.builders import (
    again,
    case_at,
    decide_all,
    declaration,
    do,
    drafted,
    fresh_address,
    hand_in,
    open_permits,
    perform,
    permit_step,
    post_works,
)
from tests.people import browser
from tools.scenarios import FOUR_REVIEWS, PERMIT_BODIES, PHONE

pytestmark = pytest.mark.django_db
People = dict[str, User]


def told(case: Application) -> dict[str, Any]:
    """What programs are told of who held a case, in English."""
    with override("en"):
        found: dict[str, Any] = clocks_json(again(case))["holding"]
    agrees(case, found)
    return found


def agrees(case: Application, found: dict[str, Any]) -> None:
    """The stretches add up to what the case's own clocks have counted."""
    now = city_now()
    by_holder = dict.fromkeys(found["by_holder"], 0)
    for span in found["spans"]:
        by_holder[span["holder"]] += span["working_days"]
    assert by_holder == found["by_holder"]
    assert found["gross_days"] == used_days(case.ref, Clock.Kind.WHOLE_PROCESS, now)
    assert found["net_days"] == used_days(case.ref, Clock.Kind.HANDLING, now)
    if delay := found["delay"]:
        shares = delay["by_holder"].values()
        assert sum(one["calendar_days"] for one in shares) == delay["calendar_days"]
        assert sum(one["working_days"] for one in shares) == delay["working_days"]


def promised(name: str) -> Draft202012Validator:
    """What the OpenAPI document says of an answer."""
    document = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text("utf-8"))
    return Draft202012Validator(document | {"$ref": f"#/components/schemas/{name}"})


def rows(found: dict[str, Any]) -> list[tuple[str, int, int | None]]:
    return [(one["holder"], one["working_days"], one["used"]) for one in found["spans"]]


def late_shares(found: dict[str, Any]) -> dict[str, int]:
    return {name: days["calendar_days"] for name, days in found["delay"]["by_holder"].items()}


def step(people: People, permit: Permit, action: str, **body: Any) -> None:
    who = "project" if action in ("commit", "supply_supplement") else permit.bureau
    permit_step(permit=permit, action=action, by=people[who], body=body)


def in_permits(people: People, *, filed: str, posted: str) -> Application:
    """A factory's case whose permits were applied for on a day."""
    set_clock(filed)
    case = do(people, drafted(people, Kind.HV_SINGLE), "submit")
    for action in ("accept", "reply_plan", "confirm_plan"):
        case = do(people, case, action)
    set_clock(posted)
    return post_works(people, case, FOUR_REVIEWS)


def test_over_the_spring_festival_both_make_up_days_count_and_the_holiday_does_not(
    people: People,
) -> None:
    set_clock("2026-02-12 10:00")  # a Thursday
    case = do(people, drafted(people, Kind.HV_SINGLE), "submit")
    set_clock("2026-02-14 16:00")  # a Saturday made a working day
    case = do(people, do(people, case, "accept"), "reply_plan")
    set_clock("2026-02-24 09:00")
    case = do(people, case, "confirm_plan")
    set_clock("2026-03-02 10:00")  # 28 February, a Saturday, counts
    found = told(case)
    assert rows(found) == [("supplier", 2, 2), ("applicant", 1, None), ("supplier", 5, 7)]
    assert (found["gross_days"], found["net_days"]) == (8, 7)
    assert [one["date"] for one in found["spans"][1]["not_counted"]] == [
        f"2026-02-{day}" for day in range(15, 24)
    ]
    assert {one["why"] for one in found["spans"][1]["not_counted"]} == {"Spring Festival"}
    assert [one["date"] for one in found["spans"][0]["made_up"]] == ["2026-02-14"]
    assert found["spans"][0]["began"] == "Application filed"
    assert found["spans"][0]["ended"] == "Supply plan replied"


def test_a_case_handed_on_and_back_within_a_day_costs_nobody_a_day(people: People) -> None:
    set_clock("2026-03-02 10:00")
    case = do(people, drafted(people, Kind.HV_SINGLE), "submit")
    set_clock("2026-03-04 09:00")
    case = do(people, do(people, case, "accept"), "reply_plan")
    set_clock("2026-03-04 17:00")
    case = do(people, case, "confirm_plan")
    set_clock("2026-03-06 10:00")
    assert rows(told(case)) == [("supplier", 2, 2), ("applicant", 0, None), ("supplier", 2, 4)]


def test_filing_again_shows_the_earlier_filing_and_the_gap_and_counts_both(
    people: People,
) -> None:
    address = {"district": "510302", "line": fresh_address()}

    def file() -> Application:
        body = declaration(Kind.HV_SINGLE, address=address)
        case = drafts.draft(body=body, by=people["factory"])
        hand_in(case, "submit")
        return do(people, case, "submit")

    set_clock("2026-03-02 10:00")
    first = file()
    set_clock("2026-03-05 10:00")
    do(people, first, "withdraw", reason="改主意")
    set_clock("2026-03-09 10:00")
    second = file()
    set_clock("2026-03-11 10:00")
    found = told(second)
    assert rows(found) == [("supplier", 3, 3), ("applicant", 2, None), ("supplier", 2, 5)]
    assert [(one["gap"], one["earlier_filing"]) for one in found["spans"]] == [
        (False, True), (True, True), (False, False),
    ]  # fmt: skip
    assert (found["gross_days"], found["net_days"]) == (7, 5)
    assert rows(told(first)) == [("supplier", 3, 3)]
    page = browser(people["factory"]).get(f"/account/cases/{second.number}/")
    assert "两次申请之间" in page.content.decode()


def test_two_rounds_after_a_refusal_and_the_replanning_is_the_supply_companys(
    people: People,
) -> None:
    case = in_permits(people, filed="2026-03-02 10:00", posted="2026-03-02 15:00")
    set_clock("2026-03-04 10:00")
    decide_all(people, case, refuse="planning")
    set_clock("2026-03-06 10:00")
    line = FOUR_REVIEWS | {"length_m": 900, "voltage": "high"}
    perform(action="change_line_works", application=again(case), body=line, by=people["project"])
    set_clock("2026-03-09 10:00")
    found = told(case)
    assert [one[:2] for one in rows(found)] == [
        ("supplier", 0), ("applicant", 0), ("supplier", 0), ("government", 2), ("supplier", 2),
        ("government", 1),
    ]  # fmt: skip
    assert found["spans"][3]["ended"] == "A permit was refused: the line is changed"
    assert found["delay"] is None


def test_a_permits_supplement_and_its_suspension_have_spans_of_their_own(people: People) -> None:
    case = in_permits(people, filed="2026-03-02 10:00", posted="2026-03-02 15:00")
    permit = next(one for one in open_permits(case) if one.permit == "planning")
    for when, action, body in (
        ("2026-03-03 10:00", "request_supplement", {"items": ["总平面图"]}),
        ("2026-03-05 10:00", "supply_supplement", PERMIT_BODIES["supply_supplement"]),
        ("2026-03-06 10:00", "accept", {}),
        ("2026-03-09 10:00", "exclude_time", {"ground": "expert_review", "expected_days": 3}),
        ("2026-03-12 10:00", "resume", {}),
        ("2026-03-16 10:00", "grant", {}),
    ):
        set_clock(when)
        step(people, Permit.objects.get(pk=permit.pk), action, **body)
    answer = api(people["planning"], f"/api/v1/permits/{permit.pk}/clocks/")["holding"]
    assert [
        (one["phase"], one["holder"], one["working_days"], one["used"]) for one in answer["spans"]
    ] == [
        ("received", "government", 1, None),
        ("awaiting_supplement", "supplier", 2, None),
        ("received", "government", 1, None),
        ("accepted", "government", 1, 1),
        ("suspended", "government", 3, None),
        ("accepted", "government", 2, 3),
    ]
    assert (answer["gross_days"], answer["net_days"]) == (10, 5)
    assert answer["delay"] is None


def api(user: User, path: str) -> dict[str, Any]:
    response = browser(user).get(path, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def limit_of(case: Application) -> Clock:
    return Clock.objects.get(case_ref=case.ref, part=None, limit_days__isnull=False)


def test_a_delay_of_the_supply_company_alone(people: People) -> None:
    set_clock("2026-03-02 10:00")
    case = do(people, drafted(people, Kind.HV_SINGLE), "submit")
    last = limit_of(case).due_on
    assert last is not None
    set_clock(f"{last + (date(2026, 3, 6) - date(2026, 3, 2))} 10:00")
    sweep()
    found = told(case)
    assert found["delay"]["last_day"] == last
    assert late_shares(found) == {"supplier": 4}
    assert "Of these days: Supply company 4 days." in found["delay"]["text"]


def test_a_delay_that_all_three_had_a_part_in_is_parted_day_by_day(people: People) -> None:
    set_clock("2026-03-02 10:00")
    case = do(people, do(people, drafted(people, Kind.HV_SINGLE), "submit"), "accept")
    last = limit_of(case).due_on
    assert last is not None
    days = iter(range(1, 40))

    def on() -> str:
        return f"{date.fromordinal(last.toordinal() + next(days))} 10:00"

    set_clock(on())  # 1: the supply company's
    case = do(people, case, "reply_plan")
    set_clock(on())  # 2: the applicant's
    case = do(people, case, "confirm_plan")
    case = post_works(people, case, FOUR_REVIEWS)
    for _day in range(3):  # 3 to 5: the bureaus', planning the last of them
        set_clock(on())
        first = [one for one in open_permits(case) if one.permit != "planning"]
        if first:
            for permit in first:
                step(people, permit, "accept")
                step(people, permit, "grant")
    decide_all(people, case)
    set_clock(on())  # 6: the supply company's again
    sweep()
    found = told(case)
    assert late_shares(found) == {"supplier": 2, "applicant": 1, "government": 3}
    assert [(one["permits"], one["calendar_days"]) for one in found["delay"]["waited_for"]] == [
        (["planning"], 3)
    ]
    assert "waited for: " in found["delay"]["text"]


def late_planning(people: People) -> Application:
    """A case whose bureau of planning decides two days past its limit, the others in time."""
    case = in_permits(people, filed="2026-03-02 10:00", posted="2026-03-02 15:00")
    for permit in open_permits(case):
        step(people, permit, "accept")
        if permit.permit != "planning":
            step(people, permit, "grant")
    set_clock("2026-03-10 10:00")  # 4 working days ended on Friday, 6 March
    decide_all(people, case)
    sweep()
    return case


def test_a_bureaus_days_over_its_own_limit_are_told_beside_the_case(people: People) -> None:
    case = late_planning(people)
    found = told(case)
    assert found["delay"] is None
    [planning] = found["permits"]
    assert (planning["permit"], planning["delay"]["last_day"]) == ("planning", date(2026, 3, 6))
    assert planning["delay"]["by_holder"] == {"government": {"calendar_days": 4, "working_days": 2}}
    part: UUID = planning["part"]
    permit = Permit.objects.get(ref=part)
    answer = api(people["planning"], f"/api/v1/permits/{permit.pk}/clocks/")
    assert answer["holding"]["delay"]["working_days"] == 2


@pytest.mark.parametrize("who", ["factory", "manager", "regulator"])
def test_the_page_says_who_held_it_and_whose_the_delay_was(people: People, who: str) -> None:
    case = late_planning(people)
    paths = {
        "factory": f"/account/cases/{case.number}/",
        "manager": f"/work/cases/{case.number}/",
        "regulator": f"/oversight/cases/{case.number}/",
    }
    client = browser(people[who])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    html = client.get(paths[who]).content.decode()
    assert "working days (gross time)" in html
    assert "The last day was Fri 6 Mar; it took 4 days more, 2 working days among them." in html
    assert html.count('class="td-lane__name"') == 4
    assert 'style="' not in html


def test_a_case_costs_its_page_the_same_however_often_it_changed_hands(
    people: People, django_assert_max_num_queries: Any
) -> None:
    few = case_at(people, Kind.HV_SINGLE, State.SUBMITTED)
    many = late_planning(people)
    for case in (few, many):
        with django_assert_max_num_queries(4):
            now = city_now()
            clocks = list(Clock.objects.filter(case_ref=case.ref).order_by("id"))
            custody_of(case, timeline(case.ref), clocks, now)


def test_who_follows_a_case_by_its_number_sees_no_stretch_of_an_earlier_filing(
    people: People,
) -> None:
    address = {"district": "510302", "line": fresh_address()}

    def file() -> Application:
        case = drafts.draft(body=declaration(Kind.HV_SINGLE, address=address), by=people["factory"])
        hand_in(case, "submit")
        return do(people, case, "submit")

    set_clock("2026-03-02 10:00")
    first = file()
    set_clock("2026-03-05 10:00")
    do(people, first, "withdraw", reason="改主意")
    set_clock("2026-03-09 10:00")
    second = file()
    html = browser().post("/progress/", {"number": second.number, "phone": PHONE}).content.decode()
    assert "从申请到现在共 5 个工作日" in html
    assert "两次申请之间" not in html
    assert "3月5日" not in html


def test_the_list_of_what_is_late_leads_to_whose_days_they_were(people: People) -> None:
    case = late_planning(people)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    client = browser(people["regulator"])
    assert f"/oversight/permits/{permit.pk}/#timeline" in client.get("/oversight/").content.decode()
    page = client.get(f"/oversight/permits/{permit.pk}/").content.decode()
    assert 'id="timeline"' in page


def test_a_home_past_its_target_is_told_whose_days_it_took_though_it_is_not_late(
    people: People,
) -> None:
    set_clock("2026-03-02 10:00")
    case = do(people, drafted(people, Kind.RESIDENTIAL), "submit")
    set_clock("2026-03-04 10:00")
    case = do(people, case, "accept")
    set_clock("2026-03-10 10:00")
    found = told(case)
    last = found["delay"]["last_day"]
    assert last == limit_of(case).due_on
    days = (date(2026, 3, 10) - last).days
    assert late_shares(found) == {"applicant": days}
    assert not limit_of(case).is_late(city_now())


def test_a_delay_ends_with_the_case(people: People) -> None:
    set_clock("2026-03-02 10:00")
    case = do(people, drafted(people, Kind.HV_SINGLE), "submit")
    last = limit_of(case).due_on
    assert last is not None
    set_clock(f"{date.fromordinal(last.toordinal() + 2)} 10:00")
    do(people, case, "withdraw", reason="不再需要")
    set_clock(f"{date.fromordinal(last.toordinal() + 30)} 10:00")
    found = told(case)
    assert late_shares(found) == {"supplier": 2}
    assert "it took 2 days more" in found["delay"]["text"]
    assert found["spans"][-1]["ended"] == "Application withdrawn"


def test_programs_are_told_what_the_contract_says(people: People) -> None:
    case = late_planning(people)
    answer = api(people["manager"], f"/api/v1/applications/{case.number}/clocks/")
    promised("CaseClocks").validate(answer)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    answer = api(people["planning"], f"/api/v1/permits/{permit.pk}/clocks/")
    promised("PermitClocks").validate(answer)


def test_the_law_counts_a_permit_accepted_by_silence_from_its_receipt(people: People) -> None:
    case = in_permits(people, filed="2026-03-02 10:00", posted="2026-03-02 15:00")
    set_clock("2026-03-12 10:00")  # 5 working days of silence ended on 9 March
    sweep()
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    answer = api(people["planning"], f"/api/v1/permits/{permit.pk}/clocks/")["holding"]
    assert [(one["phase"], one["working_days"], one["used"]) for one in answer["spans"]] == [
        ("received", 8, 8),
        ("accepted", 0, 8),
    ]
    assert answer["delay"]["by_holder"] == {"government": {"calendar_days": 6, "working_days": 4}}
