"""Reads of signals, with names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncQuarter

from accounts.models import User
from applications.queries import visible_to
from approvals.models import Permit
from approvals.permissions import visible as visible_permits
from core.clock import CITY, local_date, quarter_name
from core.problems import Missing
from integrity.machine import LABELS, allows, why_not
from integrity.models import Evidence, Signal
from integrity.permissions import acting_role, addressed_to, refusal, visible, watched
from integrity.signs import SIGNS, Sign
from integrity.states import ENDED, State
from ledger.models import Entry, Leaf
from rules.registry import book
from rules.values import Valued
from workflow.buttons import Button

NEWEST_FIRST: Final = ("-id",)
ENTRY_ORDER: Final = ("entry_id", "id")


def signals_for(user: User) -> QuerySet[Signal]:
    """Return the signals that a person may read."""
    return Signal.objects.filter(visible(user))


def watched_by(user: User) -> QuerySet[Signal]:
    """Return the signals of the districts that a person watches over."""
    return Signal.objects.filter(watched(user))


def answered_by(user: User) -> QuerySet[Signal]:
    """Return the signals that a person explains as the lead of their addressee."""
    return Signal.objects.filter(addressed_to(user))


def signal_in(signals: QuerySet[Signal], number: str) -> Signal:
    """Return one of some signals by its number.

    Raises:
        Missing: it is not among them.
    """
    found = signals.filter(number=number).first()
    if found is None:
        raise Missing
    return found


def sign_of(signal: Signal) -> Sign:
    """Return the sign that a signal shows."""
    return SIGNS[signal.sign]


def sentence_of(signal: Signal) -> str:
    """Return what was found, as a sentence."""
    return sign_of(signal).say(signal.facts)


def thresholds_of(signal: Signal) -> dict[str, Valued]:
    """Return the rows of the rules that a signal was counted with, by threshold."""
    policy = book(signal.rules_version).in_force(on=local_date(signal.entry_at))
    return sign_of(signal).rows(policy) or {}


def counts(signals: QuerySet[Signal]) -> dict[str, int]:
    """Return how many signals there are in each state in which something is still to be done."""
    waiting = [state for state in State if state not in ENDED]
    states = {str(state): Count("id", filter=Q(state=state)) for state in waiting}
    return signals.aggregate(**states)


def buttons(signal: Signal, user: User) -> list[Button]:
    """Return every step of a signal for a person, each allowed or with a reason."""
    return [_button(signal, user, action) for action in LABELS]


def _button(signal: Signal, user: User, action: str) -> Button:
    reason = None
    if acting_role(user, signal, action) is None:
        reason = str(refusal(action))
    elif not allows(signal, action):
        reason = why_not(signal, action)
    return Button(action, str(LABELS[action]), reason is None, reason)


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry behind a signal, as one reader sees it.

    Args:
        index: its place in the log, where anybody can check it.
        application: number of its case; empty where the reader may not see it.
        permit: the permit that it is about, if one that the reader may see.
    """

    entry: Entry
    index: int | None
    application: str
    permit: Permit | None


def evidence_of(signal: Signal) -> QuerySet[Evidence]:
    """Return the entries behind a signal in the order in which they were written."""
    return Evidence.objects.filter(signal=signal).order_by(*ENTRY_ORDER)


def proofs(rows: Iterable[Evidence], user: User) -> list[Proof]:
    """Return entries with what a reader may see of them; four queries however many there are."""
    ids = [row.entry_id for row in rows]
    entries = list(Entry.objects.filter(pk__in=ids).order_by("pk"))
    indices = dict(Leaf.objects.filter(entry__in=ids).values_list("entry_id", "index"))
    numbers = _numbers({entry.case_ref for entry in entries}, user)
    permits = _permits({entry.part for entry in entries if entry.part}, user)
    return [
        Proof(
            entry,
            indices.get(entry.pk),
            _number(entry, numbers, permits),
            permits.get(entry.part) if entry.part else None,
        )
        for entry in entries
    ]


def _numbers(refs: set[UUID], user: User) -> dict[UUID, str]:
    return dict(visible_to(user).filter(ref__in=refs).values_list("ref", "number"))


def _permits(refs: set[UUID], user: User) -> dict[UUID, Permit]:
    if not refs:
        return {}
    rows = Permit.objects.filter(visible_permits(user), ref__in=refs)
    return {permit.ref: permit for permit in rows.select_related("line_works")}


def _number(entry: Entry, numbers: Mapping[UUID, str], permits: Mapping[UUID, Permit]) -> str:
    permit = permits.get(entry.part) if entry.part else None
    return numbers.get(entry.case_ref, permit.line_works.application if permit else "")


def about(user: User, case_ref: UUID) -> QuerySet[Signal]:
    """Return the signals with an entry of a case behind them that a person may read."""
    entries = Entry.objects.filter(case_ref=case_ref).values("pk")
    behind = Evidence.objects.filter(entry_id__in=entries).values("signal")
    return signals_for(user).filter(pk__in=behind).order_by(*NEWEST_FIRST)


def case_number(signal: Signal, user: User) -> str:
    """Return the number of the case that a signal is about; empty where none may be seen."""
    if signal.case_ref is None:
        return ""
    found = visible_to(user).filter(ref=signal.case_ref).values_list("number", flat=True)
    return found.first() or ""


@dataclass(frozen=True, slots=True)
class Quarter:
    """The signals of one sign found in one quarter, by the state in which they are now.

    Args:
        since: first day of the quarter.
    """

    since: date
    sign: str
    states: Mapping[str, int]

    @property
    def name(self) -> str:
        """Year and number, such as 2026Q4."""
        return quarter_name(self.since)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.states.values())


def public_counts() -> list[Quarter]:
    """Return the counts of every quarter and sign, the newest quarter first, then by sign.

    Nothing but counts: no subject, no addressee, no district.
    """
    grouped = (
        Signal.objects.order_by()
        .annotate(quarter=TruncQuarter(F("found_at"), tzinfo=CITY))
        .values("quarter", "sign", "state")
        .annotate(count=Count("id"))
    )
    found: dict[tuple[date, str], dict[str, int]] = {}
    for row in grouped:
        states = found.setdefault((_day(row), row["sign"]), dict.fromkeys(State.values, 0))
        states[row["state"]] = row["count"]
    order = list(SIGNS)
    keys = sorted(found, key=lambda key: (-key[0].toordinal(), order.index(key[1])))
    return [Quarter(since, sign, found[since, sign]) for since, sign in keys]


def _day(row: Mapping[str, Any]) -> date:
    quarter: datetime = row["quarter"]
    return quarter.astimezone(CITY).date()
