"""Signs in the steps of one case: too many at once, and power before the contract."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from integrity.models import Signal
from integrity.signs.base import Finding, Numbers, Sign, Window, rows_of
from integrity.signs.bunches import Bunch, Step, bunches
from rectification.addressees import SUPPLIER

#: A step that moves a filed case on, taken by a person. The draft and the filing are the
#: applicant's, giving up is no progress, and the join follows from the last permit.
PROGRESS: Final = """
    e.part IS NULL AND e.type LIKE 'case.%%' AND e.from_state <> e.to_state
    AND e.from_state NOT IN ('', 'draft') AND e.to_state <> 'withdrawn'
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


def _steps_in_minutes(window: Window, numbers: Numbers) -> Iterator[Finding]:
    rows = rows_of(MOVES, after=window.after, upto=window.upto)
    steps = [
        Step(index, entry, at, str(ref), district, SUPPLIER, case_ref=ref)
        for index, entry, at, ref, district in rows
    ]
    span, least = timedelta(minutes=numbers["minutes"]), numbers["steps"]

    def enough(together: Sequence[Step]) -> bool:
        return len(together) >= least

    for bunch in bunches("steps_in_minutes", window, steps, span=span, enough=enough):
        yield bunched(bunch, Signal.Subject.CASE, steps=len(bunch.complete))


def bunched(bunch: Bunch, kind: Signal.Subject, **facts: object) -> Finding:
    """Return a bunch as a finding; `minutes` is added to its facts."""
    complete = bunch.complete or bunch.steps
    last, instants = complete[-1], [step.at for step in complete]
    spent = max(instants) - min(instants)
    return Finding(
        subject_kind=kind,
        subject=last.subject,
        occurrence=str(bunch.entry_id),
        district=last.district,
        party=last.party,
        entry_id=bunch.entry_id,
        at=bunch.at,
        evidence=tuple(step.entry_id for step in bunch.steps),
        facts={"minutes": whole_minutes(spent), **facts},
        case_ref=last.case_ref if kind == Signal.Subject.CASE else None,
    )


def whole_minutes(spent: timedelta) -> int:
    """Return a span in minutes, begun ones counted, at least one."""
    return max(1, -(-int(spent.total_seconds()) // 60))


STEPS_IN_MINUTES = Sign(
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


def _energised_without_contract(window: Window, numbers: Numbers) -> Iterator[Finding]:
    for entry, at, ref, district in rows_of(WITHOUT_CONTRACT, after=window.after, upto=window.upto):
        yield Finding(
            subject_kind=Signal.Subject.CASE,
            subject=str(ref),
            occurrence=str(entry),
            district=district,
            party=SUPPLIER,
            entry_id=entry,
            at=at,
            evidence=(entry,),
            case_ref=ref,
        )


ENERGISED_WITHOUT_CONTRACT = Sign(
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
