"""Which documents of its checklist a case has, and which of them a step cannot do without."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.inspections.queries import found_since
from applications.models import Application
from applications.states import HIGH, State
from core.problems import FieldError, Invalid
from documents.models import Document
from documents.queries import about
from ledger.queries import last_step
from rules.names import Stage
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
#: The acts that rest on papers which somebody has read: a file that nobody can open yet is none.
RESTING: Final = frozenset({"review_design", "inspect", "inspect_completion", "energise"})
ASKED: Final = frozenset({"case.supplement_requested"})


def renewed(case: Application) -> dict[str, datetime]:
    """Return the documents that only a file since an instant meets: those that were found not in
    order, and those that are asked for again."""
    since = found_since(case) if case.kind in HIGH and case.filed_at else {}
    if asked := asked_again(case):
        step = last_step(case.ref, None, types=ASKED)
        since |= dict.fromkeys(asked, step.at) if step else {}
    return since


def asked_again(case: Application) -> list[str]:
    """Return the documents that the supply company asked for and waits for."""
    if case.state != State.SUPPLEMENT:
        return []
    return [item["requirement"] for item in case.supplement_items]


def met(case: Application, files: Iterable[Document]) -> set[str]:
    """Return what the files of a case meet: what is to be answered anew, only a file since then;
    what is signed at a counter, only for the step that the case is at. One that waits for the
    scanner meets it: no clock waits for us. One with a virus does not."""
    anew = renewed(case)
    signed = {need.code for need in case.signed_for().values()} - set(case.signed_papers)
    return {
        file.requirement
        for file in files
        if file.scan != Document.Scan.INFECTED
        and file.requirement not in signed
        and (file.requirement not in anew or file.uploaded_at > anew[file.requirement])
    }


def wanted(case: Application, policy: Policy, action: str) -> list[Requirement]:
    """Return the documents that an act hands in or rests on; none for most."""
    if action == "supply_supplement":
        asked = asked_again(case)
        named = policy.requirements(case.kind, case.applicant_type)
        return [need for need in named if need.code in asked]
    if signed := case.signed_for().get(action):
        return [signed]
    if action == "energise":
        every = policy.requirements(case.kind, case.applicant_type)
        return every if case.kind in HIGH else []
    stage = STAGES.get(action)
    return list(policy.checklist(case.kind, stage, case.applicant_type)) if stage else []


def demand(case: Application, policy: Policy, action: str) -> None:
    """Refuse (Invalid) an act as long as documents are missing, naming all of them; what rests on
    them also as long as they wait for the scanner."""
    files = list(about(SUBJECT, case.pk))
    read = [file for file in files if file.scan != Document.Scan.WAITING]
    here = met(case, read if action in RESTING else files)
    missing = [need for need in wanted(case, policy, action) if need.code not in here]
    if not missing:
        return
    waiting = met(case, files) - here
    handed_in = {file.requirement for file in files if file.scan != Document.Scan.INFECTED}
    errors = []
    for need in missing:
        text = _("Missing: %(document)s.")
        if action == "supply_supplement":
            text = _("This was asked for and has no new file yet: %(document)s.")
        elif need.code in waiting:
            text = _("Still with the virus scanner, so that nobody can have read it: %(document)s.")
        elif need.code in handed_in:
            text = _("Something was found in this, and it has no new file since: %(document)s.")
        words = text % {"document": need.name}
        errors.append(FieldError(f"/documents/{need.code}", words, need.clause))
    raise Invalid(errors)
