"""The actions of a case as one table: whose they are, what they carry, what they record.

`actions.perform` is the only door. The order of its refusals is the contract's: may not see it,
may not do it, wrong state, stale, bad value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications import bodies
from applications.models import Application
from applications.permissions import Party, as_applicant, as_intake, as_supplier

Values = dict[str, Any]
Effect = Callable[[Application, Values], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Verb:
    """One action.

    Args:
        name: of the action and of its transition.
        label: the button.
        party: says under which role a person may do it, if any.
        event: ledger type.
        read: turns a request body into values, or refuses them.
        effect: sets columns from the values and returns what the transition decides by.
        columns: the columns that `effect` sets.
        hands_in: whether the documents that are here are handed in with it; its entry then
            commits to their digests.
    """

    name: str
    label: str | Promise
    party: Party
    event: str
    read: Callable[[Application, Mapping[str, Any]], Values] = bodies.nothing
    effect: Effect = lambda case, values: {}
    columns: tuple[str, ...] = ()
    hands_in: bool = False


def _ask(case: Application, values: Values) -> Values:
    case.supplement_items, case.supplement_asked = values["items"], True
    return {}


def _plan(case: Application, values: Values) -> Values:
    case.plan_summary = values["summary"]
    return {}


def _agree(case: Application, values: Values) -> Values:
    case.applicant_reason = values["reason"]
    return {"agree": values["agree"]}


def _withdraw(case: Application, values: Values) -> Values:
    case.applicant_reason = values["reason"]
    return {}


def _review(case: Application, values: Values) -> Values:
    case.findings = values["findings"]
    return {"passed": values["passed"]}


def _meter(case: Application, values: Values) -> Values:
    case.meter_number = values["meter_number"]
    return {}


def _rate(case: Application, values: Values) -> Values:
    case.rating, case.rating_comment = values["level"], values["comment"]
    return {}


FINDINGS, REASON = ("findings",), ("applicant_reason",)

#: In the order of the buttons: where several are legal, the first is the usual one.
VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            "submit", _("Submit the application"), as_applicant, "case.submitted", hands_in=True
        ),
        Verb("accept", _("Accept the application"), as_intake, "case.accepted"),
        Verb(
            "request_supplement", _("Ask for a supplement"), as_intake,
            "case.supplement_requested", bodies.supplement, _ask,
            ("supplement_items", "supplement_asked"),
        ),
        Verb(
            "supply_supplement", _("Hand in the supplement"), as_applicant,
            "case.supplement_supplied", hands_in=True,
        ),
        Verb(
            "reply_plan", _("Reply with the supply plan"), as_supplier, "case.plan_replied",
            bodies.summary, _plan, ("plan_summary",),
        ),
        Verb(
            "confirm_plan", _("Answer the supply plan"), as_applicant, "case.plan_answered",
            bodies.agreement, _agree, REASON,
        ),
        Verb(
            "submit_design", _("Hand in the design"), as_applicant, "case.design_submitted",
            hands_in=True,
        ),
        Verb(
            "review_design", _("Record the design review"), as_supplier, "case.design_reviewed",
            bodies.review, _review, FINDINGS,
        ),
        Verb("sign_contract", _("Sign the contract"), as_applicant, "case.contract_signed"),
        Verb("start_works", _("Start the works"), as_supplier, "case.works_started"),
        Verb(
            "request_inspection", _("Request the inspection"), as_applicant,
            "case.inspection_requested", hands_in=True,
        ),
        Verb(
            "inspect", _("Record the inspection"), as_supplier, "case.inspected",
            bodies.review, _review, FINDINGS,
        ),
        Verb(
            "report_completion", _("Report completion"), as_applicant, "case.completion_reported",
            hands_in=True,
        ),
        Verb(
            "inspect_completion", _("Record the completion inspection"), as_supplier,
            "case.completion_inspected", bodies.review, _review, FINDINGS,
        ),
        Verb(
            "energise", _("Energise"), as_supplier, "case.energised",
            bodies.meter, _meter, ("meter_number",),
        ),
        Verb(
            "rate", _("Rate the service"), as_applicant, "case.rated",
            bodies.rating, _rate, ("rating", "rating_comment"),
        ),
        Verb(
            "withdraw", _("Withdraw the application"), as_applicant, "case.withdrawn",
            bodies.reason, _withdraw, REASON,
        ),
    )
}  # fmt: skip

#: Done with the line works, at an address of their own; listed among the buttons of a case.
POST_LINE_WORKS = Verb(
    "post_line_works", _("Enter the line works"), as_supplier, "case.line_works_posted"
)
CHANGE_LINE_WORKS = Verb(
    "change_line_works", _("Enter the changed line"), as_supplier, "case.line_works_changed"
)
EVERY_VERB = {**VERBS, "post_line_works": POST_LINE_WORKS, "change_line_works": CHANGE_LINE_WORKS}
