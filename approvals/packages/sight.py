"""Who sees what of a case's files: each bureau what its permit looks at, and nothing else."""

from collections.abc import Iterable, Sequence

from accounts.models import User
from accounts.roles import BUREAU_ROLES, CASE_READERS, COMPANY, Role
from approvals.actions import SUBJECT as PERMIT
from approvals.models import Permit
from approvals.offices import reads_as
from approvals.packages.actions import SUBJECT
from approvals.packages.models import Package
from approvals.queries import permits, reads_for_bureau
from approvals.seam import seam
from approvals.supplement.models import ITEM, SupplementItem
from documents.models import Document
from rules.packages import PermitPackage, permit_package

#: What the files of a case are about, by its checklist.
CASE = "application"


def package_of(permit: Permit) -> PermitPackage:
    return permit_package(permit.rules(), permit.permit, permit.route)


def shown(permit: Permit, documents: Sequence[Document]) -> list[Document]:
    """Those of a case that are looked at for a permit: no identity paper is among them. What was
    handed in for an item of another permit is, where its document is on this one's list too."""
    package = package_of(permit)
    looked_at = {document.code for document in package.looked_at}
    named = supplied(documents)

    def sees(document: Document) -> bool:
        if document.subject_kind == PERMIT:
            return document.subject_id == permit.pk
        if document.subject_kind == SUBJECT:
            return document.requirement in looked_at
        if document.subject_kind == ITEM:
            return named.get(document.subject_id) in looked_at
        return document.subject_kind == CASE and document.requirement in package.given

    return [document for document in documents if sees(document)]


def supplied(documents: Iterable[Document]) -> dict[int, str]:
    """By the id of an item that is handed in, the code of the document that it names."""
    keys = {document.subject_id for document in documents if document.subject_kind == ITEM}
    items = SupplementItem.objects.filter(pk__in=keys, supplied_at__isnull=False) if keys else ()
    return {item.pk: item.document.code for item in items if item.document}


def opens_for_bureau(document: Document, user: User) -> Role | None:
    """By which role somebody opens a file for a permit that is their bureau's."""
    own = permits().filter(reads_for_bureau(user), case_ref=document.case_ref)
    permit = next((permit for permit in own if shown(permit, [document])), None)
    if permit is None or not _was_sent(document):
        return None
    return reads_as(permit, user, *BUREAU_ROLES)


def _was_sent(document: Document) -> bool:
    if document.subject_kind != SUBJECT:
        return True
    return Package.objects.filter(attachments__document=document, sent_at__isnull=False).exists()


def opens_as(package_id: int, user: User) -> Role | None:
    """The company's own; once it is sent, whoever reads the case too."""
    package = Package.objects.get(pk=package_id)
    if package.sent_at is None:
        return user.role_in(*COMPANY, district=package.district)
    if seam.cases.concerns(package.case_ref, user):
        return Role.APPLICANT
    return user.role_in(*CASE_READERS, district=package.district)
