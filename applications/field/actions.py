"""What comes from the site: the report with its photos, and the acts that were done there.

Each is taken by itself and once: what is refused of one says nothing of the others, and what was
taken stays taken. The acts are those of the desk; nothing moves in another way.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from applications.actions import CASES
from applications.appointments.models import Appointment
from applications.appointments.workflow import COMPANY, company
from applications.erasure import is_erased
from applications.field.events import REPORTED
from applications.field.jobs import ENERGISE
from applications.field.models import FieldReport, ReportPhoto
from applications.guards import ERASED
from applications.models import Application, act_named
from applications.queries import reads_as
from core.clock import CITY
from core.problems import FieldError, Forbidden, Invalid, WrongState
from documents.actions import store
from documents.models import Document
from documents.queries import digest_of, register
from ledger.record import NewEntry, append
from rules.limits import Quota, limits

#: Of photos taken on site, among the files of a case.
PHOTO: Final = "site_photo"
Photos = Sequence["UploadedFile[Any]"]


def goes_there(case: Application, one: Appointment | None, user: User) -> Role:
    """Under which role somebody reports from a site: who has the case in the role that comes to the
    appointment, or who may energise it.

    Raises:
        Forbidden: that is somebody else.
    """
    if one is None:
        return CASES.role_in(case, act_named(ENERGISE), user)
    role = company(one, user)
    if role is None:
        raise Forbidden(COMPANY["refusal"])
    return role


def report(
    case: Application,
    one: Appointment | None,
    *,
    phone_at: datetime,
    photos: Photos,
    by: User,
) -> FieldReport:
    """Enter that somebody was there, with the photos; the phone's time is a remark in the entry.

    Raises:
        Missing, Forbidden, WrongState: in this order; what was personal in the case is erased.
        Invalid, TooMany, NoRoom: too many photos, or one that is not taken.
    """
    most = limits().quotas[Quota.PHOTOS]
    if len(photos) > most:
        text = _("At most %(count)d photos at one time.") % {"count": most}
        raise Invalid([FieldError("/photos", text)])
    with transaction.atomic():
        held = CASES.hold_seen(case, by)
        role = goes_there(held, one, by)
        if is_erased(held):
            raise WrongState(ERASED)
        kept = [keep(held, photo, by) for photo in photos]
        data = {
            "number": held.number,
            "appointment": one.purpose if one else None,
            "phone_at": phone_at.astimezone(CITY).isoformat(),
            "documents": [digest_of(each) for each in kept],
        }
        actor = Actor(by.pk, role, held.district)
        [written] = append(NewEntry(case_ref=held.ref, type=REPORTED, actor=actor, data=data))
        made = FieldReport.objects.create(
            application_id=held.pk,
            appointment=one,
            seq=written.case_seq,
            at=written.at,
            by=by,
            role=role,
            phone_at=phone_at,
        )
        ReportPhoto.objects.bulk_create(ReportPhoto(report=made, document=each) for each in kept)
    return made


def keep(case: Application, photo: "UploadedFile[Any]", by: User) -> Document:
    """A PDF is no photo, but may be what a scanner's app on a phone makes of one."""
    return store(
        subject_kind=PHOTO,
        subject_id=case.pk,
        case_ref=case.ref,
        requirement=PHOTO,
        upload=photo,
        by=by,
    )


def opens_as(pk: int, user: User) -> Role | None:
    """Both sides of the case; no bureau decides anything by what the site looks like."""
    case = Application.objects.filter(pk=pk).first()
    return reads_as(case, user) if case else None


def wire() -> None:
    register(PHOTO, opens_as)
