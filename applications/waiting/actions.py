"""What the worker and people do about cases that wait for their applicant, and after their end."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM
from accounts.models import User
from applications import drafts
from applications.actions import CASES
from applications.by_whom import APPLICANT
from applications.checklist import ASKED, SUBJECT
from applications.guards import ERASED, NOT_ERASED
from applications.models import Application, Draft
from applications.states import BROKEN_OFF
from applications.waiting.reminding import waiting_long
from applications.who import as_applicant
from core.clock import city_now, local_date
from core.locks import each_held
from core.problems import Forbidden, WrongState
from documents.actions import store_again
from documents.models import Document
from documents.queries import about
from ledger.queries import last_step
from rules.names import Stage


def remind_waiting() -> int:
    """Remind the applicants whose days have passed, the longest first; return how many."""
    return each_held(waiting_long(city_now()).order_by("held_since"), _remind)


def _remind(held: Application) -> None:
    CASES.move(held.workflow(), "remind", SYSTEM)


def resume(*, application: Application, by: User) -> Draft:
    """Begin anew from a case that was withdrawn or closed, with what was typed and the documents
    that it had; asked again, it is the draft that was begun.

    Raises:
        Missing, Forbidden: not this person's case.
        WrongState: it has not ended so, is erased, or was filed again.
        QuotaReached: see `drafts.begin`.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        if as_applicant(case, by) is None:
            raise Forbidden(APPLICANT["refusal"])
        if case.draft or case.state not in BROKEN_OFF:
            raise WrongState(_("Only what was withdrawn or closed is begun anew."))
        if not NOT_ERASED(case):
            raise WrongState(ERASED)
        if filed_again(case):
            raise WrongState(_("This was filed again already."))
        if begun := Draft.objects.filter(resumes=case, discarded_at=None).first():
            return begun
        draft = drafts.begin(
            typed=typed_of(case), channel=case.channel, by=by, party=case.filed_by_id, resumes=case
        )
        for file in serving(case):
            store_again(file, subject_id=draft.pk, case_ref=draft.ref, by=by)
    return draft


def filed_again(case: Application) -> Application | None:
    """The case that goes on with one that was broken off."""
    return Application.objects.filter(continues=case).first()


def typed_of(case: Application) -> dict[str, Any]:
    """The declaration of a case in the shape of the contract's body, to be filed once more."""
    return {
        "applicant": {
            "type": case.applicant_type,
            "name": case.applicant_name,
            "id_number": case.id_number,
            "phone": case.phone,
            "enterprise_size": case.enterprise_size,
        },
        "address": {
            "district": case.district,
            "statutory_district": case.statutory_district,
            "town": case.town,
            "line": case.address_line,
        },
        "capacity_kw": str(case.capacity_kw),
        "voltage": case.voltage,
        "sources": case.sources,
        "purpose": case.purpose,
    }


def serving(case: Application) -> list[Document]:
    """The files of its application that serve once more: whole, not run out, and not asked for
    anew since they came."""
    wanted = {need.code for need in case.checklist(Stage.APPLICATION)}
    anew = {item["requirement"] for item in case.supplement_items}
    asked = last_step(case.ref, None, types=ASKED) if anew else None
    today = local_date(city_now())

    def serves(file: Document) -> bool:
        superseded = asked and file.requirement in anew and file.uploaded_at <= asked.at
        in_time = file.valid_until is None or file.valid_until >= today
        return file.requirement in wanted and file.is_open and in_time and not superseded

    return [file for file in about(SUBJECT, case.pk) if serves(file)]
