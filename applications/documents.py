"""Files of a case: only what its checklist has, from the applicant, or from whom a bureau asked."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.roles import COUNTER, Role
from applications.actions import CASES, clock_words, keep_clocks, next_holder
from applications.begun import begun, case_or_draft
from applications.checklist import SUBJECT
from applications.models import Application, Draft
from applications.queries import applicants, reads_as
from applications.states import ENDED
from applications.who import as_applicant, project_manager, represented, takes
from approvals.models import Permit
from approvals.packages.sight import opens_for_bureau
from approvals.workflow import State as PermitState
from core.bodies import Body, WordsField, read, refused
from core.clock import CityNow
from core.problems import Forbidden, WrongState
from documents.actions import store
from documents.models import Document
from documents.queries import digest_of, register
from documents.signals import infected
from ledger.record import NewEntry, append
from notifications import outbox
from notifications.texts import both
from rules.city import city

INFECTED: Final = "case.document_infected"
#: In which a file is handed in for the applicant; else it is the supply company's own.
OF_THE_APPLICANT: Final = (Role.APPLICANT, *COUNTER)
DECLARE_FIRST = _("First say who applies, where and for what: the documents follow from it.")


class OfChecklist(Body):
    """A document of the checklist of a case."""

    requirement = WordsField(one_line=True, required=False)

    def validate_requirement(self, requirement: str) -> str:
        """Refuse what may not be asked for (plan 3(2)2), with the clause."""
        case = self.context["thing"]
        needs = case.requirements()
        if not needs:
            raise serializers.ValidationError([refused(DECLARE_FIRST)])
        if requirement not in {need.code for need in needs}:
            reason = _("This document is not on the checklist: it may not be asked for.")
            raise serializers.ValidationError([refused(reason, needs[0].clause)])
        return requirement


class Upload(OfChecklist):
    """A file for a document of the checklist."""

    file = serializers.FileField(
        allow_empty_file=True,
        error_messages=dict.fromkeys(("required", "null", "invalid"), _("Choose a file.")),
    )


def add(
    *,
    application: Application,
    requirement: str,
    upload: "UploadedFile[Any] | None",
    by: User,
    counted: bool = False,
) -> Document:
    """Keep a file that the checklist of the case has; `counted` as in `documents.actions.store`.

    Raises:
        Missing, Forbidden, WrongState: not this person's case, or it has ended.
        Invalid: a document that may not be asked for (with the clause), no file, or a refused one.
    """
    with transaction.atomic():
        case, role = held_for_files(application, by)
        body = read(Upload, {"requirement": requirement, "file": upload}, thing=case)
        document = store(
            subject_kind=SUBJECT,
            subject_id=case.pk,
            case_ref=case.ref,
            requirement=requirement,
            upload=body["file"],
            by=by,
            counted=counted,
        )
        enter(case, role, by, [document])
    return document


def held_for_files(application: Application, by: User) -> tuple[Application, Role]:
    """Hold a case to the end of the transaction for whoever hands in documents, and say as whom.

    Raises:
        Missing, Forbidden, WrongState: not this person's case, or it has ended.
    """
    case = CASES.hold_seen(application, by)
    role = as_applicant(case, by) or as_asked(case, by)
    if role is None:
        raise Forbidden(
            _(
                "Only the applicant hands in documents; in a case taken in at a counter, a "
                "clerk of the office that took it in."
            )
        )
    if case.state in ENDED:
        raise WrongState(_("The case has ended."))
    return case, role


def enter(case: Application, role: Role, by: User, documents: Sequence[Document]) -> None:
    """Enter files of one document that have come into a held case: the record commits to them, and
    what a customer signed for at a counter is noted. A draft is in no record yet.

    Raises:
        WrongState: what they are signed for is not to be done now.
    """
    if case.draft:
        Draft.objects.filter(pk=case.pk).update(changed_at=CityNow())
        return
    before = case.holder
    signed = take_signed(case, documents[0].requirement)
    [written] = append(
        NewEntry(
            case_ref=case.ref,
            type="case.document_received",
            actor=Actor(by.pk, role, case.district),
            holder=case.holder,
            clock=clock_words(before, case.holder),
            data={
                "number": case.number,
                "documents": [digest_of(each) for each in documents],
                **(represented(case, by.party_id) if role in OF_THE_APPLICANT else {}),
            },
        )
    )
    if signed:
        case.version += 1
        if case.holder != before:
            case.held_since = written.at
        case.save(update_fields=["signed_papers", "holder", "held_since", "version"])
        keep_clocks(case, before, written.at)


def as_asked(case: Application, by: User) -> Role | None:
    """The supply company, while a bureau waits for it: all bureaus read the files of the case."""
    waits = Permit.objects.filter(case_ref=case.ref, state=PermitState.AWAITING_SUPPLEMENT)
    if not takes(Role.PROJECT, case, by) or not waits.exists():
        return None
    return project_manager(case, by)


def take_signed(case: Application, requirement: str) -> bool:
    """Note what the customer of a counter has signed, if it is that; with it the supply company
    has the case.

    Raises:
        WrongState: its act is not to be taken now.
    """
    codes = {need.code: act for act, need in case.signed_for().items()}
    if requirement not in codes:
        return False
    if reason := CASES.why_not(case, codes[requirement]):
        raise WrongState(reason)
    case.signed_papers = sorted({*case.signed_papers, requirement})
    case.holder = next_holder(case)
    return True


def opens_as(subject_id: int, user: User) -> Role | None:
    """Its own people; bureaus open what their permits look at (documents are given once, plan
    3(1)2)."""
    rows = Application.objects.filter(pk=subject_id)
    case = case_or_draft(rows.first, lambda: begun(pk=subject_id))
    return reads_as(case, user) if case else None


def note_infected(*, document: Document, **_said: Any) -> None:
    """Hears `documents.signals.infected`: enter that a file of a filed case counts no more, and
    tell the applicant. Of a draft its pages say it."""
    if document.subject_kind != SUBJECT:
        return
    case = Application.objects.filter(pk=document.subject_id).first()
    if case is None or case.state in ENDED:
        return
    data = {"number": case.number, "documents": [digest_of(document)]}
    append(NewEntry(case_ref=case.ref, type=INFECTED, actor=SYSTEM, data=data))
    name = city().requirement_names.get(document.requirement, document.requirement)
    outbox.put(
        kind=INFECTED,
        subject_kind=SUBJECT,
        subject_id=case.pk,
        case_ref=case.ref,
        version=document.pk,
        recipients=applicants(case),
        context={"number": case.number, "document": both(partial(str, name))},
    )


def wire() -> None:
    register(SUBJECT, opens_as, single=opens_for_bureau)
    infected.connect(note_infected, dispatch_uid="applications.note_infected")
