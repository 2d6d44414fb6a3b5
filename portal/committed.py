"""What rows say of acts is what the record's entries commit to: values against the sealed data,
instants against the entries' own. What was forgotten with its salt is passed over."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import connection
from django.db.models import QuerySet

from accounts.models import RoleGrant
from accounts.roles import SUPPLIERS
from applications.appointments.models import Appointment
from applications.assignments.models import Assignment, CellMember, GridCell
from applications.checklist import SUBJECT
from applications.contracts.models import Contract
from applications.contracts.text import digest_of
from applications.correspondence.actions import message_digest
from applications.correspondence.events import CALLED, FROM_APPLICANT, TO_APPLICANT
from applications.correspondence.models import Attempt, CaseMessage
from applications.enquiries.models import Enquiry
from applications.filing import declaration_digest
from applications.follow_ups.actions import obliged
from applications.follow_ups.models import FollowUp
from applications.models import Application, Draft
from applications.plans.actions import line_data
from applications.plans.models import Plan, PlanLine
from applications.referrals.models import Referral
from applications.referrals.package import content_digest
from applications.serializers import ACCEPTANCE, END
from approvals.models import Permit, Round
from core.fields import unseal
from documents.models import Document
from ledger.record import SEALED_DATA, text_of
from money.models import Charge, FeeItem
from oversight.models import Finding, RectificationOrder, Statement
from portal.compare import Row
from publishing.models import Kind, Publication
from publishing.tables import table_of
from rules.registry import policy

ENTRIES: Final = """
SELECT e.id, e.case_ref, e.part, e.type, e.at, e.effective_at, s.data
FROM ledger_entry e LEFT JOIN ledger_salt s ON s.ref = e.salt_ref
WHERE e.type = ANY(%s) ORDER BY e.id
"""
#: Of what a rating is.
RATED: Final = {"case.acceptance_rated": ACCEPTANCE, "case.rated": END}
#: Of who wrote a message.
WRITTEN_BY: Final = {
    FROM_APPLICANT: CaseMessage.Side.APPLICANT.value,
    TO_APPLICANT: CaseMessage.Side.SUPPLIER.value,
}
#: Of a call for a follow-up; whom one reaches, closes it.
NOT_REACHED: Final = Attempt.Outcome.NOT_REACHED.value
WITH_FILES: Final = (
    "case.document_received", "case.submitted", "signal.explained", "order.answered",
    "permit.supplement_supplied", "case.contract_kept", "referral.sent",
    "case.correction_proposed", "case.went_to_counter",
    "permit.supplement_supplied", "case.contract_kept", "referral.sent", "case.contract_signed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """An entry, with what it commits to; that is None where it is gone."""

    id: int
    ref: UUID
    part: UUID | None
    type: str
    at: datetime
    effective_at: datetime | None
    data: Mapping[str, Any] | None


def said(*types: str) -> Iterator[Said]:
    """In the order of writing."""
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [list(types)])
        for ref_id, ref, part, kind, at, effective_at, sealed in cursor.fetchall():
            yield Said(ref_id, ref, part, kind, at, effective_at, _opened(sealed))


def _opened(sealed: str | None) -> Mapping[str, Any] | None:
    """What cannot be opened, `verify_ledger` finds."""
    if not sealed:
        return None
    try:
        data: Mapping[str, Any] = json.loads(unseal(sealed, purpose=SEALED_DATA))
    except (InvalidTag, KeyError, ValueError):
        return None
    return data


# --- columns that acts write ----------------------------------------------------------------------

AT, EFFECTIVE = "(at)", "(effective_at)"
#: By event the columns that it writes, each from a value of its data or an instant of the entry.
Written = Mapping[str, Mapping[str, str]]
CASES: Final[Written] = {
    "case.drafted": {"capacity_kw": "capacity_kw", "district": "district"},
    "case.draft_changed": {"capacity_kw": "capacity_kw", "district": "district"},
    "case.submitted": {
        "kind": "kind", "rules_version": "rules", "filed_at": AT, "capacity_kw": "capacity_kw",
        "district": "district", "statutory_district": "statutory_district", "town": "town",
        "applicant_type": "applicant_type", "enterprise_size": "enterprise_size",
        "voltage": "voltage", "sources": "sources", "purpose": "purpose", "channel": "channel",
        "explained": "explained",
    },
    "case.supplement_requested": {"supplement_items": "items"},
    "case.plan_replied": {"plan_summary": "summary"},
    "case.plan_answered": {"applicant_reason": "reason"},
    "case.prolongation_answered": {"applicant_reason": "reason"},
    "case.design_reviewed": {"findings": "findings"},
    "case.inspected": {"findings": "findings"},
    "case.completion_inspected": {"findings": "findings"},
    "case.energised": {"meter_number": "meter_number", "ended_at": AT},
    "case.went_online": {"channel": "channel", "office_id": "office"},
    "case.went_to_counter": {"channel": "channel", "office_id": "office"},
    "case.withdrawn": {"applicant_reason": "reason", "ended_at": AT},
    "case.reminded": {"reminded_at": AT, "closable_on": "closable_on"},
    "case.closed": {"closing_reason": "reason", "ended_at": AT},
    "case.acceptance_rated": {"acceptance_rating": "level", "acceptance_comment": "comment"},
    "case.rated": {"rating": "level", "rating_comment": "comment"},
}  # fmt: skip
PERMITS: Final[Written] = {
    "permit.received": {
        "received_at": AT, "permit": "permit", "bureau": "bureau", "route": "route",
    },
    "permit.accepted": {"accepted_at": AT},
    "permit.deemed_accepted": {"accepted_at": EFFECTIVE},
    "permit.supplement_requested": {"supplement_items": "items"},
    "permit.granted": {"conditions": "conditions", "decided_at": AT},
    "permit.committed": {"decided_at": AT},
    "permit.refused": {"reason": "reason", "refusal_clause": "clause", "decided_at": AT},
}  # fmt: skip
FINDINGS: Final[Written] = {
    "signal.opened": {"found_at": AT, "detector": "sign", "district": "district", "party": "party"},
    "signal.explained": {"explanation": "text", "explained_at": AT},
    "signal.explanation_accepted": {"decision": "text", "decided_at": AT, "ended_at": AT},
    "signal.confirmed": {"decision": "text", "decided_at": AT},
    "signal.put_right": {"ended_at": AT},
}
ORDERS: Final[Written] = {
    "order.issued": {"issued_at": AT, "days": "days", "text": "text", "clause": "clause"},
    "order.escalated": {"escalated_at": AT},
    "order.closed": {"closed_at": AT},
}
FOLLOW_UPS: Final[Written] = {
    "follow_up.closed": {"said": "said", "done": "done", "closed_at": AT},
}
ENQUIRIES: Final[Written] = {
    "enquiry.asked": {"text": "text", "asked_at": AT},
    "enquiry.answered": {"answer_text": "answer", "answered_at": AT},
}
APPOINTMENTS: Final[Written] = {
    "appointment.booked": {
        "begins_at": "begins_at", "ends_at": "ends_at", "purpose": "appointment",
        "remark": "remark", "changed_at": AT,
    },
    "appointment.moved": {
        "begins_at": "begins_at", "ends_at": "ends_at", "words": "reason", "changed_at": AT,
    },
    "appointment.reminded": {"reminded_at": AT},
    "appointment.held": {"words": "outcome", "changed_at": AT, "ended_at": AT},
    "appointment.not_held": {"words": "reason", "changed_at": AT, "ended_at": AT},
    "appointment.cancelled": {"words": "reason", "changed_at": AT, "ended_at": AT},
    "appointment.lapsed": {"changed_at": AT, "ended_at": AT},
}  # fmt: skip
REFERRALS: Final[Written] = {
    "referral.sent": {"sent_at": AT, "consent": "consent"},
    "referral.opened": {"opened_at": AT},
    "referral.reminded": {"reminded_at": AT},
    "referral.acknowledged": {"reference": "reference", "ended_at": AT},
    "referral.declined": {"reason": "reason", "ended_at": AT},
    "referral.withdrawn": {"reason": "reason", "ended_at": AT},
}
#: Written when a row begins, so that there is nothing to compare where it has no such entry.
BEGINNING: Final = frozenset(
    {"capacity_kw", "district", "statutory_district", "town", "applicant_type", "enterprise_size",
     "voltage", "sources", "purpose", "channel", "office_id", "kind", "rules_version", "permit",
     "bureau", "route", "detector", "party", "days", "text", "clause"}
)  # fmt: skip
#: A permit that holds on has these of the round before.
CARRIED: Final = ("received_at", "accepted_at", "decided_at", "conditions", "supplement_items")


def columns() -> Iterator[Row]:
    """Of what, which column, as kept, as the record has it."""
    yield from _differing(Application.objects.all(), CASES)
    yield from _differing(Permit.objects.filter(carried_from=None), PERMITS)
    yield from _differing(Finding.objects.all(), FINDINGS)
    yield from _differing(RectificationOrder.objects.all(), ORDERS)
    yield from _differing(FollowUp.objects.select_related("application"), FOLLOW_UPS)
    yield from _differing(Appointment.objects.all(), APPOINTMENTS)
    yield from _differing(Referral.objects.all(), REFERRALS)
    yield from _differing(Enquiry.objects.select_related("application"), ENQUIRIES)
    for permit in Permit.objects.exclude(carried_from=None).select_related("carried_from"):
        for column in CARRIED:
            has, wanted = getattr(permit, column), getattr(permit.carried_from, column)
            if has != wanted:
                yield str(permit), column, has, wanted


def _differing(rows: QuerySet[Any], spec: Written) -> Iterator[Row]:
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for entry in said(*spec):
        instants = {AT: entry.at, EFFECTIVE: entry.effective_at}
        for column, source in spec[entry.type].items():
            value = instants.get(source, (entry.data or {}).get(source, FORGOTTEN))
            # An entry older than what it would say takes nothing from one before it.
            found[entry.part or entry.ref].setdefault(column, value)
            if value is not FORGOTTEN:
                found[entry.part or entry.ref][column] = value
    names = sorted({column for written in spec.values() for column in written})
    for row in rows.iterator():
        values = found.get(row.ref, {})
        for column in names:
            has = getattr(row, column)
            if column in values:
                same = values[column] is FORGOTTEN or _same(has, values[column])
            else:
                same = column in BEGINNING or not has
            if not same:
                yield str(row), column, has, values.get(column)


#: Nobody knows any more, or the entry is older than what it would say.
FORGOTTEN: Final = object()


def _same(has: object, value: object) -> bool:
    if isinstance(has, Decimal):
        try:
            return has == Decimal(str(value))
        except InvalidOperation:
            return False
    if isinstance(has, datetime):
        # An instant of a plan is committed to as text.
        return has == (datetime.fromisoformat(value) if isinstance(value, str) else value)
    return text_of(has) == text_of(value)


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


def referrals() -> Iterator[Row]:
    """Referral whose office or content is not what its sending commits to."""
    told = {entry.ref: entry.data for entry in said("referral.sent") if entry.data}
    # What is erased can be compared with nothing.
    for one in Referral.objects.filter(erased_at=None).select_related("office"):
        has = (one.office.city_zh, one.office.name_zh, content_digest(one))
        data = told.get(one.ref, {})
        if has != (wanted := tuple(data.get(name) for name in ("city", "office", "declaration"))):
            yield one.number, has, wanted


# --- rows that acts add ---------------------------------------------------------------------------


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
    kept = Document.objects.filter(erased_at=None)
    every = kept.values_list("case_ref", "requirement", "sha256")
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
    rows = Assignment.objects.exclude(user=None).order_by("id")
    for ref, role, *span in rows.values_list(
        "application__ref", "role", "user", "since", "ended_at"
    ):
        kept[ref, role].append(span)
    for ref, role in told.keys() | kept.keys():
        spans = told[ref, role]
        if spans and spans[-1][2] is None:
            spans[-1][2] = ended.get(ref)
        if spans != kept[ref, role]:
            yield ref, role, kept[ref, role], spans


def cells() -> Iterator[Row]:
    """Cell whose name, towns or people are not those of its last entry."""
    last = {
        entry.data["cell"]: entry
        for entry in said("grid_cell.kept", "grid_cell.ended")
        if entry.data
    }
    people = CellMember.objects.filter(ended_at=None)
    for cell in GridCell.objects.order_by("id"):
        members = sorted(people.filter(cell=cell).values_list("role", "user"))
        towns = sorted(each.town for each in cell.towns.all() if each.town)
        has = (cell.name, cell.district, towns, members) if cell.ended_at is None else None
        entry = last.get(cell.pk)
        wanted = None
        if entry and entry.data and entry.type == "grid_cell.kept":
            told = [("manager", pk) for pk in entry.data["managers"]]
            told += [("project", pk) for pk in entry.data["projects"]]
            data = entry.data
            wanted = data["name"], data["district"], sorted(set(data["towns"])), sorted(set(told))
        if entry is None or has != wanted:
            yield str(cell), has, wanted


def charges() -> Iterator[Row]:
    """Case, item, amount, instant: in the record without a row, or the other way round."""
    codes = dict(FeeItem.objects.values_list("pk", "code"))
    rows = Charge.objects.values_list(
        "application__ref", "fee_item_id", "quantity", "amount_yuan", "entered_at"
    )
    kept: Counter[tuple[object, ...]] = Counter(
        (ref, codes.get(item), *rest) for ref, item, *rest in rows
    )
    told: Counter[tuple[object, ...]] = Counter(
        (
            entry.ref,
            entry.data["item"],
            Decimal(entry.data["quantity"]),
            Decimal(entry.data["amount_yuan"]),
            entry.at,
        )
        for entry in said("case.charged")
        if entry.data
    )
    yield from ((*row, "no row") for row in (told - kept))
    yield from ((*row, "not in the record") for row in (kept - told))


def roles() -> Iterator[Row]:
    """Person, role: given, changed or ended without an entry of the record."""
    given: dict[int, tuple[int, str]] = {}
    ended: set[int] = set()
    for entry in said("role.granted", "role.revoked"):
        if entry.data and entry.type == "role.granted":
            given[entry.data["grant"]] = entry.data["user"], entry.data["role"]
        elif entry.data:
            ended.add(entry.data["grant"])
    for grant in RoleGrant.objects.order_by("id"):
        if given.get(grant.pk) != (grant.user_id, grant.role):
            yield grant.pk, grant.user_id, grant.role, "not in the record"
        elif (grant.to_at is not None) != (grant.pk in ended):
            yield grant.pk, grant.user_id, grant.role, f"ended: {grant.to_at}"


def rounds() -> Iterator[Row]:
    """Line works and round whose works or instant are not those of an entry of the case."""
    posted: dict[UUID, dict[datetime, Any]] = defaultdict(dict)
    for entry in said("case.line_works_posted", "case.line_works_changed"):
        posted[entry.ref][entry.at] = (entry.data or {}).get("works", FORGOTTEN)
    for round_ in Round.objects.select_related("line_works").order_by("id"):
        works = posted[round_.line_works.case_ref].get(round_.opened_at)
        if works is FORGOTTEN:
            continue
        if works is None or type(round_.works).of(works) != round_.works:
            yield str(round_), round_.opened_at, round_.works, works


def statements() -> Iterator[Row]:
    """Order, step: what was said at a step of an order, that its entry does not commit to."""
    kinds = ("order.answered", "order.returned", "order.closed", "order.escalated")
    told = {(entry.ref, entry.at): entry.data for entry in said(*kinds)}
    for one in Statement.objects.select_related("order").order_by("id"):
        data = told.get((one.order.ref, one.at), {})
        if data is not None and one.text not in (data.get("text"), data.get("reason")):
            yield str(one), one.at, one.text


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
        if {one.digest, digest_of(one.text)} != {wanted}:
            yield one.application.number, one.digest, wanted
    yield from ((ref, "no contract") for ref in told)


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


def messages() -> Iterator[Row]:
    """Case, instant: a message that is not what its entry commits to, or the other way round."""
    # What is erased can be compared with nothing.
    rows = CaseMessage.objects.exclude(application__id_number="").select_related("application")
    kept = {
        (row.application.ref, row.at, row.side, message_digest(row.text)) for row in rows.iterator()
    }
    told = {
        (entry.ref, entry.at, WRITTEN_BY[entry.type], entry.data["sha256"])
        for entry in said(*WRITTEN_BY)
        if entry.data
    }
    yield from ((*row[:2], "no row") for row in told - kept)
    yield from ((*row[:2], "not in the record") for row in kept - told)


def publications() -> Iterator[Row]:
    """Table and number of what was published that the record does not tell of so."""
    told = {entry.id: entry for entry in said(*(f"{kind}.published" for kind in Kind))}
    for one in Publication.objects.order_by("id"):
        entry = told.get(one.entry)
        if entry is None or (entry.type, entry.at) != (f"{one.kind}.published", one.published_at):
            yield one.kind, one.number, "not in the record"
        elif entry.data and entry.data["rows"] != one.digest:
            yield one.kind, one.number, "other rows"
        yield from _counted(one)


def _counted(one: Publication) -> Iterator[Row]:
    """A row can only be added, and only be noted as replaced: their numbers tell of both."""
    rows = table_of(one.kind).rows
    new, gone = rows.filter(publication=one).count(), rows.filter(replaced_in=one).count()
    if (new, gone) != (one.added + one.changed, one.changed + one.withdrawn):
        yield one.kind, one.number, f"{new} rows, {gone} replaced"
