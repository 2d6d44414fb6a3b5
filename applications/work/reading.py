"""What the list of work and the page of a case show, in statements that do not grow with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from applications import casefile
from applications.actions import CASES
from applications.appointments.reading import AT_WORK_PAGES, on_case_page
from applications.assignments.queries import with_assigned
from applications.assignments.reading import deputising
from applications.checklist import STAGES
from applications.contracts.queries import contract_of
from applications.correspondence.reading import desk_context
from applications.enquiries.reading import about
from applications.explained import explained_words
from applications.field.jobs import ENERGISE
from applications.field.reading import reports_of
from applications.follow_ups.queries import reads_ratings
from applications.header import header
from applications.inspections.reading import inspections_context
from applications.materials.reading import ordering_context, rows_at_work
from applications.models import Application
from applications.permits import DESK_TONES, PermitSet, permits_of
from applications.plans.reading import plans_in_words
from applications.queries import AWAITED, REFUSED, wanted_of
from applications.rentals import reading as rentals
from applications.states import ENDED, ZERO_INVESTMENT, Holder, State
from applications.supply.reading import supply_rows
from applications.waiting.reading import waiting_words
from applications.who import as_applicant
from applications.wording import kind_words, place_words
from applications.work.forms import ASKING
from applications.work.people import people_of
from core.form_token import fresh_token
from core.templatetags.city import figure, instant, masked_name
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, times_left
from notifications.told import marks_told, told_table
from reliability.outages.reading import on_case_page as outages_for
from rules.city import city
from rules.names import Stage
from workflow.buttons import Button, Choices, buttons, choices
from workflow.machine import state_words, way_of

#: The supply company's steps in the order of the way; the line works have a page of their own.
OURS = (
    "request_supplement", "accept", "reply_plan", "renew_plan", "propose_prolongation",
    "review_design", "post_line_works", "change_line_works", "start_works", "finish_line",
    "reserve_supply", "inspect", "inspect_completion", "energise", "close",
)  # fmt: skip
LINE_WORKS = ("post_line_works", "change_line_works")
#: In which the permits are what is looked at first.
PERMITS_ASKED = frozenset({State.PERMITS, State.REPLANNING})


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    kind: str
    asked: str
    place: str
    applicant: str
    holder: str
    awaited: list[str]
    since: datetime | None
    left: TimeLeft
    #: For whom the reader deputises in it today.
    deputy_for: str


def rows_of(cases: Sequence[Application], now: datetime, user: User) -> list[Row]:
    """Return the rows of a page of cases; four statements at most, however many there are."""
    left = times_left([case.ref for case in cases], now)
    away = deputising(user, with_assigned(cases))
    for case in cases:
        case.seen_at = now
    return [
        Row(
            number=case.number,
            kind=kind_words(case.kind),
            asked=asked_of(case),
            place=place_words(case, line=True),
            applicant=masked_name(case.applicant_name),
            holder=case.holder,
            awaited=awaited_by(case),
            since=case.held_since if case.holder else case.ended_at,
            left=left[case.ref],
            deputy_for=away.get(case.pk, ""),
        )
        for case in cases
    ]


def awaited_by(case: Application) -> list[str]:
    """Return for whom the case waits, the supply company first: with the bureaus, or alone."""
    beside = [Holder.SUPPLIER.value] if wanted_of(case) else []
    return list(dict.fromkeys([*beside, case.holder]))


def asked_of(case: Application) -> str:
    """Return the one step that takes a case on from where it stands, in the words of its button."""
    if case.state in ENDED:
        return state_words(case)
    if case.state == State.PERMITS:
        wanted = wanted_of(case)
        if wanted == REFUSED:
            return _("A permit was refused: prepare another line")
        if case.holder == Holder.GOVERNMENT and wanted != AWAITED:
            return _("Bureaus decide the permits")
        return _("Commit, or supply what a bureau asked for")
    way = way_of(CASES.machine(case), case)
    return str(way[0].label) if way else state_words(case)


def case_context(case: Application, user: User) -> dict[str, Any]:
    context, counter = read_context(case, user), at_counter(case, user)
    signed = [each for each in counter if each.primary and case.holder == Holder.SUPPLIER]
    own = [*signed, *own_buttons(case, user)]
    written = desk_context(case, user)
    return {
        **context,
        **written,
        **ordering_context(case, user, context["materials"]),
        "open_part": "messages" if written.get("unanswered") else context["open_part"],
        "choices": with_permits(choices(CASES, case, user, own), context["permits"]),
        "at_counter": [each for each in counter if each not in signed],
        "form_token": fresh_token(case.version),
        "appointments": on_case_page(case, user, AT_WORK_PAGES),
        "supply_url": reverse("work:supply", args=[case.number]) if case.number else "",
        "rentals": rentals.on_case_page(case, user, rentals.AT_WORK_PAGES),
        "takes_along": any(each.action == ENERGISE and each.allowed for each in own),
    }


def read_context(case: Application, user: User) -> dict[str, Any]:
    """Return what everybody who may open the page of a case reads there."""
    head = header(case, user)
    policy = case.rules(head.now)
    papers = casefile.papers(case)
    listed = casefile.at_hand(papers)
    return {
        "case": case,
        "open_part": first_part(case),
        "header": head,
        "facts": facts(case),
        "waiting": waiting_words(case),
        "enquiries": about(case),
        "rating": rating_of(case, user),
        "remarks": [remark.label for remark in case.remarks()],
        "people": people_of(case),
        "papers": casefile.by_stage(case, listed),
        "papers_met": sum(paper.met for paper in listed),
        "papers_all": len(listed),
        **inspections_context(case, papers),
        "reports": reports_of(case),
        "permits": permits_of(case, user, DESK_TONES),
        "charges": casefile.charge_rows(case),
        "borne": casefile.borne(case),
        "free": case.kind in ZERO_INVESTMENT,
        "free_clause": policy.limit(case.kind).clause,
        "events": casefile.steps(case, head.events),
        "contract": contract_of(case),
        "plans": plans_in_words(case),
        "materials": rows_at_work(case, head.now),
        "outages": outages_for(case.ref),
        "told": told_table(marks_told(limit for limit in head.limits if of_case(limit))),
    }


def of_case(limit: Clock) -> bool:
    """Whether it limits the case, or a set of its permits; what limits one permit is read there."""
    return limit.part is None or limit.kind == Clock.Kind.SET


def first_part(case: Application) -> str:
    """Return which part of the page of a case is read first: what the next step answers."""
    if case.state in PERMITS_ASKED:
        return "permits"
    # Another plan was asked for, of lines with their reasons; or lines of it are ours to build.
    planned = case.state == State.ACCEPTED and case.plan_summary
    return "plan" if planned or (case.state == State.WORKS and case.open_lines) else "papers"


def papers_for(case: Application, action: str) -> list[casefile.PaperStage]:
    """What is read for an act, beside its form: the papers of its stage, then what else is here."""
    rows, stage = casefile.papers(case), STAGES.get(action, Stage.APPLICATION)
    own = [paper for paper in rows if paper.stage == stage]
    others = [paper for paper in rows if paper.stage != stage and paper.files]
    return [*casefile.by_stage(case, own), *casefile.by_stage(case, others)]


def rating_of(case: Application, user: User) -> casefile.Rows:
    """How the customer rated the service, for those who may know it."""
    rows = casefile.rating_rows(case)
    return rows if rows and reads_ratings(case, user) else []


def own_buttons(case: Application, user: User) -> list[Button]:
    known = {button.action: button for button in buttons(CASES, case, user)}
    step_of = dict.fromkeys(LINE_WORKS, reverse("work:line-works", args=[case.number]))
    for action in (*ASKING, "reply_plan", "renew_plan"):
        step_of[action] = reverse("work:step", args=[case.number, action])
    step_of["reserve_supply"] = reverse("work:supply", args=[case.number])
    return [replace(known[name], url=step_of.get(name, "")) for name in OURS if name in known]


def with_permits(found: Choices, permits: PermitSet | None) -> Choices:
    """Add the reader's own steps in the permits, each with its page; the first has the accent."""
    mine = [(one, one.own_step) for one in (permits.needed if permits else []) if one.own_step]
    steps = [
        replace(
            step,
            label=_("%(step)s: %(permit)s") % {"step": step.label, "permit": line.name},
            url=reverse("work:permit", args=[line.id]),
            primary=line is mine[0][0],
        )
        for line, step in mine
    ]
    return replace(found, now=[*steps, *found.now])


def at_counter(case: Application, user: User) -> list[Button]:
    """Return what a clerk does for the applicant of a case that was filed at a counter."""
    if case.channel != Application.Channel.COUNTER or as_applicant(case, user) is None:
        return []
    url = reverse("applications:case", args=[case.number])
    found = (button for button in buttons(CASES, case, user) if button.action not in OURS)
    return [replace(button, url=url) for button in found if button.allowed]


def reading_of(case: Application) -> str:
    return "" if case.meter_reading is None else figure(case.meter_reading)


def facts(case: Application) -> casefile.Rows:
    name = partial(city().requirement_name, party=case.applicant_type)
    asked_for = [
        _("{document}: {reason}").format(document=name(item["requirement"]), reason=item["reason"])
        for item in case.supplement_items
    ]
    rows: casefile.Rows = [
        *casefile.declared_rows(case),
        *supply_rows(case),
        {"key": _("Filed"), "value": instant(case.filed_at)},
        {"key": _("Channel"), "value": case.get_channel_display()},
        {"key": _("Supplement asked for"), "lines": asked_for},
        {"key": _("The applicant's reason"), "value": case.applicant_reason},
        {"key": _("Number of the meter"), "value": case.meter_number},
        {"key": _("Reading at the beginning (kWh)"), "value": reading_of(case)},
        {"key": _("Rules"), "value": case.rules_version},
        {"key": _("Rules explained"), "value": explained_words(case)},
    ]
    return [row for row in rows if row.get("value") or row.get("lines")]
