"""Everything that the page of a case shows, read in a number of statements that does not grow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import COMPANY
from applications.actions import CASES
from applications.casefile import by_stage, charge_rows, papers, what_rows, where_rows, who_rows
from applications.casefile import steps as record_words
from applications.header import header
from applications.models import Application
from applications.wording import RATINGS
from applications.work.forms import ASKING
from applications.work.permits import permits_of
from applications.workflow import ZERO_INVESTMENT, as_applicant
from core.form_token import fresh_token
from core.templatetags.city import instant
from rules.city import city
from workflow.buttons import buttons

#: The supply company's steps in the order of the way; the line works have a page of their own.
OURS = (
    "request_supplement", "accept", "reply_plan", "review_design", "post_line_works",
    "change_line_works", "start_works", "inspect", "inspect_completion", "energise",
)  # fmt: skip
LINE_WORKS = ("post_line_works", "change_line_works")


@dataclass(frozen=True, slots=True)
class Step:
    """A button: a link where more is asked, else a form of its own."""

    action: str
    label: Any
    allowed: bool
    reason: Any = None
    url: str = ""
    tone: str = ""


def case_context(case: Application, user: User) -> dict[str, Any]:
    """Return the page of a case for somebody who may act on it."""
    return {
        **read_context(case, user),
        "steps": steps(case, user),
        "at_counter": at_counter(case, user),
        "rating_comment": case.rating_comment if _served(case, user) else "",
        "form_token": fresh_token(case.version),
    }


def _served(case: Application, user: User) -> bool:
    """Whether the person is the supply company's: a rating's words are meant for them."""
    return user.role_in(*COMPANY, district=case.district) is not None


def read_context(case: Application, user: User) -> dict[str, Any]:
    """Return what everybody who may open the page of a case reads there."""
    head = header(case, user)
    policy = case.rules(head.now)
    return {
        "case": case,
        "header": head,
        "facts": facts(case),
        "papers": by_stage(papers(case, policy)),
        "permits": permits_of(case, user),
        "charges": charge_rows(case),
        "free": case.kind in ZERO_INVESTMENT,
        "free_clause": policy.limit(case.kind).clause,
        "events": record_words(case, head.events),
    }


def steps(case: Application, user: User) -> list[Step]:
    """Return the supply company's buttons, each in its place, each with why not where not."""
    known = {button.action: button for button in buttons(CASES, case, user)}
    return [
        Step(name, button.label, button.allowed, button.reason, _address(case, name))
        for name in OURS
        if (button := known.get(name))
    ]


def _address(case: Application, action: str) -> str:
    if action in LINE_WORKS:
        return reverse("work:line-works", args=[case.number])
    return reverse("work:step", args=[case.number, action]) if action in ASKING else ""


def at_counter(case: Application, user: User) -> list[Step]:
    """Return what a clerk does for the applicant of a case that was filed at a counter."""
    if case.channel != Application.Channel.COUNTER or as_applicant(case, user) is None:
        return []
    url = reverse("applications:case", args=[case.number])
    found = (button for button in buttons(CASES, case, user) if button.action not in OURS)
    return [Step(one.action, one.label, True, url=url) for one in found if one.allowed]


def facts(case: Application) -> list[dict[str, Any]]:
    """Return what was applied for, personal data masked, and what was answered since."""
    applied = [*who_rows(case, masked=True), *where_rows(case), *what_rows(case)]
    rows = [{**row, "url": ""} for row in applied] + list(_answered(case))
    return [row for row in rows if row.get("value") or row.get("lines")]


def _answered(case: Application) -> Iterator[dict[str, Any]]:
    yield {"key": _("Filed"), "value": instant(case.filed_at)}
    yield {"key": _("Channel"), "value": case.get_channel_display()}
    yield {"key": _("Supplement asked for"), "lines": supplement_lines(case)}
    yield {"key": _("Supply plan"), "value": case.plan_summary}
    yield {"key": _("The applicant's reason"), "value": case.applicant_reason}
    yield {"key": _("Findings of the last review"), "lines": case.findings}
    yield {"key": _("Number of the meter"), "value": case.meter_number}
    yield {"key": _("Rating"), "value": RATINGS[case.rating] if case.rating else ""}
    yield {"key": _("Rules"), "value": case.rules_version}


def supplement_lines(case: Application) -> list[str]:
    """Return what was asked for, each document with the reason."""
    names = city().requirement_names
    return [
        _("{document}: {reason}").format(document=names[item["requirement"]], reason=item["reason"])
        for item in case.supplement_items
    ]
