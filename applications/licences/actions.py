"""Fetching a licence, and using an accepted document again.

A fetch has three parts: the consent is written down, the library is asked in no transaction, and
what it gave is stored. Whoever asks twice with one consent gets one answer.
"""

import logging
import time
from datetime import timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts import limits
from accounts.identities import ConfirmedIdentity
from accounts.models import User
from accounts.roles import Role
from applications.actions import CASES
from applications.checklist import SUBJECT
from applications.documents import OfChecklist, enter, held_for_files
from applications.licences import library
from applications.licences.library import Licence, NoLicence, Person, Question
from applications.licences.models import LicenceFetch
from applications.licences.ways import AT_A_COUNTER, NONE, NOT_OFFERED, Ways, ways_of
from applications.models import Application
from applications.wording import place_words
from core.bodies import WordsField, read, refused
from core.clock import CityNow, city_now
from core.fields import text_digest
from core.problems import Forbidden, Invalid, Missing, Problem, WrongState
from documents.actions import store, store_again
from documents.models import Document
from documents.queries import about
from rules.licences import licence_rules
from rules.limits import Meter

log = logging.getLogger("tongdian.documents")
Outcome = LicenceFetch.Outcome
#: After so long nobody comes back any more who went to ask.
LOST: Final = timedelta(hours=1)
#: Between two looks at what somebody else is asking, in seconds.
LOOKS: Final = 0.1


class Fetch(OfChecklist):
    """A document that the licence library has; `consent` is the SHA-256 of the text agreed to."""

    consent = WordsField(one_line=True, max_length=64)

    def validate_consent(self, consent: str) -> str:
        asked = self.context["fetching"].consent
        if consent not in (text_digest(asked.zh), text_digest(asked.en)):
            reason = _("This is not the consent as it stands now: read it, then agree.")
            raise serializers.ValidationError([refused(reason)])
        return consent


def begin(*, application: Application, requirement: str, consent: str, by: User) -> LicenceFetch:
    """Write down that somebody agreed to have a licence fetched; nothing is asked yet.

    Raises:
        Missing, Forbidden, WrongState: not this person's case or licence, nothing to be fetched.
        Invalid: a document that is not on the checklist, another consent than the text's.
        TooMany: the party has asked for as many as it may.
    """
    with transaction.atomic():
        case, _role, ways = _held(application, requirement, by)
        if ways.fetching is None:
            raise WrongState(NOT_OFFERED)
        if ways.fetching.refused:
            raise Forbidden(ways.fetching.refused)
        body = {"requirement": requirement, "consent": consent}
        said = read(Fetch, body, thing=case, fetching=ways.fetching)
        limits.spend(Meter.LICENCE_PARTY, by.party_id)
        return LicenceFetch.objects.create(
            party=by.party,
            case_ref=case.ref,
            number=case.number,
            requirement=requirement,
            licence=ways.fetching.kind.code,
            consent=said["consent"],
        )


def carry_out(fetch: LicenceFetch, *, application: Application, by: User) -> LicenceFetch:
    """Ask the library, store what it gives, and return what came of it. Asked again, the outcome is
    waited for: it is pending where whoever asked has not come back."""
    mine = LicenceFetch.objects.filter(pk=fetch.pk, asked_at=None)
    if not mine.update(asked_at=CityNow()):
        return _awaited(fetch)
    question = _question(fetch, application, by)
    try:
        if question is None:
            raise WrongState
        return _keep(fetch, application, question, library.ask(question), by)
    except (NoLicence, Problem) as trouble:
        return _settle(fetch, _outcome_of(trouble))


def _outcome_of(trouble: NoLicence | Problem) -> Outcome:
    match trouble:
        case NoLicence():
            return trouble.outcome
        case Invalid():
            return Outcome.FILE_REFUSED
        case Missing() | Forbidden() | WrongState():
            return Outcome.OVERTAKEN
    return Outcome.NOT_KEPT  # no room, or too much of it today


def reuse(*, application: Application, requirement: str, by: User) -> list[Document]:
    """Use again what staff accepted in an earlier case; the files go into this case as they are.

    Raises:
        Missing, Forbidden, WrongState: not this person's case, nothing that serves again.
        Invalid: a document that is not on the checklist; too many files.
    """
    with transaction.atomic():
        case, role, ways = _held(application, requirement, by)
        if ways.accepted is None:
            raise WrongState(_("No accepted document serves here again: it is here, or none does."))
        files = [
            store_again(file, subject_id=case.pk, case_ref=case.ref, by=by)
            for file in ways.accepted.files
        ]
        enter(case, role, by, files)
    return files


def _held(application: Application, requirement: str, by: User) -> tuple[Application, Role, Ways]:
    """Hold a case for its applicant; what ways a document of it has.

    Raises:
        Missing, Forbidden, WrongState: see `held_for_files`; a counter's case.
        Invalid: the document is not on its checklist.
    """
    case, role = held_for_files(application, by)
    if case.channel == Application.Channel.COUNTER:
        raise Forbidden(AT_A_COUNTER)
    read(OfChecklist, {"requirement": requirement}, thing=case)
    ways = ways_of(case, by, list(about(SUBJECT, case.pk)))
    return case, role, ways.get(requirement, NONE)


def _question(fetch: LicenceFetch, application: Application, by: User) -> Question | None:
    """What the case says now; None where nobody's identity is confirmed any more, or it is another
    kind of party's."""
    case, identity = CASES.read_anew(application), ConfirmedIdentity.objects.of(by.party_id)
    kind = licence_rules().kind_for(fetch.requirement, case.applicant_type)
    if identity is None or kind is None or kind.code != fetch.licence:
        return None
    return Question(
        key=f"{fetch.number}-{fetch.pk}",
        kind=fetch.licence,
        number=case.id_number,
        name=case.applicant_name,
        address=place_words(case, line=True) if kind.of_place else "",
        actor=Person(identity.id_number, identity.name),
    )


def _keep(
    fetch: LicenceFetch, application: Application, question: Question, licence: Licence, by: User
) -> LicenceFetch:
    """Store a licence as the document that it was asked for.

    Raises:
        Missing, Forbidden, WrongState: the case has changed since, or has the document.
        Invalid: the file is none that is taken.
    """
    with transaction.atomic():
        case, role, ways = _held(application, fetch.requirement, by)
        if ways.fetching is None or _question(fetch, case, by) != question:
            raise WrongState
        document = store(
            subject_kind=SUBJECT,
            subject_id=case.pk,
            case_ref=case.ref,
            requirement=fetch.requirement,
            upload=SimpleUploadedFile(licence.file_name, licence.data),
            by=by,
            source=Document.Source.LIBRARY,
            valid_until=licence.valid_until,
        )
        enter(case, role, by, [document])
        return _settle(fetch, Outcome.FETCHED, document)


def _settle(
    fetch: LicenceFetch, outcome: Outcome, document: Document | None = None
) -> LicenceFetch:
    fetch.outcome, fetch.document, fetch.settled_at = outcome, document, CityNow()
    fetch.save(update_fields=["outcome", "document", "settled_at"])
    fetch.refresh_from_db()
    log.info("licence fetch %s: %s", fetch.pk, outcome)
    return fetch


def settle_lost() -> None:
    """Say of fetches whose process ended on the way that no clear answer came."""
    left = LicenceFetch.objects.filter(outcome=Outcome.PENDING, consented_at__lt=city_now() - LOST)
    left.update(outcome=Outcome.NO_ANSWER, settled_at=CityNow())


def _awaited(fetch: LicenceFetch) -> LicenceFetch:
    """What comes of a fetch that somebody else asks for, as long as that can take."""
    ends = time.monotonic() + licence_rules().wait
    fetch.refresh_from_db()
    while fetch.outcome == Outcome.PENDING and time.monotonic() < ends:
        time.sleep(LOOKS)
        fetch.refresh_from_db()
    return fetch
