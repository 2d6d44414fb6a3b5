"""What shows in one case: too many steps at once, power before the contract, filing in parts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.clock import local_date
from oversight.addressees import SUPPLIER
from oversight.detectors.base import (
    Bunch,
    Detector,
    Numbers,
    Occurrence,
    Step,
    Window,
    bunches,
    rows_of,
)
from oversight.models import Finding
from rules.names import Kind
from rules.registry import current

#: A step that moves a filed case on, taken by a person. The draft and the filing are the
#: applicant's, giving up is no progress, and the join follows from the last permit.
PROGRESS: Final = """
    e.part IS NULL AND e.type LIKE 'case.%%' AND e.from_state <> e.to_state
    AND e.from_state NOT IN ('', 'draft') AND e.to_state NOT IN ('withdrawn', 'closed')
    AND e.type <> 'case.permits_joined' AND e.actor_role <> 'system'
"""

MOVES: Final = f"""
SELECT l.index, e.id, e.at, e.case_ref, a.district FROM ledger_entry e
JOIN ledger_leaf l ON l.entry_id = e.id
JOIN applications_application a ON a.ref = e.case_ref
WHERE e.case_ref IN (
    SELECT e.case_ref FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.index > %(after)s AND l.index <= %(upto)s AND {PROGRESS}
) AND l.index <= %(upto)s AND {PROGRESS}
ORDER BY l.index
"""  # noqa: S608 (constants only)


def _steps_in_minutes(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    rows = rows_of(MOVES, after=window.after, upto=window.upto)
    steps = [
        Step(index, entry, at, str(ref), district, SUPPLIER, case_ref=ref)
        for index, entry, at, ref, district in rows
    ]
    span, least = timedelta(minutes=numbers["minutes"]), numbers["steps"]

    def enough(together: Sequence[Step]) -> bool:
        return len(together) >= least

    for bunch in bunches("steps_in_minutes", window, steps, span=span, enough=enough):
        yield bunched(bunch, Finding.Subject.CASE, steps=len(bunch.complete))


def bunched(bunch: Bunch, kind: Finding.Subject, **facts: object) -> Occurrence:
    """`minutes` is added to the facts."""
    complete = bunch.complete or bunch.steps
    last, instants = complete[-1], [step.at for step in complete]
    spent = max(instants) - min(instants)
    return Occurrence(
        subject_kind=kind,
        subject=last.subject,
        occurrence=str(bunch.entry_id),
        district=last.district,
        party=last.party,
        entry_id=bunch.entry_id,
        at=bunch.at,
        evidence=tuple(step.entry_id for step in bunch.steps),
        facts={"minutes": whole_minutes(spent), **facts},
        case_ref=last.case_ref if kind == Finding.Subject.CASE else None,
    )


def whole_minutes(spent: timedelta) -> int:
    """Begun ones are counted; at least one."""
    return max(1, -(-int(spent.total_seconds()) // 60))


STEPS_IN_MINUTES = Detector(
    code="steps_in_minutes",
    name=_("Several steps of a case within minutes"),
    definition=_(
        "A filed case moves on by %(steps)s steps or more, taken by people, within %(minutes)s "
        "minutes. Filing, withdrawing and what the system does by itself are not counted."
    ),
    harmless=[
        _("At a counter, acceptance and contract of a simple case are done in one visit."),
        _("A demonstration that walks through a case is such a burst, and shows as one."),
    ],
    thresholds={"steps": _("Steps at least"), "minutes": _("Within")},
    find=_steps_in_minutes,
    sentence=_("%(steps)s steps of the case within %(minutes)s minutes"),
)


WITHOUT_CONTRACT: Final = """
SELECT e.id, e.at, e.case_ref, a.district FROM ledger_leaf l
JOIN ledger_entry e ON e.id = l.entry_id
JOIN applications_application a ON a.ref = e.case_ref
WHERE l.index > %(after)s AND l.index <= %(upto)s AND e.type = 'case.energised'
AND NOT EXISTS (
    SELECT 1 FROM ledger_entry c WHERE c.case_ref = e.case_ref
    AND c.type = 'case.contract_signed' AND c.case_seq < e.case_seq
)
ORDER BY l.index
"""


def _energised_without_contract(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    for entry, at, ref, district in rows_of(WITHOUT_CONTRACT, after=window.after, upto=window.upto):
        yield Occurrence(
            subject_kind=Finding.Subject.CASE,
            subject=str(ref),
            occurrence=str(entry),
            district=district,
            party=SUPPLIER,
            entry_id=entry,
            at=at,
            evidence=(entry,),
            case_ref=ref,
        )


ENERGISED_WITHOUT_CONTRACT = Detector(
    code="energised_without_contract",
    name=_("Power on before the contract"),
    definition=_(
        "The record has a case energised and no contract signed before it. The portal refuses "
        "this step; the check stands for what would go round it."
    ),
    harmless=[_("None is known: the step cannot be taken here.")],
    thresholds={},
    find=_energised_without_contract,
    sentence=_("The power was switched on, and the record has no contract before it"),
)


FILED_AGAIN: Final = """
SELECT e.id, e.at, e.case_ref, a.district, w.id, w.at FROM ledger_leaf l
JOIN ledger_entry e ON e.id = l.entry_id
JOIN applications_application a ON a.ref = e.case_ref
JOIN applications_application b ON b.id = a.continues_id
JOIN ledger_entry w ON w.case_ref = b.ref AND w.type = 'case.withdrawn'
WHERE l.index > %(after)s AND l.index <= %(upto)s AND e.type = 'case.submitted'
ORDER BY l.index
"""


def _refiled_after_withdrawal(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    for entry, at, ref, district, before, withdrawn in rows_of(
        FILED_AGAIN, after=window.after, upto=window.upto
    ):
        days = (local_date(at) - local_date(withdrawn)).days
        if days <= numbers["days"]:
            yield Occurrence(
                subject_kind=Finding.Subject.CASE,
                subject=str(ref),
                occurrence=str(entry),
                district=district,
                party=SUPPLIER,
                entry_id=entry,
                at=at,
                evidence=(before, entry),
                facts={"days": days},
                case_ref=ref,
            )


REFILED_AFTER_WITHDRAWAL = Detector(
    code="refiled_after_withdrawal",
    name=_("Filed again after a withdrawal"),
    definition=_(
        "The same applicant files again for the same address within %(days)s days of withdrawing. "
        "The clock of the first filing goes on, so nothing is gained by it."
    ),
    harmless=[
        _("An applicant may withdraw by mistake, or need another capacity or voltage."),
    ],
    thresholds={"days": _("Within")},
    find=_refiled_after_withdrawal,
    sentence=ngettext_lazy(
        "Filed again %(days)s day after it was withdrawn",
        "Filed again %(days)s days after it was withdrawn",
        "days",
    ),
)


# All filings of small customers at the addresses of the window's filings. One that was broken off
# before the newest filing does not count, whatever becomes of it later.
AT_ONE_ADDRESS: Final = """
SELECT l.index, e.id, e.at, encode(a.address_digest, 'hex'), a.district, a.statutory_district,
    a.lineage, a.capacity_kw, CASE WHEN a.state IN ('withdrawn', 'closed') THEN a.ended_at END
FROM applications_application a
JOIN ledger_entry e ON e.case_ref = a.ref AND e.type = 'case.submitted'
JOIN ledger_leaf l ON l.entry_id = e.id
WHERE a.address_digest IN (
    SELECT c.address_digest FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
    JOIN applications_application c ON c.ref = e.case_ref
    WHERE l.index > %(after)s AND l.index <= %(upto)s AND e.type = 'case.submitted'
    AND c.kind = %(kind)s
) AND a.filed_at IS NOT NULL AND a.kind = %(kind)s AND l.index <= %(upto)s
ORDER BY l.index
"""


def _small_cases(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    rows = rows_of(AT_ONE_ADDRESS, after=window.after, upto=window.upto, kind=Kind.LV_SMALL.value)
    steps = [
        Step(index, entry, at, digest, district, SUPPLIER, value=tuple(rest))
        for index, entry, at, digest, district, *rest in rows
    ]
    span, least = timedelta(days=numbers["days"]), numbers["cases"]

    def enough(together: Sequence[Step]) -> bool:
        sizes = _sizes(together)
        return len(sizes) >= least and sum(sizes.values()) > _three_zero(together[-1])

    for bunch in bunches("small_cases_at_one_address", window, steps, span=span, enough=enough):
        facts: dict[str, object] = {}
        # One that was found earlier has its own numbers.
        if bunch.complete:
            sizes = _sizes(bunch.complete)
            facts = {
                "cases": len(sizes),
                "kw": _plain(sum(sizes.values(), Decimal(0))),
                "limit": _plain(_three_zero(bunch.complete[-1])),
            }
        yield bunched(bunch, Finding.Subject.ADDRESS, **facts)


def _sizes(together: Sequence[Step]) -> dict[Any, Decimal]:
    """The capacity by first filing: who filed again counts once, who gave up does not."""
    now = together[-1].at
    sizes = {}
    for step in together:
        _statutory, lineage, capacity, withdrawn = step.value
        if withdrawn is None or withdrawn > now:
            sizes[lineage] = capacity
    return sizes


def _three_zero(step: Step) -> Decimal:
    """The capacity up to which a customer is of the three-zero class, there and on that day."""
    policy = current().in_force(
        on=local_date(step.at), district=step.district, statutory=step.value[0] or None
    )
    return Decimal(policy.three_zero_kw().number)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


SMALL_CASES = Detector(
    code="small_cases_at_one_address",
    name=_("Many small cases at one address"),
    definition=_(
        "At one address, %(cases)s three-zero cases or more are filed within %(days)s days, each "
        "within the three-zero capacity and together above it. A case that was filed again counts "
        "once, a withdrawn one not."
    ),
    harmless=[
        _("A market hall or an office building has many small customers at one address."),
    ],
    thresholds={"cases": _("Cases at least"), "days": _("Within")},
    find=_small_cases,
    sentence=_(
        "%(cases)s cases at one address, together %(kw)s kW; one three-zero customer may have "
        "%(limit)s kW"
    ),
)
