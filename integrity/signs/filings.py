"""Signs in how cases are filed: again after a withdrawal, and in small parts at one address."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from core.clock import local_date
from integrity.models import Signal
from integrity.signs.base import Finding, Numbers, Sign, Window, rows_of
from integrity.signs.bunches import Step, bunches
from integrity.signs.steps import bunched
from rectification.addressees import SUPPLIER
from rules.names import Kind
from rules.registry import current

FILED_AGAIN: Final = """
SELECT e.id, e.at, e.case_ref, a.district, w.id, w.at FROM ledger_leaf l
JOIN ledger_entry e ON e.id = l.entry_id
JOIN applications_application a ON a.ref = e.case_ref
JOIN applications_application b ON b.id = a.continues_id
JOIN ledger_entry w ON w.case_ref = b.ref AND w.type = 'case.withdrawn'
WHERE l.index > %(after)s AND l.index <= %(upto)s AND e.type = 'case.submitted'
ORDER BY l.index
"""


def _refiled_after_withdrawal(window: Window, numbers: Numbers) -> Iterator[Finding]:
    for entry, at, ref, district, before, withdrawn in rows_of(
        FILED_AGAIN, after=window.after, upto=window.upto
    ):
        days = (local_date(at) - local_date(withdrawn)).days
        if days <= numbers["days"]:
            yield Finding(
                subject_kind=Signal.Subject.CASE,
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


REFILED_AFTER_WITHDRAWAL = Sign(
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
    sentence=_("Filed again %(days)s days after it was withdrawn"),
)


# All filings of small customers at the addresses of the window's filings. One that was withdrawn
# before the newest filing does not count, whatever becomes of it later.
AT_ONE_ADDRESS: Final = """
SELECT l.index, e.id, e.at, encode(a.address_digest, 'hex'), a.district, a.statutory_district,
    a.lineage, a.capacity_kw, CASE WHEN a.state = 'withdrawn' THEN a.ended_at END
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


def _small_cases(window: Window, numbers: Numbers) -> Iterator[Finding]:
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
        yield bunched(bunch, Signal.Subject.ADDRESS, **_facts(bunch.complete))


def _facts(complete: Sequence[Step]) -> dict[str, object]:
    """The numbers of a new occurrence; one that was found earlier has its own."""
    if not complete:
        return {}
    sizes = _sizes(complete)
    return {
        "cases": len(sizes),
        "kw": _plain(sum(sizes.values(), Decimal(0))),
        "limit": _plain(_three_zero(complete[-1])),
    }


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


SMALL_CASES = Sign(
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
