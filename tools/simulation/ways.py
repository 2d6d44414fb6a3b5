"""The way of a case through the city, by kind, with what goes wrong on it."""

from collections.abc import Callable
from functools import partial
from typing import Final

from accounts.models import User
from applications import drafts
from applications.states import State
from approvals.models import Permit
from approvals.workflow import State as PermitState
from core.problems import Problem
from rules.city import city
from tools import scenarios
from tools.scenarios import (
    FOUR_REVIEWS,
    KINDS,
    PERMIT_BODIES,
    PLAN_LINES,
    Body,
    decision,
    declaration,
)
from tools.simulation.mix import COUNTER, HIGH, drawn, mix
from tools.simulation.telling import BrokenOff, Telling, Waits

Stage = Callable[[Telling], Waits]
#: What a line must have for a trouble with its permits.
WITH_PERMITS: Final = frozenset({
    "permit_supplement", "permit_refused", "bureau_silent", "late_decision",
})  # fmt: skip

#: Whoever rates no better says why.
MIDDLE: Final = 3


def tell(story: Telling) -> Waits:
    """The whole way; the state at its end is the case's."""
    yield story.story.begins
    _file(story)
    stages = STAGES[story.story.kind]
    leaves = story.random.choice(stages[1:]) if story.has("withdrawn") else None
    for stage in stages:
        if stage is leaves:
            yield story.applicant("withdraw")
            story.apply("withdraw")
            return
        yield from stage(story)
        if story.case.state == State.CLOSED:
            return


def _file(story: Telling) -> None:
    """Drafted and filed in one sitting, at times at the second try."""
    body = declaration(story.story.kind, story.address) | {"channel": story.story.channel}
    zone = city().district(story.story.district).statutory
    lies_in = {"statutory_district": story.random.choice(zone)} if zone else {}
    body["address"] = body["address"] | {"district": story.story.district} | lies_in
    if story.has("wrong_values"):
        _file_wrongly(story, body | {"capacity_kw": 0})
    story.case = drafts.draft(body=body, by=story.filer)
    story.note(story.filer, "draft", story.case.state)
    if story.has("papers_forgotten"):
        story.refused("submit", story.filer)
    story.apply("submit")


def _file_wrongly(story: Telling, body: Body) -> None:
    try:
        drafts.draft(body=body, by=story.filer)
    except Problem as problem:
        story.note(story.filer, "draft", f"refused: {problem.type}")
    else:
        raise BrokenOff("wrong values were not refused")


def _intake(story: Telling) -> Waits:
    if story.has("wrong_hands"):
        stranger = "shop" if KINDS[story.story.kind][0] != "shop" else "resident"
        story.refused("withdraw", story.cast.people[stranger])
        story.refused("energise", story.cast.people["manager"], {"meter_number": "1"})
    if story.has("supplement") or story.has("never_answers"):
        yield story.office("accept")
        story.work("request_supplement")
        if story.has("never_answers"):
            yield from _wait_for_the_applicant(story)
            return
        yield story.applicant("supply")
        story.apply("supply_supplement")
    yield story.office("late" if story.has("late_acceptance") else "accept")
    story.work("accept")


def _wait_for_the_applicant(story: Telling) -> Waits:
    """Until the worker has reminded and the day that it named is over."""
    while story.case.closable_on is None or story.case.closable_on > story.now.day:
        yield story.office("review")
        story.read_anew()
    words = mix()["words"]
    story.work("close", {"reason": words["closing"]})


def _plan(story: Telling) -> Waits:
    words = mix()["words"]
    yield story.office("reply_plan")
    plan = {"summary": words["plan"], "lines": PLAN_LINES}
    story.work("reply_plan", plan)
    yield story.applicant("slow" if story.has("slow_applicant") else "answer_plan")
    if story.has("plan_contested"):
        contested = [{"line": 1, "reason": words["contested"]}]
        story.apply(
            "confirm_plan", {"agree": False, "reason": words["contested"], "contested": contested}
        )
        yield story.office("reply_plan")
        answers = [{"line": 1, "answer": words["answer"]}]
        story.work("reply_plan", plan | {"answers": answers})
        yield story.applicant("answer_plan")
    story.apply("confirm_plan")


def _reviewed(story: Telling, asked: str, said: str, trouble: str, wait: str) -> Waits:
    """The applicant hands in or reports, the company looks; again where something is found."""
    for fails in (True, False) if story.has(trouble) else (False,):
        yield story.applicant(wait)
        story.apply(asked)
        yield story.office("review")
        findings = [mix()["words"]["finding"]] if fails else []
        story.work(said, {"passed": not fails, "findings": findings})


_design = partial(
    _reviewed, asked="submit_design", said="review_design", trouble="design_failed", wait="design"
)
_inspection = partial(
    _reviewed, asked="request_inspection", said="inspect", trouble="inspection_failed",
    wait="build_high",
)  # fmt: skip
_completion = partial(
    _reviewed, asked="report_completion", said="inspect_completion", trouble="completion_failed",
    wait="build_high",
)  # fmt: skip


def _contract(story: Telling) -> Waits:
    late = story.has("slow_applicant") and story.story.kind not in HIGH
    yield story.applicant("slow" if late else "sign")
    story.apply("sign_contract")


def _line(story: Telling) -> Waits:
    """The line is entered, its permits decided, and once more where one is refused."""
    yield story.office("line_works")
    works = _works(story)
    story.work("post_line_works", works)
    yield from _permits(story)
    if story.case.state == State.REPLANNING:
        yield story.office("line_works")
        story.work("change_line_works", works | {"existing_road": True})
        yield from _permits(story)


def _works(story: Telling) -> Body:
    name = drawn(mix()["works"][story.story.voltage], story.random)
    works: Body = getattr(scenarios, name)
    if story.story.troubles & WITH_PERMITS:
        works = FOUR_REVIEWS
    return works if works.get("none") else works | {"voltage": story.story.voltage}


def _permits(story: Telling) -> Waits:
    if story.happens("permit_supplement"):
        yield from _permit_supplement(story)
    silent = story.permits(PermitState.RECEIVED)[-1:] if story.happens("bureau_silent") else []
    yield story.office("permit_accept")
    for permit in story.permits(PermitState.AWAITING_COMMITMENT):
        by = story.cast.manager(story.story.kind, "commit", story.now.day)
        story.decide(permit, "commit", by, {})
    for permit in story.permits(PermitState.RECEIVED):
        if permit not in silent and "accept" in decision(state=permit.state, route=permit.route):
            story.decide(permit, "accept", _officer(story, permit))
    if silent:
        yield story.office("silence")
    yield story.office("late" if story.has("late_decision") else "permit_decide")
    for permit in story.permits(PermitState.ACCEPTED, PermitState.RECEIVED):
        _decide(story, permit)
        yield story.office("permit_accept")
    story.read_anew()


def _permit_supplement(story: Telling) -> Waits:
    yield story.office("permit_accept")
    for permit in story.permits(PermitState.RECEIVED)[:1]:
        body = PERMIT_BODIES["request_supplement"]
        story.decide(permit, "request_supplement", _officer(story, permit), body)
        yield story.office("supply")
        by = story.cast.manager(story.story.kind, "supply_supplement", story.now.day)
        story.decide(permit, "supply_supplement", by, PERMIT_BODIES["supply_supplement"])


def _decide(story: Telling, permit: Permit) -> None:
    if permit.permit == "planning" and story.happens("permit_refused"):
        story.decide(permit, "refuse", _officer(story, permit), PERMIT_BODIES["refuse"])
    else:
        story.decide(permit, "grant", _officer(story, permit), {})


def _officer(story: Telling, permit: Permit) -> User:
    return story.cast.people[permit.bureau]


def _construction(story: Telling) -> Waits:
    yield story.office("start_works")
    story.work("start_works")
    if story.story.kind not in HIGH:
        yield story.office("build_low")
        return
    yield story.office("supply")
    for line in range(1, story.case.open_lines + 1):
        story.work("finish_line", {"line": line})


def _power(story: Telling) -> Waits:
    wait = f"energise_{story.story.voltage}"
    yield story.office("late" if story.has("late_power") else wait)
    story.work("energise", {"meter_number": f"SIM-{story.story.number}"})
    if story.story.channel == COUNTER:
        return  # a rating is the customer's own, online
    yield story.applicant("rate")
    level = int(drawn(mix()["ratings"], story.random))
    story.apply(
        "rate", {"level": level, "comment": "" if level > MIDDLE else mix()["words"]["rating"]}
    )


_LOW: Final = (_intake, _contract, _line, _construction, _power)
_END: Final = (_completion, _contract, _power)
STAGES: Final[dict[str, tuple[Stage, ...]]] = {
    "residential": _LOW,
    "lv_small": _LOW,
    "lv_other": _LOW,
    "hv_single": (_intake, _plan, _line, _construction, *_END),
    "hv_dual": (_intake, _plan, _design, _line, _construction, _inspection, *_END),
}
