"""The service standards, generated from the rules that the system runs on: page and file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _

from applications.explained import step_words
from applications.states import ZERO_INVESTMENT
from approvals.routing import PREDICATES
from core.templatetags.city import figure, working_days
from disclosure.public import public_csv
from disclosure.queries import hotlines
from disclosure.rows import (
    WORDS,
    Said,
    inspection_name,
    joined,
    limit_words,
    noted,
    parts,
    said,
    stage_name,
    trust_words,
)
from disclosure.tables import Context, Shown, drawn, span
from rules import registry
from rules.city import PermitName
from rules.commitments import commitment_rules
from rules.names import INSPECTED, VOLTAGES, Kind, Level, Route, Stage, Start
from rules.policy import Policy
from rules.values import COUNTER_ACTS, TWO_PEOPLE, Valued

STANDARD_NAMES = ("key", "name", "value", "from", "until", "clause", "source", "trust", "in_force")
PARTIES = (
    *(f"counter.paper.{act}" for act in COUNTER_ACTS),
    *(f"two_people.{act}" for act in TWO_PEOPLE),
)
#: Of every commitment.
CHECKS = (
    "permit.commitment.check.days",
    "permit.commitment.barred.days",
    "permit.commitment.responsible",
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
class RouteLine:
    """`days` are working days; None: without a limit."""

    route: str
    condition: str
    days: int | None
    row: Said


class Law(NamedTuple):
    clause: str
    subject: str
    url: str


@dataclass(frozen=True)
class Condition:
    """What a permit is granted on where it is granted on a commitment."""

    code: str
    name: str
    row: Said


@dataclass(frozen=True)
class PermitStandard:
    """The routes are in their order of precedence; `checks` say how commitments are checked."""

    code: str
    name: str
    bureau: str
    routes: tuple[RouteLine, ...]
    laws: tuple[Law, ...]
    conditions: tuple[Condition, ...]
    checks: tuple[Said, ...]


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
        permits=tuple(permit_standards(policy)),
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


def route_name(route: str) -> str:
    names = {
        Route.NOT_NEEDED: _("Not needed"),
        Route.SPECIAL: _("Special procedure"),
        Route.EXEMPT: _("Exempt"),
        Route.INSTANT: _("Decided at once"),
        Route.COMMITMENT: _("On commitment"),
        Route.FILING: _("Filing only"),
        Route.REVIEW: _("Review"),
    }
    return names[Route(route)]


def permit_standards(policy: Policy) -> list[PermitStandard]:
    found, values, city = [], policy.values, policy.city
    for permit in city.permits:
        code = permit.code
        routes = []
        for route, words, row in _openings(values, permit):
            instant = values.get(f"permit.{code}.instant.days")
            days = int(instant.number) if route is Route.INSTANT and instant else None
            routes.append(RouteLine(route, words, days, said(row, city)))
        if limit := policy.permit_limit(code, Route.REVIEW):
            words = _("everything else; counted from receipt of the application")
            if limit.start is Start.ACCEPTANCE:
                words = _("everything else; counted from formal acceptance")
            row = policy.value(limit.key)
            routes.append(RouteLine(Route.REVIEW, words, limit.days, said(row, city)))
        laws = [
            Law(str(law.clause), str(law.subject), law.source.url)
            for law in policy.permit_laws(code)
        ]
        found.append(
            PermitStandard(
                code,
                str(permit.name),
                str(city.bureau(permit.bureau).name),
                tuple(routes),
                tuple(laws),
                tuple(_conditions(policy, code)),
                tuple(
                    said(known, city)
                    for name in (f"permit.{code}.check.percent", *CHECKS)
                    if policy.get(f"permit.{code}.conditions") and (known := policy.get(name))
                ),
            )
        )
    return found


def _conditions(policy: Policy, code: str) -> Iterator[Condition]:
    row = policy.get(f"permit.{code}.conditions")
    if row is None:
        return
    shown = said(row, policy.city)
    for each, words in commitment_rules(policy, code, Route.COMMITMENT).conditions.items():
        yield Condition(each, str(words), shown)


Opening = tuple[Route, str, Valued]


def _openings(values: Mapping[str, Valued], permit: PermitName) -> Iterator[Opening]:
    """Each route but review: when it is taken, and the row that says so."""
    code = permit.code
    needed, spared = values[f"permit.{code}.needed"], values.get(f"permit.{code}.not_for")
    words = _("unless: {conditions}").format(conditions=_words(needed, PREDICATES))
    yield Route.NOT_NEEDED, words, needed
    if spared:
        yield Route.NOT_NEEDED, _words(spared, PREDICATES), spared
    yield from _left_out(values, code)
    if row := values.get(f"permit.{code}.exempt.investment_yuan"):
        words = _("investment in the external line up to CNY {amount}")
        yield Route.EXEMPT, words.format(amount=figure(row.number)), row
    for voltage in VOLTAGES:
        length = values.get(f"permit.{code}.exempt.{voltage}.length_m")
        dug = values.get(f"permit.{code}.exempt.{voltage}.excavation_m")
        if length and dug:
            words = _("{voltage}: line up to {length} m and up to {dug} m of road dug").format(
                voltage=WORDS[voltage], length=figure(length.number), dug=figure(dug.number)
            )
            yield Route.EXEMPT, words, length
    if row := values.get(f"permit.{code}.instant"):
        yield Route.INSTANT, _words(row, PREDICATES), row
    row, switch = values.get(f"permit.{code}.commitment.length_m"), f"commitment.{permit.bureau}"
    if row and (on := values.get(switch)) and on.value is True:
        words = _("line up to {length} m; the applicant may choose review instead")
        yield Route.COMMITMENT, words.format(length=figure(row.number)), row
    row, switch = values.get("filing.length_m"), f"filing.{permit.bureau}"
    if row and (on := values.get(switch)) and on.value is True:
        words = _("low voltage, line up to {length} m").format(length=figure(row.number))
        yield Route.FILING, words, on


def _left_out(values: Mapping[str, Valued], code: str) -> Iterator[Opening]:
    """What a clause does not cover; of highways, crossings and digging each for itself."""
    row = values.get(f"permit.{code}.covered")
    digging = values.get(f"permit.{code}.covered.digging")
    if row and digging:
        words = _("crossing anything but {covered}: its own law, no fixed limit here")
        yield Route.SPECIAL, words.format(covered=_words(row, WORDS)), row
        words = _("digging anything but {covered}: its own law, no fixed limit here")
        yield Route.SPECIAL, words.format(covered=_words(digging, WORDS)), digging
    elif row:
        words = _("anything but {covered}: its own law, no fixed limit here")
        yield Route.SPECIAL, words.format(covered=_words(row, WORDS)), row


def _words(row: Valued, known: Mapping[str, Any]) -> str:
    return joined(known.get(code, code) for code in row.codes)


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


def standards_file(standards: Standards) -> HttpResponse:
    rows = [kind.limit.row for kind in standards.kinds]
    rows = [*rows, *standards.three_zero, *standards.joint, *standards.parties]
    lines = [_said_line(row, "true") for row in rows]
    lines += [_said_line(row, "") for row in standards.history]
    lines += [_said_line(row, "false") for row in standards.not_adopted]
    return public_csv(f"standards-{standards.on}", [list(STANDARD_NAMES), *lines])


def _said_line(row: Said, in_force: str) -> list[str]:
    until = row.until.isoformat() if row.until else ""
    return [
        row.key, row.name, row.value, row.since.isoformat(), until, row.clause, row.source,
        row.trust, in_force,
    ]  # fmt: skip
