"""Which documents of its checklist a case has, and which of them a step cannot do without."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import State
from core.problems import FieldError, Invalid
from documents.models import Document
from documents.queries import about
from ledger.queries import last_step
from rules.names import Kind, Stage
from rules.policy import Policy, Requirement

SUBJECT: Final = "application"
#: The stage whose documents an act hands in, or whose documents a review looks at (plan 3(2)2).
STAGES: Final[dict[str, Stage]] = {
    "submit": Stage.APPLICATION,
    "submit_design": Stage.DESIGN_REVIEW,
    "review_design": Stage.DESIGN_REVIEW,
    "request_inspection": Stage.MID_CONSTRUCTION_INSPECTION,
    "inspect": Stage.MID_CONSTRUCTION_INSPECTION,
    "report_completion": Stage.COMPLETION_INSPECTION,
    "inspect_completion": Stage.COMPLETION_INSPECTION,
}
ASKED: Final = frozenset({"case.supplement_requested"})
REVIEWED: Final = frozenset({"case.design_reviewed"})


def renewed(case: Application) -> tuple[set[str], datetime | None]:
    """Return the documents that only a file since an instant meets: those that were asked for
    again, and a design that did not pass."""
    codes, types = set(asked_again(case)), ASKED
    if case.state == State.PLAN_CONFIRMED and case.kind == Kind.HV_DUAL:
        codes, types = {need.code for need in case.checklist(Stage.DESIGN_REVIEW)}, REVIEWED
    since = last_step(case.ref, None, types=types) if codes else None
    return codes, since.at if since else None


def asked_again(case: Application) -> list[str]:
    """Return the documents that the supply company asked for and waits for."""
    if case.state != State.SUPPLEMENT:
        return []
    return [item["requirement"] for item in case.supplement_items]


def met(case: Application, files: Iterable[Document]) -> set[str]:
    """Return what the files of a case meet: what is to be answered anew, only a file since then;
    what is signed at a counter, only for the step that the case is at. One that waits for the
    scanner meets it: no clock waits for us. One with a virus does not."""
    anew, since = renewed(case)
    signed = {need.code for need in case.signed_for().values()} - set(case.signed_papers)
    return {
        file.requirement
        for file in files
        if file.scan != Document.Scan.INFECTED
        and file.requirement not in signed
        and (since is None or file.requirement not in anew or file.uploaded_at > since)
    }


def wanted(case: Application, policy: Policy, action: str) -> list[Requirement]:
    """Return the documents that an act hands in or rests on; none for most."""
    if action == "supply_supplement":
        asked = asked_again(case)
        named = policy.requirements(case.kind, case.applicant_type)
        return [need for need in named if need.code in asked]
    if signed := case.signed_for().get(action):
        return [signed]
    stage = STAGES.get(action)
    return list(policy.checklist(case.kind, stage, case.applicant_type)) if stage else []


def demand(case: Application, policy: Policy, action: str) -> None:
    """Refuse (Invalid) an act as long as documents are missing, naming all of them."""
    here = met(case, about(SUBJECT, case.pk))
    missing = [need for need in wanted(case, policy, action) if need.code not in here]
    if not missing:
        return
    text = _("Missing: %(document)s.")
    if action == "supply_supplement":
        text = _("This was asked for and has no new file yet: %(document)s.")
    elif action == "submit_design" and renewed(case)[1]:
        text = _("The design did not pass, and this has no new file since: %(document)s.")
    raise Invalid(
        [
            FieldError(f"/documents/{need.code}", text % {"document": need.name}, need.clause)
            for need in missing
        ]
    )
