"""Reporting something, and the verbs of the office that looks into it, run under the lock of the
report's own record."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import limits
from accounts.actor import Actor
from accounts.models import User
from accounts.parties import phone_index
from accounts.roles import EVERYBODY, Role
from core.bodies import read
from core.clock import CITY, city_now, local_date
from core.problems import FieldError, Invalid, QuotaReached
from deadlines import actions as timing
from deadlines.models import Clock
from deadlines.sweep import hold_case
from documents.actions import store
from documents.models import Document
from documents.queries import Digest, digest_of, register
from ledger.record import NewEntry, append
from reliability.outages.models import Outage
from reliability.reports import telling
from reliability.reports.bodies import NewReport
from reliability.reports.kinds import Outcome
from reliability.reports.known import known_at
from reliability.reports.models import Report, ReportNote
from reliability.reports.place import street_in
from reliability.reports.queries import CLOCKED, KIND, joinable, reads_as
from reliability.reports.workflow import UNANSWERED, ReportState
from rules.limits import Meter, Quota
from rules.limits import limits as rules_of_limits
from rules.policy import Policy
from rules.registry import current
from workflow.files import keep_files
from workflow.run import Step, Uploads, Workflow

ReportStep = Step[Report]
#: Of files: what whoever reported sent, and what was found where it was looked into.
PHOTO, FOUND = "report_photo", "report_note"
#: What the numbers of reports begin with.
SERIES: Final = "ZGJ"
#: The number of a report has its key, by which its photos are kept before it is.
NUMBER: Final = """
SELECT key, %s || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(key::text, 6, '0')
FROM nextval('reliability_report_id_seq') AS key
"""
#: Whose turn it is in the record of a case: no case waits for this.
NOBODY: Final = "nobody"


# Reporting


def report(*, body: Any, by: User, client: str, photos: Uploads = ()) -> Report:
    """Take in what somebody reports; its clock starts, and the office whose it is by the rules is
    told.

    Args:
        body: as `reliability.reports.bodies.NewReport` declares it.
        by: an account, or the party of a phone that has shown itself.
        client: whoever asks.

    Raises:
        Invalid: refused values; too many photos, or one that is no picture.
        TooMany, QuotaReached: so many were made from there, or are not closed.
    """
    said = read(NewReport, body)
    check_photos(photos)
    policy = current().in_force(on=local_date(city_now()), district=said["district"])
    sort = said["kind"], said["where"]
    office = policy.report_office(*sort)
    new = Report(
        party=by.party,
        street=street_in(said["place"], said["district"]),
        office=office,
        heard_by=[each for each in policy.report_hearers(*sort) if each != office],
        language=get_language() or User.Language.ZH,
        rules_version=policy.version,
        **said,
    )
    if not by.has_account:
        new.phone, new.phone_digest = by.phone, phone_index(by.phone)
    limits.spend(Meter.REPORT_ADDRESS, client)
    with transaction.atomic():
        # Whoever reports twice at once is counted one after the other by this.
        if new.phone_digest:
            limits.spend(Meter.REPORT_PERSON, "phone", new.phone_digest.hex())
            before = Report.objects.filter(phone_digest=new.phone_digest)
        else:
            limits.spend(Meter.REPORT_PERSON, "party", new.party_id)
            before = Report.objects.filter(party=new.party_id)
        check_few(CLOCKED.opened(before).count())
        return _enter(new, policy, said, photos, by)


def check_few(waiting: int) -> None:
    """Raises QuotaReached: so many of one person are not closed."""
    most = rules_of_limits().quotas[Quota.REPORTS]
    if waiting >= most:
        reason = _("%(count)d of your reports are not closed yet: please wait for the answers.")
        raise QuotaReached(reason % {"count": most})


def check_photos(photos: Uploads) -> None:
    """Raises Invalid: too many."""
    most = rules_of_limits().quotas[Quota.REPORT_PHOTOS]
    if len(photos) > most:
        reason = _("At most %(count)d photos at one time.") % {"count": most}
        raise Invalid([FieldError("/photos", reason)])


def _enter(
    new: Report, policy: Policy, said: Mapping[str, Any], photos: Uploads, by: User
) -> Report:
    """Write a report down with its photos, start its clock, and tell whose it is."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, [SERIES])
        new.pk, new.number = cursor.fetchone()
    new.outage = _surely_known(new)
    entry = NewEntry(
        new.ref,
        telling.MADE,
        Actor(by.pk, EVERYBODY, new.district, by.party_id),
        to_state=ReportState.OPEN.value,
        holder=NOBODY,
        clock=f"{KIND} started",
        data={
            **{name: value for name, value in said.items() if value not in (None, "")},
            "number": new.number,
            "office": new.office,
            "heard_by": new.heard_by,
            **({"seen_at": _written(said["seen_at"])} if said["seen_at"] else {}),
            **({"outage": new.outage.number} if new.outage else {}),
            "documents": _kept(new, photos, by),
        },
    )
    new.reported_at = append(entry)[0].at
    new.seen_at = said["seen_at"] or new.reported_at
    new.save(force_insert=True)
    timing.start([clock_of(new, policy.report_limit(new.kind))], at=new.reported_at)
    telling.taken_in(REPORTS, new)
    return new


def _surely_known(new: Report) -> Outage | None:
    """The outage that takes the power from the very customer who reports it."""
    if not new.point:
        return None
    known = known_at(district=new.district, street="", point=new.point)
    return known[0].outage if known else None


def _written(at: datetime) -> str:
    return at.astimezone(CITY).isoformat()


def _kept(new: Report, photos: Uploads, by: User) -> list[Digest]:
    """Keep the photos of a report that is being entered; raises Invalid for one that is none."""
    found = []
    for number, photo in enumerate(photos, 1):
        # What a file is called at home may say whose it is.
        photo.name = f"photo-{number}{Path(photo.name or '').suffix}"
        try:
            found.append(digest_of(_photo(new, photo, by)))
        except Invalid as problem:
            reasons = [FieldError("/photos", error.reason) for error in problem.errors]
            raise Invalid(reasons) from problem
    return found


def _photo(new: Report, photo: "UploadedFile[Any]", by: User) -> Document:
    document = store(
        subject_kind=telling.REPORT,
        subject_id=new.pk,
        case_ref=new.ref,
        requirement=PHOTO,
        upload=photo,
        by=by,
    )
    if document.content_type == Document.Type.PDF:
        raise Invalid([FieldError("/photos", _("This is no picture."))])
    return document


def clock_of(report: Report, limit: Any) -> timing.NewClock:
    return timing.NewClock(
        case_ref=report.ref,
        kind=KIND,
        limit=limit,
        district=report.district,
        rules_version=report.rules_version,
    )


# Looking into it


def note(step: ReportStep) -> None:
    said = step.values
    step.values = {}
    documents = keep_files(step, FOUND)
    at = step.record(data={**said, "documents": documents})
    ReportNote.objects.create(
        report=step.thing,
        seq=step.seq,
        at=at,
        role=step.actor.role,
        office=step.thing.office,
        text=said["text"],
    )


def hand_over(step: ReportStep) -> None:
    said, before = dict(step.values), step.thing.office
    if said["office"] == before:
        raise _refused("office", _("This office has it already."))
    step.values = {"office": said["office"]}
    # Whoever had it sees what becomes of it.
    heard = {*step.thing.heard_by, before} - {said["office"]}
    step.thing.heard_by = sorted(heard)
    step.record(data={"from_office": before, **said})


def join(step: ReportStep) -> None:
    """The other one is older, so it is always held second."""
    number = step.values["number"]
    found = joinable(step.thing).filter(number=number).first()
    if found is not None:
        hold_case(found.ref)
        found = Report.objects.get(pk=found.pk)
    if found is None or found.state not in UNANSWERED:
        raise _refused(
            "number", _("No older open report of the same kind has this number in the district.")
        )
    step.thing.joined_to = found
    step.values = {}
    step.record(data={"joined_to": found.number, "outcome": Outcome.JOINED.value})


def link_outage(step: ReportStep) -> None:
    found = Outage.objects.filter(number=step.values["outage"]).first()
    if found is None or found.district != step.thing.district:
        raise _refused("outage", _("No outage of the district has this number."))
    step.thing.outage = found
    step.values = {}
    step.record(data={"outage": found.number})


def see_reporter(step: ReportStep) -> None:
    said = step.values
    step.values = {}
    step.record(data=said)


def _refused(name: str, reason: str) -> Invalid:
    return Invalid([FieldError(f"/{name}", reason)])


class ReportWorkflow(Workflow[Report]):
    """Its clock runs from the report to the answer, whatever office has it."""

    model = Report
    verbs = {
        "note": note, "hand_over": hand_over, "join": join, "link_outage": link_outage,
        "see_reporter": see_reporter,
    }  # fmt: skip
    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = telling.REPORT
    circles = telling.CIRCLES

    def ref(self, thing: Report) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def identity(self, thing: Report) -> dict[str, Any]:
        return {"number": thing.number}

    def context(self, thing: Report) -> dict[str, Any]:
        return {"number": thing.number}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return telling.SEEN_BY[circle]

    def fields(self, step: ReportStep) -> dict[str, Any]:
        return {"clock": f"{KIND} stopped" if step.thing.state == ReportState.CLOSED else ""}

    def follow(self, step: ReportStep) -> None:
        if step.thing.state == ReportState.CLOSED and step.act.stamps:
            timing.stop(case_ref=step.thing.ref, kinds=[KIND], at=step.at)
            telling.closed(self, step.thing)


REPORTS: Final = ReportWorkflow()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    telling.late(REPORTS, clocks)


def opens_as(pk: int, user: User) -> Role | None:
    """Of the files of a report, for those at a desk who read it."""
    one = Report.objects.filter(pk=pk).first()
    return reads_as(one, user) if one else None


def opens_own(document: Document, user: User) -> Role | None:
    """Whoever sent a photo opens it."""
    sent = document.requirement == PHOTO and document.uploaded_by_id == user.party_id
    return EVERYBODY if sent else None


def wire() -> None:
    telling.wire()
    register(telling.REPORT, opens_as, single=opens_own)
