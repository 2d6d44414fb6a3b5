"""The service standards, generated from the rules that the system runs on: page and file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from applications.workflow import ZERO_INVESTMENT
from core.templatetags.city import figure
from disclosure.permits import (
    PermitStandard,
    days_words,
    permit_standards,
    route_name,
)
from disclosure.public import public_csv
from disclosure.queries import hotlines
from disclosure.rows import (
    Said,
    limit_words,
    noted,
    parts,
    said,
    stage_name,
    trust_words,
)
from disclosure.tables import Context, Shown, drawn, span
from rules import registry
from rules.book import Book
from rules.names import Level, Stage
from rules.policy import Policy
from rules.values import Valued

STANDARD_NAMES = ("key", "name", "value", "from", "until", "clause", "source", "trust", "in_force")
SHOWN_IN_HISTORY = ("limit.", "three_zero.", "steps.", "documents.", "permit.")


@dataclass(frozen=True)
class KindLimit:
    """The limit of a kind: so many working days of what, for every case or on average."""

    days: int
    measure: str
    statistic: str
    counted: str
    row: Said


@dataclass(frozen=True)
class Steps:
    """The steps of a kind, in their order."""

    names: tuple[str, ...]
    row: Said


@dataclass(frozen=True)
class Document:
    """A document that may be asked for, and at which stage."""

    code: str
    name: str
    stage: str
    row: Said


@dataclass(frozen=True)
class KindStandard:
    """One kind: its limit, its steps, its documents by stage."""

    code: str
    name: str
    limit: KindLimit
    steps: Steps
    documents: tuple[Document, ...]


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
    calendar_version: str
    hotlines: list[dict[str, str]]


def standards(on: date, *, district: str = "", statutory: str = "") -> Standards:
    """The standards in force on a day, in a district or (empty) in the city as a whole.

    Raises:
        NotInForce: before the city's first decision.
        LookupError: no such district, or a zone without its statutory district.
    """
    book = registry.current()
    policy = book.in_force(on=on, district=district or None, statutory=statutory or None)
    later = [day for day in book.turns if day > on]
    # The threshold, for every class of district where it differs; and for whom.
    three_zero = [
        row
        for row in ([policy.three_zero_kw()] if district else book.rows("three_zero.kw"))
        if row.runs_on(on) and row.origin.district in (None, policy.district)
    ]
    three_zero.append(policy.value("three_zero.customers"))
    joint = map(policy.value, ("permit.set.days", "permit.intake.days"))
    return Standards(
        on=on,
        district=district,
        since=max(policy.since, book.first_day),
        until=later[0] - timedelta(days=1) if later else None,
        version=book.version,
        kinds=tuple(_kind(policy, kind.code) for kind in policy.city.kinds),
        three_zero=tuple(said(row, book.city) for row in three_zero),
        permits=tuple(permit_standards(policy)),
        joint=tuple(said(row, book.city) for row in joint),
        history=_history(book),
        not_adopted=tuple(said(row, book.city) for row in book.unadopted()),
        calendar_version=registry.calendar().version,
        hotlines=hotlines(),
    )


def _kind(policy: Policy, code: str) -> KindStandard:
    limit, city = policy.limit(code), policy.city
    documents = [
        Document(document.code, str(document.name), stage.value, said(row, city))
        for stage in Stage
        if (row := policy.get(f"documents.{code}.{stage}"))
        for document in policy.checklist(code, stage)
    ]
    return KindStandard(
        code=code,
        name=str(city.kind(code).name),
        limit=KindLimit(
            limit.days,
            limit.measure.value,
            limit.statistic.value,
            limit_words(limit),
            said(policy.value(limit.key), city),
        ),
        steps=Steps(
            tuple(str(step.name) for step in policy.steps(code)),
            said(policy.value(f"steps.{code}"), city),
        ),
        documents=tuple(documents),
    )


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


def source_words(row: Said) -> str:
    """Source and trust of a row in one cell."""
    return noted(row.source, trust_words(row.trust, ours=row.ours))


def standards_tables(found: Standards) -> Context:
    """Every table of the page, by its name in the template."""
    limits = [
        Shown(_("Kind"), lambda kind: kind.name),
        Shown(_("Limit"), lambda kind: figure(kind.limit.days), _("working days"), numeric=True),
        Shown(_("Counted over"), lambda kind: kind.limit.counted),
        *_origin(lambda kind: kind.limit.row),
    ]
    values = [
        Shown(_("What"), lambda row: row.name),
        Shown(_("Value"), lambda row: row.value),
        Shown(
            _("In force"),
            lambda row: parts(filter(None, (span(row.since, row.until), row.note))),
        ),
        Shown(_("Clause"), lambda row: row.clause),
        Shown(_("Source and trust"), source_words),
    ]
    steps = [
        Shown(_("Kind"), lambda kind: kind.name),
        Shown(_("Number of steps"), lambda kind: figure(len(kind.steps.names)), numeric=True),
        Shown(_("In this order"), lambda kind: " → ".join(kind.steps.names)),
        *_origin(lambda kind: kind.steps.row),
    ]
    documents = [
        Shown(_("Kind"), lambda row: row[0]),
        Shown(_("When"), lambda row: stage_name(row[1][0].stage)),
        Shown(_("Documents"), lambda row: parts(document.name for document in row[1])),
        *_origin(lambda row: row[1][0].row),
    ]
    by_stage = [
        (kind.name, list(asked))
        for kind in found.kinds
        for _stage, asked in groupby(kind.documents, lambda document: document.stage)
    ]
    routes = [
        Shown(_("Route"), lambda line: route_name(line.route)),
        Shown(_("When"), lambda line: line.condition),
        Shown(_("Limit"), lambda line: days_words(line.days) or _("none")),
        *_origin(lambda line: line.row),
    ]
    not_adopted = _("Known and not in force in this city")
    return {
        "limits": drawn(limits, found.kinds, _("Limits by kind of application")),
        "three_zero": drawn(values, found.three_zero, _("Three-zero service")),
        "steps": drawn(steps, found.kinds, _("Steps by kind of application")),
        "documents": drawn(documents, by_stage, _("Documents: nothing else")),
        "permits": [
            {"permit": permit, "table": drawn(routes, permit.routes, permit.name)}
            for permit in found.permits
        ],
        "joint": drawn(values, found.joint, _("Limits for all permits")),
        "history": drawn(values, found.history, _("What was in force when")),
        "not_adopted": drawn(values, found.not_adopted, not_adopted),
    }


def _origin(row_of: Callable[[Any], Said]) -> list[Shown]:
    """Where a value comes from: since when until when, by which clause, source and trust."""
    return [
        Shown(_("In force"), lambda each: span(row_of(each).since, row_of(each).until)),
        Shown(_("Clause"), lambda each: row_of(each).clause),
        Shown(_("Source and trust"), lambda each: source_words(row_of(each))),
    ]


def standards_file(standards: Standards) -> HttpResponse:
    """The values in force, then everything that changed, as a file."""
    rows = [kind.limit.row for kind in standards.kinds]
    lines = [_said_line(row, "true") for row in (*rows, *standards.three_zero, *standards.joint)]
    lines += [_said_line(row, "") for row in standards.history]
    lines += [_said_line(row, "false") for row in standards.not_adopted]
    return public_csv(f"standards-{standards.on}", [list(STANDARD_NAMES), *lines])


def _said_line(row: Said, in_force: str) -> list[str]:
    until = row.until.isoformat() if row.until else ""
    return [
        row.key, row.name, row.value, row.since.isoformat(), until, row.clause, row.source,
        row.trust, in_force,
    ]  # fmt: skip
