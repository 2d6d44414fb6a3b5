from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import User
from applications.queries import visible_to
from approvals.models import Permit
from approvals.queries import visible as visible_permits
from core.clock import local_date, quarter_name
from core.counting import Count as Bounded
from core.counting import counted
from core.paging import NEWEST_FIRST
from ledger.models import Entry, Leaf
from oversight.detectors import DETECTORS
from oversight.detectors.base import Detector
from oversight.models import Evidence, Finding, RectificationOrder
from oversight.queries import by_quarter, first_day, readable
from oversight.workflow import ENDED, FindingState
from rules.registry import book
from rules.values import Valued

ENTRY_ORDER: Final = ("entry_id", "id")


def detector_of(finding: Finding) -> Detector:
    return DETECTORS[finding.detector]


def sentence_of(finding: Finding) -> str:
    return detector_of(finding).say(finding.facts)


def thresholds_of(finding: Finding) -> dict[str, Valued]:
    policy = book(finding.rules_version).in_force(on=local_date(finding.entry_at))
    return detector_of(finding).rows(policy) or {}


def counts(findings: QuerySet[Finding]) -> list[tuple[str, Any, Bounded]]:
    """Only the states in which something is still to be done."""
    waiting = [state for state in FindingState if state not in ENDED]
    still = findings.filter(ended_at__isnull=True).order_by("state", "party", "district")
    found = counted({str(state): still.filter(state=state) for state in waiting})
    return [(str(state), state.label, found[state]) for state in waiting]


@dataclass(frozen=True, slots=True)
class Proof:
    """As one reader sees it: `application` is empty, `permit` None, where it may not be seen.

    `index` is its place in the log, where anybody can check it.
    """

    entry: Entry
    index: int | None
    application: str
    permit: Permit | None


def evidence_of(finding: Finding) -> QuerySet[Evidence]:
    return Evidence.objects.filter(finding=finding).order_by(*ENTRY_ORDER)


def proofs(rows: Iterable[Evidence], user: User) -> list[Proof]:
    """Four queries however many there are."""
    ids = [row.entry_id for row in rows]
    entries = list(Entry.objects.filter(pk__in=ids).order_by("pk"))
    indices = dict(Leaf.objects.filter(entry__in=ids).values_list("entry_id", "index"))
    cases = visible_to(user).filter(ref__in={entry.case_ref for entry in entries})
    numbers = dict(cases.values_list("ref", "number"))
    permits: dict[UUID | None, Permit] = {}
    if parts := {entry.part for entry in entries if entry.part}:
        seen = Permit.objects.filter(visible_permits(user), ref__in=parts)
        permits = {permit.ref: permit for permit in seen.select_related("line_works")}
    found = []
    for entry in entries:
        permit = permits.get(entry.part)
        through = permit.line_works.application if permit else ""
        number = numbers.get(entry.case_ref, through)
        found.append(Proof(entry, indices.get(entry.pk), number, permit))
    return found


def about(user: User, case_ref: UUID) -> QuerySet[Finding]:
    entries = Entry.objects.filter(case_ref=case_ref).values("pk")
    behind = Evidence.objects.filter(entry_id__in=entries).values("finding")
    return readable(Finding, user).filter(pk__in=behind).order_by(*NEWEST_FIRST)


def case_number(finding: Finding, user: User) -> str:
    """Empty where none may be seen."""
    if finding.case_ref is None:
        return ""
    found = visible_to(user).filter(ref=finding.case_ref).values_list("number", flat=True)
    return found.first() or ""


@dataclass(frozen=True, slots=True)
class Quarter:
    """The findings of one detector, by the state in which they are now."""

    since: date
    detector: str
    states: Mapping[str, int]

    @property
    def name(self) -> str:
        """Such as 2026Q4."""
        return quarter_name(self.since)

    @property
    def total(self) -> int:
        return sum(self.states.values())


def public_counts() -> list[Quarter]:
    """The newest quarter first; nothing but counts: no subject, no addressee, no district."""
    grouped = by_quarter(Finding.objects.all(), "found_at").values("quarter", "detector", "state")
    found: dict[tuple[date, str], dict[str, int]] = {}
    for row in grouped.annotate(count=Count("id")):
        key = first_day(row["quarter"]), row["detector"]
        found.setdefault(key, dict.fromkeys(FindingState.values, 0))[row["state"]] = row["count"]
    order = list(DETECTORS)
    keys = sorted(found, key=lambda key: (-key[0].toordinal(), order.index(key[1])))
    return [Quarter(since, detector, found[since, detector]) for since, detector in keys]


def order_of(finding: Finding) -> RectificationOrder | None:
    if finding.order_ref is None:
        return None
    return RectificationOrder.objects.filter(ref=finding.order_ref).first()
