"""The verbs of a correction of name and number, run under the lock of the case."""

from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from accounts.identities import ConfirmedIdentity
from accounts.models import User
from accounts.parties import Party
from accounts.roles import CASE_WORKERS, Role
from accounts.visitor import visitor
from applications.corrections.models import IdentityCorrection
from applications.corrections.workflow import Identity
from applications.declaration import name_digest, number_refusal
from applications.filing import already_open_words, declaration_digest, last_filed
from applications.models import Application
from applications.states import ENDED
from applications.who import as_reader
from core.fields import blind_index
from core.identifiers import plain
from core.locks import lock_pair
from core.problems import FieldError, Invalid
from documents.actions import store_all
from documents.queries import register
from workflow.run import Step

#: Files that came with a proposal, apart from those of the checklist: the bureaus of permits do
#: not read them.
SUBJECT: Final = "correction"
#: What they are kept as.
REQUIREMENT: Final = "identity"
CORRECTED: Final = "case.identity_corrected"
Outcome = IdentityCorrection.Outcome
CaseStep = Step[Application]


def identity(name: str, id_number: str) -> Identity:
    return Identity(name, id_number, name_digest(name), blind_index(plain(id_number), "id_number"))


def propose(step: CaseStep) -> None:
    """Keep what is proposed with its document until it is decided. What an identity service has
    confirmed of the applicant is the case's at once.

    Raises:
        Invalid: nothing would change, the number is none, no document came, or the person has
            another open case at this address.
    """
    case, said = step.thing, step.values
    to = identity(said["name"], said["id_number"])
    if refusal := why_not_to(case, to):
        raise Invalid([refusal])
    if is_confirmed(case, to):
        correct(step, to)
        return
    if not step.uploads:
        reason = _("Hand in the document that shows the right name and number.")
        raise Invalid([FieldError("/files", reason)])
    by = User.objects.filter(pk=step.actor.user_id or 0).first() or visitor(
        Party.objects.get(pk=step.actor.party_id or 0)
    )
    proposed = IdentityCorrection.objects.create(
        application=case,
        name=to.name,
        id_number=to.id_number,
        reason=said["reason"],
        proposed_by=by.party,
    )
    files = store_all(
        subject_kind=SUBJECT,
        subject_id=proposed.pk,
        case_ref=case.ref,
        requirement=REQUIREMENT,
        uploads=step.uploads,
        by=by,
    )
    step.values = {"to": None}
    step.record(data={"proposed": digest_with(case, to), "documents": files})


def why_not_to(case: Application, to: Identity) -> FieldError | None:
    """Why a case cannot have a name and number; the pair is locked to the end."""
    if (to.name, to.id_number) == (case.applicant_name, case.id_number):
        return FieldError("/name", _("These are the name and the number that the case has."))
    if refusal := number_refusal(case.applicant_type, to.id_number):
        return FieldError("/id_number", refusal)
    if to.id_digest == bytes(case.id_digest):
        return None
    lock_pair(to.id_digest, case.address_digest)
    other = last_filed(to.id_digest, bytes(case.address_digest))
    if other is None or other.state in ENDED:
        return None
    return FieldError("/id_number", already_open_words(case, other))


def is_confirmed(case: Application, to: Identity) -> bool:
    """Whether an identity service says that this is who the party of an online case is."""
    if case.channel != Application.Channel.ONLINE:
        return False
    found = ConfirmedIdentity.objects.of(case.filed_by_id)
    return found is not None and (found.name, plain(found.id_number)) == (to.name, to.id_number)


def decide(step: CaseStep) -> None:
    """Let the case have the proposed name and number, or say why not.

    Raises:
        WrongState: the person has meanwhile another open case at this address.
    """
    case, said = step.thing, step.values
    proposed = case.open_correction
    assert proposed is not None  # a guard asks it
    if not said["agree"]:
        step.act = replace(step.act, event="case.correction_refused")
        step.values = {"to": None}
        end(proposed, Outcome.REFUSED, step.record(data={"reason": said["reason"]}), said["reason"])
        return
    to = identity(proposed.name, proposed.id_number)
    if refusal := why_not_to(case, to):
        raise Invalid([replace(refusal, pointer="/agree")])
    end(proposed, Outcome.AGREED, correct(step, to))


def correct(step: CaseStep, to: Identity) -> datetime:
    """Give the case another name and number; lineage and clocks stay, and whoever files for the
    new pair later continues them. The entry commits to the declaration before and after."""
    step.act, step.values = replace(step.act, event=CORRECTED), {"to": to}
    before = declaration_digest(step.thing)
    after = digest_with(step.thing, to)
    return step.record(data={"corrected": "identity", "before": before, "declaration": after})


def digest_with(case: Application, to: Identity) -> str:
    """The digest of the declaration as it would be."""
    corrected = copy(case)
    corrected.applicant_name, corrected.id_number = to.name, to.id_number
    return declaration_digest(corrected)


def take_back(step: CaseStep) -> None:
    """The applicant does not want it any more."""
    proposed = step.thing.open_correction
    assert proposed is not None  # a guard asks it
    end(proposed, Outcome.TAKEN_BACK, step.record(data={}))


def end_with(case: Application, at: datetime) -> None:
    """A case that has ended corrects nothing any more."""
    if proposed := case.identity_corrections.filter(outcome="").first():
        end(proposed, Outcome.CASE_ENDED, at)


def end(proposed: IdentityCorrection, outcome: Outcome, at: datetime, answer: str = "") -> None:
    proposed.outcome, proposed.ended_at, proposed.answer = outcome, at, answer
    proposed.name = proposed.id_number = ""
    proposed.save(update_fields=["outcome", "ended_at", "answer", "name", "id_number"])


def opens_as(pk: int, user: User) -> Role | None:
    """The applicant's side, and whoever of the supply company compares it."""
    proposed = IdentityCorrection.objects.select_related("application").filter(pk=pk).first()
    if proposed is None:
        return None
    case = proposed.application
    return as_reader(case, user) or user.role_in(*CASE_WORKERS, district=case.district)


def wire() -> None:
    register(SUBJECT, opens_as)
