"""The service standards, generated from the rules that the system runs on: page and file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from applications.explained import step_words
from applications.states import ZERO_INVESTMENT
from core.templatetags.city import figure, working_days
from disclosure.permit_standards import PermitStandard, permit_standards, route_name
from disclosure.public import public_csv
from disclosure.queries import hotlines
from disclosure.rows import (
    Said,
    inspection_name,
    limit_words,
    noted,
    parts,
    said,
    stage_name,
    trust_words,
)
from disclosure.tables import Context, Shown, drawn, span
from rules import registry
from rules.names import INSPECTED, Kind, Level, Stage
from rules.policy import Policy
from rules.values import COUNTER_ACTS, TWO_PEOPLE, Valued

STANDARD_NAMES = ("key", "name", "value", "from", "until", "clause", "source", "trust", "in_force")
PARTIES = (
    *(f"counter.paper.{act}" for act in COUNTER_ACTS),
    *(f"two_people.{act}" for act in TWO_PEOPLE),
)
SHOWN_IN_HISTORY = ("limit.", "three_zero.", "steps.", "documents.", "inspection.", "permit.")


@dataclass(frozen=True)
class KindLimit:
    """`days` are working days."""

    days: int
    measure: str
    statistic: str
    counted: str
    row: Said


@dataclass(frozen=True)
class Steps:
    names: tuple[str, ...]
    row: Said


@dataclass(frozen=True)
class Document:
    code: str
    name: str
    stage: str
    row: Said


@dataclass(frozen=True)
class LookedAt:
    """An item of a review or inspection; `document` shows it, empty where it is seen on site."""

    code: str
    name: str
    stage: str
    requirement: str
    document: str
    row: Said


@dataclass(frozen=True)
class KindStandard:
    code: str
    name: str
    limit: KindLimit
    steps: Steps
    documents: tuple[Document, ...]
    inspections: tuple[LookedAt, ...]


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
    parties: tuple[Said, ...]
    history: tuple[Said, ...]
    not_adopted: tuple[Said, ...]
    calendar_version: str
    hotlines: list[dict[str, str]]


def standards(on: date, *, district: str = "", statutory: str = "") -> Standards:
    """An empty district is the city as a whole.

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
    # Every adopted value of the city and its districts that changed once, oldest first per key.
    spans: dict[str, list[Valued]] = {}
    for row in (row for prefix in SHOWN_IN_HISTORY for row in book.rows(prefix)):
        if row.adopted and row.origin.level in (Level.CITY, Level.DISTRICT):
            spans.setdefault(row.key, []).append(row)
    history = sorted(
        (row for found in spans.values() if len(found) > 1 for row in found),
        key=lambda row: (row.key, row.since, row.place_class or ""),
    )
    joint = map(policy.value, ("permit.set.days", "permit.intake.days"))
    return Standards(
        on=on,
        district=district,
        since=max(policy.since, book.first_day),
        until=later[0] - timedelta(days=1) if later else None,
        version=book.version,
        kinds=tuple(_kind(policy, kind.code) for kind in policy.city.kinds),
        three_zero=tuple(said(row, book.city) for row in three_zero),
        permits=tuple(permit_standards(policy, on)),
        joint=tuple(said(row, book.city) for row in joint),
        parties=tuple(said(row, book.city) for row in map(policy.get, PARTIES) if row),
        history=tuple(said(row, book.city) for row in history),
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
            tuple(step_words(step) for step in policy.steps(code)),
            said(policy.value(f"steps.{code}"), city),
        ),
        documents=tuple(documents),
        inspections=tuple(_looked_at(policy, code)),
    )


def _looked_at(policy: Policy, kind: str) -> Iterator[LookedAt]:
    """Yield what each review and inspection of a kind looks at, in their order."""
    names = policy.city.requirement_names
    for stage in INSPECTED.get(Kind(kind), ()):
        for item in policy.inspection(kind, stage):
            yield LookedAt(
                item.code,
                str(item.name),
                stage.value,
                item.requirement,
                str(names.get(item.requirement, "")),
                said(policy.value(f"inspection.{kind}.{stage}"), policy.city),
            )


def days_words(days: int | None) -> str | None:
    if days is None:
        return None
    return working_days(days) if days else _("the same working day")


def free_kinds() -> list[str]:
    """Those that pay nothing (plan 3(3)2 and 3(3)3)."""
    city = registry.current().city
    return [str(kind.name) for kind in city.kinds if kind.code in ZERO_INVESTMENT]


def source_words(row: Said) -> str:
    return noted(row.source, trust_words(row.trust, ours=row.ours))


def kind_tables(kinds: Sequence[KindStandard]) -> Context:
    limits = [
        Shown(_("Kind"), lambda kind: kind.name),
        Shown(_("Limit"), lambda kind: figure(kind.limit.days), _("working days"), numeric=True),
        Shown(_("Counted over"), lambda kind: kind.limit.counted),
        _clause(lambda kind: kind.limit.row),
    ]
    steps = [
        Shown(_("Kind"), lambda kind: kind.name),
        Shown(_("Number of steps"), lambda kind: figure(len(kind.steps.names)), numeric=True),
        Shown(_("In this order"), lambda kind: " → ".join(kind.steps.names)),
        _clause(lambda kind: kind.steps.row),
    ]
    documents = [
        Shown(_("Kind"), lambda row: row[0]),
        Shown(_("When"), lambda row: stage_name(row[1][0].stage)),
        Shown(_("Documents"), lambda row: parts(document.name for document in row[1])),
        _clause(lambda row: row[1][0].row),
    ]
    looked_at = [
        Shown(_("Kind"), lambda row: row[0]),
        Shown(_("When"), lambda row: inspection_name(row[1][0].stage)),
        Shown(_("Seen on"), lambda row: row[1][0].document or _("on site")),
        Shown(_("Items"), lambda row: parts(item.name for item in row[1])),
        _clause(lambda row: row[1][0].row),
    ]
    by_stage = [
        (kind.name, list(asked))
        for kind in kinds
        for _stage, asked in groupby(kind.documents, lambda document: document.stage)
    ]
    return {
        "limits": drawn(limits, kinds, _("Limits by kind of application")),
        "steps": drawn(steps, kinds, _("Steps by kind of application")),
        "documents": drawn(documents, by_stage, _("Documents: nothing else")),
        "inspections": drawn(
            looked_at,
            [
                (kind.name, list(items))
                for kind in kinds
                for _seen, items in groupby(
                    kind.inspections, lambda item: (item.stage, item.requirement)
                )
            ],
            _("What is looked at, item by item"),
        ),
        "sources": sources_of(row for kind in kinds for row in rows_of_kind(kind)),
    }


def rows_of_kind(kind: KindStandard) -> list[Said]:
    documents = [document.row for document in kind.documents]
    items = [item.row for item in kind.inspections]
    return [kind.limit.row, kind.steps.row, *documents, *items]


def standards_tables(found: Standards) -> Context:
    """Every table of the page, by its name in the template."""
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
    routes = [
        Shown(_("Route"), lambda line: route_name(line.route)),
        Shown(_("When"), lambda line: line.condition),
        Shown(_("Limit"), lambda line: days_words(line.days) or _("none")),
        _clause(lambda line: line.row),
    ]
    not_adopted = _("Known and not in force in this city")
    return kind_tables(found.kinds) | {
        "three_zero": drawn(values, found.three_zero, _("Three-zero service")),
        "permits": [
            {
                "permit": permit,
                "table": drawn(routes, permit.routes, permit.name),
                "sources": sources_of(line.row for line in permit.routes),
            }
            for permit in found.permits
        ],
        "commitments": [
            {
                "permit": permit,
                "checks": drawn(values, permit.checks, _("Check of a commitment afterwards")),
                "sources": sources_of(each.row for each in permit.conditions),
            }
            for permit in found.permits
            if permit.conditions
        ],
        "joint": drawn(values, found.joint, _("Limits for all permits")),
        "parties": drawn(values, found.parties, _("Who signs, and who does not do both")),
        "history": drawn(values, found.history, _("What was in force when")),
        "not_adopted": drawn(values, found.not_adopted, not_adopted),
    }


def _clause(row_of: Callable[[Any], Said]) -> Shown:
    """Where the rows come from is said once, under their table (`sources_of`)."""
    return Shown(_("Clause"), lambda each: row_of(each).clause)


def sources_of(rows: Iterable[Said]) -> list[str]:
    """Say each source once: since when it is in force, and how far it is trusted."""
    said = (parts([source_words(row), span(row.since, row.until)]) for row in rows)
    return list(dict.fromkeys(str(each) for each in said))


def standards_lines(standards: Standards) -> list[list[str]]:
    """The lines of the file, the names of its columns first."""
    rows = [kind.limit.row for kind in standards.kinds]
    rows = [*rows, *standards.three_zero, *standards.joint, *standards.parties]
    lines = [_said_line(row, "true") for row in rows]
    lines += [_said_line(row, "") for row in standards.history]
    lines += [_said_line(row, "false") for row in standards.not_adopted]
    return [list(STANDARD_NAMES), *lines]


def standards_file(standards: Standards) -> HttpResponse:
    return public_csv(f"standards-{standards.on}", standards_lines(standards))


def _said_line(row: Said, in_force: str) -> list[str]:
    until = row.until.isoformat() if row.until else ""
    return [
        row.key, row.name, row.value, row.since.isoformat(), until, row.clause, row.source,
        row.trust, in_force,
    ]  # fmt: skip
