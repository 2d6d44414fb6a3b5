"""Columns that acts write hold what the entries say."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from applications.appointments.models import Appointment
from applications.enquiries.models import Enquiry
from applications.follow_ups.models import FollowUp
from applications.materials.models import MaterialOrder
from applications.models import Application
from applications.referrals.models import Referral
from applications.rentals.models import Rental
from approvals.advice.models import Advice
from approvals.models import Permit
from approvals.opinions.models import Opinion
from ledger.record import text_of
from money.models import Charge, Complaint, Payment, Refund
from oversight.interruptions.models import InterruptionComplaint
from oversight.models import Finding, RectificationOrder
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from oversight.task_ledger.models import Task
from portal.committed.entries import said
from portal.compare import Row
from reliability.reports.models import Report

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
    "case.energised": {
        "meter_number": "meter_number", "meter_reading": "meter_reading", "ended_at": AT,
    },
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
        "received_at": AT, "permit": "permit", "bureau": "bureau", "level": "level",
        "route": "route",
    },
    "permit.accepted": {"accepted_at": AT},
    "permit.deemed_accepted": {"accepted_at": EFFECTIVE},
    "permit.supplement_requested": {"supplement_items": "items"},
    "permit.granted": {
        "conditions": "conditions", "review_points": "review_points", "not_dug": "not_dug",
        "decided_at": AT,
    },
    "permit.committed": {"decided_at": AT},
    "permit.extended": {
        "extended_at": AT, "extension_days": "days", "extension_reason": "reason",
    },
    "permit.revoked": {"revoked_at": AT},
    "permit.handed_out": {"handed_out_at": AT, "handed_out_to": "to"},
    "permit.refused": {
        "reason": "reason", "refusal_clause": "clause", "review_points": "review_points",
        "decided_at": AT,
    },
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
    "enquiry.asked": {"text": "text", "asked_at": AT, "number": "number", "topic": "topic"},
    "enquiry.answered": {"answer_text": "answer", "answered_at": AT},
}
COMPLAINTS: Final[Written] = {
    "complaint.made": {"ground": "ground", "text": "text", "charge_id": "charge", "made_at": AT},
    "complaint.explained": {"explanation": "explanation", "explained_at": AT},
    "complaint.upheld": {"reasons": "reasons", "clause": "clause", "ended_at": AT},
    "complaint.dismissed": {"reasons": "reasons", "clause": "clause", "ended_at": AT},
    "complaint.withdrawn": {"ended_at": AT},
}
INTERRUPTIONS: Final[Written] = {
    "interruption.complained": {
        "number": "number", "enterprise": "enterprise", "address": "address",
        "customer_number": "customer_number", "outage": "outage", "began_at": "began_at",
        "text": "text", "made_at": AT, "restored_at": "restored_at",
    },
    "interruption.explained": {"explanation": "explanation", "explained_at": AT},
    "interruption.restored": {"restored_at": "restored_at"},
    "interruption.upheld": {"reasons": "reasons", "clause": "clause", "ended_at": AT},
    "interruption.dismissed": {"reasons": "reasons", "clause": "clause", "ended_at": AT},
    "interruption.withdrawn": {"ended_at": AT},
}  # fmt: skip
LEVELS: Final = {name: name for name in ("level_1", "level_2", "level_3", "level_4")}
CITY_PLANS: Final[Written] = {
    "orderly_plan.drafted": {"drafted_at": AT},
    "orderly_plan.issued": {"name": "name", "issued_at": AT},
}
DISTRICT_PLANS: Final[Written] = {
    "orderly_district.awaited": {"district": "district"},
    "orderly_district.handed_in": LEVELS | {"words": "words", "handed_in_at": AT},
    "orderly_district.accepted": {"accepted_at": AT},
}
EXECUTIONS: Final[Written] = {
    "orderly_execution.begun": {"level": "level", "began_at": AT},
    "orderly_execution.ended": {"ended_at": AT},
}
TASKS: Final[Written] = {
    "task.entered": {
        "title": "title", "what": "what", "clause": "clause", "party": "party", "post": "post",
        "district": "district", "ledger": "ledger", "due_on": "due_on", "entered_at": AT,
    },
    "task.due_moved": {"due_on": "due_on"},
    "task.claimed": {"claimed_at": AT},
    "task.confirmed": {"ended_at": AT},
    "task.cancelled": {"ended_at": AT},
}  # fmt: skip
REPORTS: Final[Written] = {
    "report.made": {
        "number": "number", "kind": "kind", "where": "where", "district": "district",
        "place": "place", "text": "text", "office": "office", "reported_at": AT,
    },
    "report.handed_over": {"office": "office"},
    "report.joined": {"outcome": "outcome", "closed_at": AT},
    "report.closed": {
        "outcome": "outcome", "answer": "answer", "referred_to": "referred_to",
        "penalty_by": "penalty_by", "penalty_clause": "penalty_clause", "closed_at": AT,
    },
}  # fmt: skip
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
ADVICES: Final[Written] = {
    "advice.asked": {
        "question": "question", "sha256": "line", "permit": "permit", "bureau": "bureau",
        "asked_at": AT,
    },
    "advice.answered": {"verdict": "verdict", "words": "words", "ended_at": AT},
    "advice.withdrawn": {"ended_at": AT},
    "advice.lapsed": {"ended_at": AT},
}  # fmt: skip
MATERIALS: Final[Written] = {
    "material.ordered": {
        "item": "item", "quantity": "quantity", "ordered_at": AT, "changed_at": AT,
    },
    "material.acknowledged": {"changed_at": AT},
    "material.dispatched": {"changed_at": AT},
    "material.delivered": {"meter_numbers": "meter_numbers", "changed_at": AT},
    "material.refused": {"reason": "reason", "changed_at": AT},
    "material.cancelled": {"changed_at": AT},
}  # fmt: skip
OPINIONS: Final[Written] = {
    "opinion.asked": {"asked_at": AT, "parts": "parts"},
    "opinion.reminded": {"reminded_at": AT},
    "opinion.opened": {"opened_at": AT},
    "opinion.given": {"answered_at": AT, "position": "position"},
    "opinion.withdrawn": {"withdrawn_at": AT},
}
REFERRALS: Final[Written] = {
    "referral.sent": {"sent_at": AT, "consent": "consent"},
    "referral.opened": {"opened_at": AT},
    "referral.reminded": {"reminded_at": AT},
    "referral.acknowledged": {"reference": "reference", "ended_at": AT},
    "referral.declined": {"reason": "reason", "ended_at": AT},
    "referral.withdrawn": {"reason": "reason", "ended_at": AT},
}
RENTALS: Final[Written] = {
    "rental.asked": {
        "code": "unit", "from_day": "from_day", "until_day": "until_day", "asked_at": AT,
    },
    "rental.declined": {"words": "reason", "ended_at": AT},
    "rental.cancelled": {"words": "reason", "ended_at": AT},
    "rental.withdrawn": {"words": "reason", "ended_at": AT},
    "rental.lapsed": {"ended_at": AT},
    "rental.handed_over": {"condition_out": "condition", "handed_over_at": AT},
    "rental.returned": {"condition_back": "condition", "damaged": "damaged", "ended_at": AT},
}  # fmt: skip
CHARGES: Final[Written] = {
    "case.charged": {"quantity": "quantity", "amount_yuan": "amount_yuan", "entered_at": AT},
    "charge.withdrawn": {"words": "reason", "ended_at": AT},
    "charge.lapsed": {"ended_at": AT},
    "charge.annulled": {"ended_at": AT},
    "charge.paid": {"paid_at": AT},
    "charge.refunded": {"ended_at": AT},
}
PAYMENTS: Final[Written] = {
    "payment.ordered": {"number": "order", "ordered_at": AT},
    "payment.received": {"transaction": "transaction", "received_at": AT},
    "payment.surplus": {"number": "order", "transaction": "transaction", "received_at": AT},
    "payment.closed": {"ended_at": AT},
    "payment.dismissed": {"words": "reason", "ended_at": AT},
    "payment.refunded": {"ended_at": AT},
}
REFUNDS: Final[Written] = {
    "refund.asked": {"number": "order", "words": "reason", "asked_at": AT},
    "refund.done": {"ended_at": AT},
    "refund.closed": {"ended_at": AT},
}
#: Written when a row begins, so that there is nothing to compare where it has no such entry.
BEGINNING: Final = frozenset(
    {"capacity_kw", "district", "statutory_district", "town", "applicant_type", "enterprise_size",
     "voltage", "sources", "purpose", "channel", "office_id", "kind", "rules_version", "permit",
     "bureau", "level", "route", "detector", "party", "days", "text", "clause"}
)  # fmt: skip
#: A permit that holds on has these of the round before.
CARRIED: Final = (
    "level", "received_at", "accepted_at", "decided_at", "conditions", "review_points", "not_dug",
    "supplement_items",
)  # fmt: skip


def columns() -> Iterator[Row]:
    """Of what, which column, as kept, as the record has it."""
    yield from _differing(Application.objects.all(), CASES)
    yield from _differing(Permit.objects.filter(carried_from=None), PERMITS)
    yield from _differing(Finding.objects.all(), FINDINGS)
    yield from _differing(RectificationOrder.objects.all(), ORDERS)
    yield from _differing(FollowUp.objects.select_related("application"), FOLLOW_UPS)
    yield from _differing(Appointment.objects.all(), APPOINTMENTS)
    yield from _differing(Advice.objects.all(), ADVICES)
    yield from _differing(Referral.objects.all(), REFERRALS)
    yield from _differing(Rental.objects.all(), RENTALS)
    yield from _differing(Charge.objects.all(), CHARGES)
    yield from _differing(Payment.objects.all(), PAYMENTS)
    yield from _differing(Refund.objects.all(), REFUNDS)
    yield from _differing(Opinion.objects.all(), OPINIONS)
    yield from _differing(MaterialOrder.objects.all(), MATERIALS)
    yield from _differing(Enquiry.objects.select_related("application"), ENQUIRIES)
    yield from _differing(Report.objects.all(), REPORTS)
    yield from _differing(Complaint.objects.select_related("application"), COMPLAINTS)
    yield from _differing(InterruptionComplaint.objects.all(), INTERRUPTIONS)
    yield from _differing(CityPlan.objects.all(), CITY_PLANS)
    yield from _differing(Task.objects.all(), TASKS)
    yield from _differing(DistrictPlan.objects.all(), DISTRICT_PLANS)
    yield from _differing(Execution.objects.all(), EXECUTIONS)
    for permit in Permit.objects.exclude(carried_from=None).select_related("carried_from"):
        for column in CARRIED:
            has, wanted = getattr(permit, column), getattr(permit.carried_from, column)
            if has != wanted:
                yield str(permit), column, has, wanted


#: Nobody knows any more, or the entry is older than what it would say.
FORGOTTEN: Final = object()


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
