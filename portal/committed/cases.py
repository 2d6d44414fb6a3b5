"""Rows that acts add around a case are in the record, and say what it says."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.roles import SUPPLIERS
from applications.assignments.models import Assignment
from applications.checklist import SUBJECT
from applications.contracts.models import Contract
from applications.correspondence.events import CALLED, FROM_APPLICANT, TO_APPLICANT
from applications.correspondence.models import Attempt, CaseMessage
from applications.filing import declaration_digest
from applications.follow_ups.actions import obliged
from applications.follow_ups.models import FollowUp
from applications.models import Application, Draft
from applications.plans.actions import line_data
from applications.plans.models import Plan, PlanLine
from applications.serializers import ACCEPTANCE, END
from approvals.packages.models import Attachment, Package
from approvals.supplement.models import ITEM, SupplementItem
from core.fields import text_digest
from documents.models import Document
from portal.committed.entries import said
from portal.compare import Row
from rules.registry import policy

WITH_FILES: Final = (
    "case.document_received", "case.submitted", "signal.explained", "order.answered",
    "permit.supplement_supplied", "permit.time_excluded", "permit.paper_kept",
    "permit.road_approval_given",
    "case.contract_kept", "referral.sent",
    "case.correction_proposed", "case.went_to_counter", "case.contract_signed",
    "case.field_reported", "case.line_works_posted", "case.line_works_changed", "advice.asked",
    "report.made", "report.noted",
)  # fmt: skip


def declarations() -> Iterator[Row]:
    """Case whose declaration is not the one that its filing, or the last correction, commits to,
    personal data included."""
    filed = {
        entry.ref: (entry.data["channel"], entry.data["declaration"])
        for entry in said("case.submitted")
        if entry.data and "declaration" in entry.data
    }
    for entry in said("case.corrected", "case.identity_corrected"):
        if entry.data and entry.ref in filed:
            # What it was before is what the filing, or the correction before, commits to.
            channel, before = filed[entry.ref]
            if entry.data["before"] != before:
                yield entry.ref, "declaration", entry.data["before"], before
            filed[entry.ref] = channel, entry.data["declaration"]
    for case in Application.objects.filter(filed_at__isnull=False).iterator():
        if case.ref not in filed:
            continue
        # The one thing of it that an act changes; `columns` looks at what it is now.
        case.channel, wanted = filed[case.ref]
        if (has := declaration_digest(case)) != wanted:
            yield case.number, "declaration", has, wanted


def files() -> Iterator[Row]:
    """Case, requirement, digest: in the record without a row, or the other way round."""
    filed = set(Application.objects.values_list("ref", flat=True))
    begun = set(Draft.objects.values_list("ref", flat=True))
    # Drafts were cases once, and their files in the record; now they are in none.
    never_filed = begun | ({entry.ref for entry in said("case.drafted")} - filed)
    known = {
        (entry.ref, each["requirement"], each["sha256"])
        for entry in said(*WITH_FILES)
        if entry.ref not in never_filed
        for each in (entry.data or {}).get("documents", ())
    }
    # Nor is what was prepared and not sent yet: of a package, or of a supplement's answer.
    prepared = Attachment.objects.filter(package__sent_at=None).values("document")
    sent = Attachment.objects.filter(package__sent_at__isnull=False).values("document")
    kept = Document.objects.filter(erased_at=None).exclude(Q(pk__in=prepared) & ~Q(pk__in=sent))
    drafts = SupplementItem.objects.filter(supplied_at=None).values("pk")
    handed_in = kept.exclude(subject_kind=ITEM, subject_id__in=drafts)
    every = handed_in.values_list("case_ref", "requirement", "sha256")
    rows = {row for row in every if row[0] not in begun}
    for ref, requirement, sha256 in known - rows:
        yield ref, requirement, sha256, "no row"
    for ref, requirement, sha256 in rows - known:
        yield ref, requirement, sha256, "not in the record"


#: What the customer of a counter decides.
DECISIONS: Final = (
    "case.plan_answered", "case.contract_signed", "case.correction_proposed", "case.withdrawn",
)  # fmt: skip


def decisions() -> Iterator[Row]:
    """Case and step that say that the customer decided by a code, of which the record tells of no
    such confirmation before."""
    confirmed = set[tuple[UUID, str]]()
    for entry in said("case.decision_confirmed", *DECISIONS):
        data = entry.data or {}
        if entry.type == "case.decision_confirmed":
            confirmed.add((entry.ref, data.get("decision", "")))
        elif data.get("by") == "code" and (entry.ref, data["decision"]) not in confirmed:
            yield entry.ref, entry.type, data["decision"]


def infected() -> Iterator[Row]:
    """Case, digest: infected by the record and not by its row; or by the row of a case's file that
    was scanned while the case was open, and not by the record."""
    told = {
        (entry.ref, each["sha256"])
        for entry in said("case.document_infected")
        for each in (entry.data or {}).get("documents", ())
    }
    sick = Document.objects.filter(scan=Document.Scan.INFECTED)
    rows = set(sick.values_list("case_ref", "sha256"))
    filed = Application.objects.filter(filed_at__isnull=False).values_list(
        "ref", "filed_at", "ended_at"
    )
    opened = {ref: (began, ended) for ref, began, ended in filed}
    for ref, sha256 in told - rows:
        yield ref, sha256, "no row"
    of_cases = sick.filter(subject_kind=SUBJECT).values_list("case_ref", "sha256", "scanned_at")
    for ref, sha256, at in of_cases:
        began, ended = opened.get(ref, (None, None))
        meanwhile = at and began and began <= at and (ended is None or at < ended)
        if meanwhile and (ref, sha256) not in told:
            yield ref, sha256, "not in the record"


def assignments() -> Iterator[Row]:
    """Case, role, person, from and to when: in the record without a row, or the other way round."""
    told: dict[tuple[UUID, str], list[list[object]]] = defaultdict(list)
    ended = dict(Application.objects.exclude(ended_at=None).values_list("ref", "ended_at"))
    for entry in said("case.assigned", "case.unassigned"):
        for role in (entry.data or {}).keys() & set(SUPPLIERS):
            spans = told[entry.ref, role]
            if spans and spans[-1][2] is None:
                spans[-1][2] = entry.at
            if entry.data and entry.type == "case.assigned":
                spans.append([entry.data[role], entry.at, None])
    kept: dict[tuple[UUID, str], list[list[object]]] = defaultdict(list)
    # What is erased can be compared with nothing.
    erased = set(Application.objects.filter(id_number="").values_list("ref", flat=True))
    rows = Assignment.objects.exclude(user=None).exclude(application__id_number="").order_by("id")
    for ref, role, *span in rows.values_list(
        "application__ref", "role", "user", "since", "ended_at"
    ):
        kept[ref, role].append(span)
    for ref, role in told.keys() | kept.keys():
        if ref in erased:
            continue
        spans = told[ref, role]
        if spans and spans[-1][2] is None:
            spans[-1][2] = ended.get(ref)
        if spans != kept[ref, role]:
            yield ref, role, kept[ref, role], spans


def plans() -> Iterator[Row]:
    """Case and version of a plan that is not what its reply commits to, lines included; or that is
    in the record alone."""
    told = {
        (entry.ref, entry.data["plan"]): entry
        for entry in said("case.plan_replied")
        if entry.data and "plan" in entry.data
    }
    # What is erased can be compared with nothing.
    rows = Plan.objects.exclude(application__id_number="").select_related("application")
    for plan in rows.prefetch_related("lines"):
        entry = told.pop((plan.application.ref, plan.version), None)
        data = entry.data or {} if entry else {}
        has = (plan.replied_at, plan.summary, [line_data(line) for line in plan.lines.all()])
        wanted = (entry and entry.at, data.get("summary"), data.get("lines", []))
        if has != wanted:
            yield plan.application.number, plan.version, has, wanted
    yield from ((ref, version, "no row") for ref, version in told)


def finished_lines() -> Iterator[Row]:
    """Case, version, line, instant: finished by the record and not by its row, or the other way
    round."""
    told = {
        (entry.ref, entry.data["plan"], entry.data["line"], entry.at)
        for entry in said("case.plan_line_finished")
        if entry.data
    }
    lines = PlanLine.objects.exclude(plan__application__id_number="").exclude(finished_at=None)
    columns = ("plan__application__ref", "plan__version", "number", "finished_at")
    rows = set(lines.values_list(*columns))
    yield from ((*row, "no row") for row in told - rows)
    yield from ((*row, "not in the record") for row in rows - told)


def packages() -> Iterator[Row]:
    """Case and instant of an application package that is not the one that the sending of its line
    commits to; or that is in the record alone."""
    told: dict[tuple[UUID, datetime | None], str] = {
        (entry.ref, entry.at): entry.data["package"]
        for entry in said("case.line_works_posted", "case.line_works_changed")
        if entry.data and "package" in entry.data
    }
    # What is erased can be compared with nothing.
    erased = Application.objects.filter(id_number="").values("ref")
    for one in Package.objects.exclude(sent_at=None).exclude(case_ref__in=erased):
        wanted = told.pop((one.case_ref, one.sent_at), "")
        if {one.sha256, one.digest()} != {wanted}:
            yield one.case_ref, one.sent_at, one.sha256, wanted
    yield from ((*key, "no row") for key in told)


def contracts() -> Iterator[Row]:
    """Case whose contract is not the text that its signature commits to, or the other way round."""
    told = {
        entry.ref: entry.data["contract"]["sha256"]
        for entry in said("case.contract_signed")
        if entry.data and "contract" in entry.data
    }
    # What is erased can be compared with nothing.
    for one in Contract.objects.exclude(text="").select_related("application"):
        wanted = told.pop(one.application.ref, "")
        if {one.digest, text_digest(one.text)} != {wanted}:
            yield one.application.number, one.digest, wanted
    yield from ((ref, "no contract") for ref in told)


#: Of what a rating is.
RATED: Final = {"case.acceptance_rated": ACCEPTANCE, "case.rated": END}
#: Of a call for a follow-up; whom one reaches, closes it.
NOT_REACHED: Final = Attempt.Outcome.NOT_REACHED.value


def follow_ups() -> Iterator[Row]:
    """Case and stage of a rating that the record says opened a follow-up and of which there is no
    row, or the other way round; or of one that was low and opened none, from the first on."""
    # What is erased can be compared with nothing.
    known = FollowUp.objects.exclude(application__id_number="").select_related("application")
    kept = {row.ref: row for row in known}
    low, told, began = policy().get("rating.reason_to"), set[UUID](), False
    for entry in said(*RATED):
        if entry.data is None:
            continue
        stage, ref = RATED[entry.type], entry.data.get("follow_up")
        if ref is None:
            if began and low and (level := entry.data["level"]) <= low.number:
                case = Application.objects.get(ref=entry.ref)
                if obliged(case, stage, level, at=entry.at):
                    yield case.number, stage, level, "no follow-up"
            continue
        began = True
        row = kept.get(UUID(ref))
        if row is None or (row.application.ref, row.stage, row.opened_at) != (
            entry.ref, stage, entry.at,
        ):  # fmt: skip
            yield entry.ref, stage, ref, "no row"
        told.add(UUID(ref))
    yield from ((str(row), "not in the record") for ref, row in kept.items() if ref not in told)


def attempts() -> Iterator[Row]:
    """Case or follow-up, instant: a call to an applicant, in the record without a row, or the other
    way round."""
    # What is erased can be compared with nothing.
    rows = Attempt.objects.exclude(application__id_number="")
    kept = Counter(
        (row.follow_up.ref if row.follow_up else row.application.ref, row.at, row.outcome, row.text)
        for row in rows.select_related("application", "follow_up")
    )
    told = Counter(
        (entry.ref, entry.at, entry.data.get("outcome", NOT_REACHED), entry.data["text"])
        for entry in said("follow_up.attempted", CALLED)
        if entry.data
    )
    yield from ((*row[:2], "no row") for row in (told - kept))
    yield from ((*row[:2], "not in the record") for row in (kept - told))


#: Of who wrote a message.
WRITTEN_BY: Final = {
    FROM_APPLICANT: CaseMessage.Side.APPLICANT.value,
    TO_APPLICANT: CaseMessage.Side.SUPPLIER.value,
}


def messages() -> Iterator[Row]:
    """Case, instant: a message that is not what its entry commits to, or the other way round."""
    # What is erased can be compared with nothing.
    rows = CaseMessage.objects.exclude(application__id_number="").select_related("application")
    kept = {
        (row.application.ref, row.at, row.side, text_digest(row.text)) for row in rows.iterator()
    }
    told = {
        (entry.ref, entry.at, WRITTEN_BY[entry.type], entry.data["sha256"])
        for entry in said(*WRITTEN_BY)
        if entry.data
    }
    yield from ((*row[:2], "no row") for row in told - kept)
    yield from ((*row[:2], "not in the record") for row in kept - told)
