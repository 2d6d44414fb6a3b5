"""Preparing a package, sending it with its round, and throwing away what was not sent.

The caller holds the case and has checked the right. A draft is in no record.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from approvals.models import Round
from approvals.packages.models import Attachment, Package
from approvals.packages.needs import missing_words
from approvals.roads.approving import keep
from approvals.roads.meeting import DIGGING, met, unapproved_words
from core.clock import CityNow
from core.problems import FieldError, Invalid, Missing, Stale
from documents import actions as files
from documents import storage
from documents.models import Document
from documents.queries import digest_of
from rules.policy import PermitDecision, Policy
from rules.works import Works

#: What its files are about.
SUBJECT: Final = "package"
#: With which the package of a changed line begins.
KEPT: Final = ("route", "roads", "begins_on", "ends_on", "contractor", "contact", "phone")


def prepared(case_ref: UUID, district: str) -> Package:
    """Return the draft of a case; where there is none yet, what one would begin with: nothing, or
    what was sent the last time. That one is not saved."""
    known = Package.objects.filter(case_ref=case_ref)
    draft = known.filter(sent_at=None).first()
    if draft:
        return draft
    former = known.order_by("-id").first()
    begun = Package(case_ref=case_ref, district=district)
    if former:
        for name in KEPT:
            setattr(begun, name, getattr(former, name))
        begun.attached = former.attached
    return begun


def newest_sent(case_ref: UUID) -> Package | None:
    return Package.objects.filter(case_ref=case_ref, round__isnull=False).order_by("-id").first()


def save(package: Package, role: Role, **values: Any) -> None:
    """Keep what was typed under a role; a package that was not saved yet begins with the files that
    it has."""
    begins, attached = package.pk is None, package.attached
    values |= {"changed_role": role, "changed_at": CityNow(), "version": package.version + 1}
    for name, value in values.items():
        setattr(package, name, value)
    package.save(update_fields=None if begins else list(values))
    if begins:
        Attachment.objects.bulk_create(
            Attachment(package=package, document=document) for document in attached
        )


def attach(
    package: Package,
    role: Role,
    *,
    requirement: str,
    upload: "UploadedFile[Any]",
    by: User,
    approval: Mapping[str, Any] | None = None,
) -> Document:
    """Add a file; `approval`: what a government's one says (`ApprovalBody`).

    Raises Invalid, NoRoom, TooMany: it is not one that is taken, or is too much.
    """
    save(package, role)
    document = files.store(
        subject_kind=SUBJECT,
        subject_id=package.pk,
        case_ref=package.case_ref,
        requirement=requirement,
        upload=upload,
        by=by,
    )
    Attachment.objects.create(package=package, document=document)
    if approval:
        keep(document, approval)
    package.attached = [*package.attached, document]
    return document


def detach(package: Package, role: Role, ref: UUID) -> None:
    """Take a file out of a draft; one that came with it is deleted.

    Raises:
        Missing: it has no such file.
    """
    document = next((each for each in package.attached if each.ref == ref), None)
    if document is None:
        raise Missing
    package.attached = [each for each in package.attached if each != document]
    begun = package.pk is not None
    save(package, role)
    if begun:
        Attachment.objects.filter(package=package, document=document).delete()
    if begun and document.subject_id == package.pk:
        document.delete()
        transaction.on_commit(partial(storage.delete, document.stored_name))


def discard(case_ref: UUID) -> None:
    """Throw away what was prepared and not sent."""
    draft = Package.objects.filter(case_ref=case_ref, sent_at=None).first()
    if draft:
        Attachment.objects.filter(package=draft).delete()
        files.discard(SUBJECT, draft.pk)
        draft.delete()


def named(case_ref: UUID, sha256: str, policy: Policy, asked: Iterable[PermitDecision]) -> Package:
    """Return the draft that somebody sends for some permits, as it was read.

    Raises:
        Stale: there is none, or it was changed since.
        Invalid: something is missing that the rules ask for.
    """
    draft = Package.objects.filter(case_ref=case_ref, sent_at=None).first()
    if draft is None or draft.digest() != sha256:
        raise Stale(_("The package has changed since you looked at it. Look at it again."))
    if missing := missing_words(draft, policy, asked):
        raise Invalid([FieldError("/package", words) for words in missing])
    return draft


def hold_on(package: Package, works: Works, kept: Collection[str]) -> None:
    """Where the permit to dig holds on with a changed line, its bureau is not asked again: so the
    line comes to no closed road by the change that nobody has approved.

    Raises:
        Invalid: it does, with the clause.
    """
    former = newest_sent(package.case_ref)
    if DIGGING not in kept or former is None:
        return
    before = {one.road.number for one in met(former, works)}
    coming = [
        one for one in met(package, works) if not one.cleared and one.road.number not in before
    ]
    if coming:
        raise Invalid([FieldError("/package", unapproved_words(coming), coming[0].clause)])


def committed(package: Package) -> dict[str, Any]:
    """What the entry of its sending commits to: digests, and no name."""
    return {
        "package": package.digest(),
        "documents": [digest_of(document) for document in package.attached],
    }


def fix(package: Package, round_: Round) -> None:
    """Send it with its round; nothing of it changes after that."""
    package.sha256, package.round, package.sent_at = package.digest(), round_, round_.opened_at
    package.works = None
    package.save(update_fields=["sha256", "round", "sent_at", "works"])
