"""The service standards, generated from the rules that the system runs on."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from applications.workflow import ZERO_INVESTMENT
from disclosure.permits import PermitStandard, permit_standards
from disclosure.rows import Said, limit_words, noted, said, stage_name, trust_words
from rules import registry
from rules.book import Book
from rules.names import Level, Stage
from rules.policy import Policy
from rules.values import Valued

SHOWN_IN_HISTORY = ("limit.", "three_zero.", "steps.", "documents.", "permit.")


@dataclass(frozen=True)
class Document:
    """A document that may be asked for."""

    code: str
    name: str


def _origin(row: Said) -> dict[str, Any]:
    """Where a value comes from, for programs."""
    return {
        "clause": row.clause, "source": row.source, "trust": row.trust,
        "from": row.since, "until": row.until,
    }  # fmt: skip


@dataclass(frozen=True)
class KindStandard:
    """One kind: its limit, its steps, its documents by stage."""

    code: str
    name: str
    days: int
    counted: str
    measure: str
    statistic: str
    limit: Said
    steps: tuple[str, ...]
    steps_row: Said
    documents: tuple[tuple[str, tuple[Document, ...], Said], ...]

    def as_json(self) -> dict[str, Any]:
        """The kind for programs."""
        documents = [
            {"requirement": d.code, "name": d.name, "stage": stage, **_origin(row)}
            for stage, found, row in self.documents
            for d in found
        ]
        limit = {
            "days": self.days, "measure": self.measure, "statistic": self.statistic,
            **_origin(self.limit),
        }  # fmt: skip
        return {
            "kind": self.code, "name": self.name, "limit": limit,
            "steps": {"names": list(self.steps), **_origin(self.steps_row)},
            "documents": documents,
        }  # fmt: skip


@dataclass(frozen=True)
class Standards:
    """Everything that holds in one place on one day, and what held when."""

    on: date
    district: str
    since: date
    until: date | None
    version: str
    kinds: tuple[KindStandard, ...]
    three_zero: tuple[Said, ...]
    permits: tuple[PermitStandard, ...]
    joint: tuple[Said, ...]
    history: tuple[Said, ...]
    not_adopted: tuple[Said, ...]


def standards(on: date, *, district: str = "", statutory: str = "") -> Standards:
    """The standards in force on a day, in a district or (empty) in the city as a whole.

    Raises:
        NotInForce: before the city's first decision.
        LookupError: no such district, or a zone without its statutory district.
    """
    book = registry.current()
    policy = book.in_force(on=on, district=district or None, statutory=statutory or None)
    later = [day for day in book.turns if day > on]
    return Standards(
        on=on,
        district=district,
        since=max(policy.since, book.first_day),
        until=later[0] - timedelta(days=1) if later else None,
        version=book.version,
        kinds=tuple(_kind(policy, kind.code) for kind in policy.city.kinds),
        three_zero=tuple(_three_zero(book, policy, on)),
        permits=tuple(permit_standards(policy)),
        joint=_joint(policy),
        history=_history(book),
        not_adopted=tuple(said(row, book.city) for row in book.unadopted()),
    )


def _kind(policy: Policy, code: str) -> KindStandard:
    limit = policy.limit(code)
    documents = [
        (stage.value, _documents(policy, code, stage), said(row, policy.city))
        for stage in Stage
        if (row := policy.get(f"documents.{code}.{stage}"))
    ]
    return KindStandard(
        code=code,
        name=str(policy.city.kind(code).name),
        days=limit.days,
        counted=limit_words(limit),
        measure=limit.measure.value,
        statistic=limit.statistic.value,
        limit=said(policy.value(limit.key), policy.city),
        steps=tuple(str(step.name) for step in policy.steps(code)),
        steps_row=said(policy.value(f"steps.{code}"), policy.city),
        documents=tuple(documents),
    )


def _documents(policy: Policy, kind: str, stage: Stage) -> tuple[Document, ...]:
    found = policy.checklist(kind, stage)
    return tuple(Document(d.code, str(d.name)) for d in found)


def _three_zero(book: Book, policy: Policy, on: date) -> list[Said]:
    """The threshold, for every class of district where it differs; and for whom."""
    rows = [row for row in book.rows("three_zero.kw") if row.runs_on(on)]
    if policy.district:
        rows = [policy.three_zero_kw()]
    rows = [row for row in rows if row.origin.district in (None, policy.district)]
    return [said(row, book.city) for row in (*rows, policy.value("three_zero.customers"))]


def _joint(policy: Policy) -> tuple[Said, ...]:
    keys = ("permit.set.days", "permit.intake.days")
    return tuple(said(policy.value(key), policy.city) for key in keys)


def _history(book: Book) -> tuple[Said, ...]:
    """Every adopted value of the city and its districts that changed once, oldest first per key."""
    rows = [
        row
        for prefix in SHOWN_IN_HISTORY
        for row in book.rows(prefix)
        if row.adopted and row.origin.level in (Level.CITY, Level.DISTRICT)
    ]
    spans: dict[str, list[Valued]] = {}
    for row in rows:
        spans.setdefault(row.key, []).append(row)
    changed = [row for found in spans.values() if len(found) > 1 for row in found]
    ordered = sorted(changed, key=lambda row: (row.key, row.since, row.place_class or ""))
    return tuple(said(row, book.city) for row in ordered)


def free_kinds() -> list[str]:
    """The names of the kinds that pay nothing (plan 3(3)2 and 3(3)3)."""
    city = registry.current().city
    return [str(kind.name) for kind in city.kinds if kind.code in ZERO_INVESTMENT]


def documents_words(kind: KindStandard) -> list[tuple[str, tuple[Document, ...], Said]]:
    """The documents of a kind under the words of their stage."""
    return [(stage_name(stage), found, row) for stage, found, row in kind.documents]


def source_words(row: Said) -> str:
    """Source and trust of a row in one cell."""
    return noted(row.source, trust_words(row.trust, ours=row.ours))
