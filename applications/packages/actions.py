"""Preparing the package of a case: by whoever enters its line, while the line is to be entered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from applications.actions import CASES
from applications.line_works import Routed, routed
from applications.models import Application, act_named
from applications.states import State
from approvals.models import Permit
from approvals.packages import actions
from approvals.packages.models import Package
from approvals.packages.needs import missing_words
from approvals.packages.reading import Seen, whole
from approvals.packages.serializers import AttachmentBody, PackageBody
from approvals.roads.approving import ApprovalBody
from approvals.roads.closure import Closure
from approvals.roads.meeting import APPROVAL, DIGGING, Met, met, met_by, standing
from approvals.roads.models import Road
from core.bodies import read
from core.problems import Stale
from documents.models import Document
from rules.city import PermitDocument, city
from rules.packages import by_document
from rules.works import Works


def entering(case: Application) -> str:
    """The act that sends the package of a case."""
    return "change_line_works" if case.state == State.REPLANNING else "post_line_works"


def held(application: Application, by: User) -> tuple[Application, Role]:
    """Hold a case for whoever prepares its package, and say as whom.

    Raises:
        Missing, Forbidden: not for this person. WrongState: no line is to be entered now.
    """
    case = CASES.hold_seen(application, by)
    said = act_named(entering(case))
    role = CASES.role_in(case, said, by)
    CASES.check_state(case, said, by)
    return case, role


def prepared(case: Application) -> Package:
    return actions.prepared(case.ref, case.district)


def declared(package: Package) -> Works | None:
    """The works as they were declared in a draft, or of the round with which it was sent."""
    if package.round:
        return package.round.works
    return Works.of(package.works) if package.works else None


def shown(case: Application) -> Seen:
    """Return the package that is prepared while a line is to be entered; else what was sent last,
    or an empty one."""
    sent = None if is_open(case) else actions.newest_sent(case.ref)
    if sent:
        digging = Permit.objects.filter(round=sent.round_id, permit=DIGGING).first()
        return whole(sent, case.number, met=met_by(digging) if digging else ())
    package = prepared(case)
    missing = missing_of(package, found_for(case, package))
    return whole(package, case.number, missing, met_in(package))


def met_in(package: Package) -> list[Met]:
    """Closed roads that a draft meets with the works as they were declared."""
    return met(package, declared(package))


def closed_roads(case: Application) -> list[Road]:
    """Those of its district that may not be dug today; in a zone, of the district beneath too."""
    here = {case.district, case.statutory_district}
    return [road for road in standing(Closure.now()) if road.district in here]


def is_open(case: Application) -> bool:
    """Whether its line is to be entered now."""
    return CASES.why_not(case, entering(case)) is None


def found_for(case: Application, package: Package) -> Routed | None:
    """What the rules say of the works of a draft; None before they are declared."""
    works = declared(package)
    return routed(works, case) if works else None


def missing_of(package: Package, found: Routed | None) -> list[str]:
    return missing_words(package, found.policy, found.live) if found else []


def taken(found: Routed | None) -> dict[PermitDocument, list[str]]:
    """The attachments that can be added, each with the permits that look at it; every one before
    the works are declared."""
    if found is None:
        documents = city().permit_documents
        return {document: [] for document in documents if not document.given_as}
    return by_document(found.policy, found.live)


def save(
    *, application: Application, body: Mapping[str, Any], by: User, version: int | None = None
) -> Package:
    """Keep what goes with the line.

    Raises:
        Missing, Forbidden, WrongState: see `held`. Invalid: refused values.
        Stale: it was changed since `version`.
    """
    with transaction.atomic():
        case, role = held(application, by)
        package = prepared(case)
        check_seen(package, version)
        actions.save(package, role, **read(PackageBody, body))
    return package


def check_seen(package: Package, version: int | None) -> None:
    """Raises Stale where somebody has changed it since this version; None: any will do."""
    if version is not None and version != package.version:
        at = package.changed_at.isoformat() if package.pk else ""
        raise Stale(winner={"role": package.changed_role, "at": at} if at else None)


def save_works(*, application: Application, works: Works, by: User) -> None:
    """Keep the works as they were declared, until they are sent."""
    with transaction.atomic():
        case, role = held(application, by)
        package = prepared(case)
        if package.works != works.as_json():
            actions.save(package, role, works=works.as_json())


def attach(
    *,
    application: Application,
    requirement: str,
    upload: "UploadedFile[Any] | None",
    by: User,
    approval: Mapping[str, Any] | None = None,
) -> Document:
    """Add a file that a permit of the line looks at.

    Args:
        approval: of a government's approval to dig a closed road, what it says (`ApprovalBody`).

    Raises:
        Missing, Forbidden, WrongState: see `held`.
        Invalid, NoRoom, TooMany: no such attachment, or no file that is taken.
    """
    with transaction.atomic():
        case, role = held(application, by)
        package = prepared(case)
        codes = {document.code for document in taken(found_for(case, package))}
        said = read(AttachmentBody, {"requirement": requirement, "file": upload}, thing=codes)
        if said["requirement"] == APPROVAL:
            said["approval"] = read(ApprovalBody, approval or {})
        return actions.attach(package, role, by=by, upload=said.pop("file"), **said)


def detach(*, application: Application, ref: UUID, by: User) -> None:
    """Take a file out again. Raises Missing where there is none; else see `held`."""
    with transaction.atomic():
        case, role = held(application, by)
        actions.detach(prepared(case), role, ref)
