"""What is published of each permit, generated from the rules: its routes, its laws, its conditions
where it is granted on a commitment, and how that is checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from approvals.policies.models import PolicyDocument
from approvals.policies.queries import documents_on
from approvals.routing import PREDICATES
from core.templatetags.city import figure
from disclosure.rows import WORDS, Said, joined, said
from publishing.columns import PARTED
from publishing.models import Kind
from publishing.tables import table_of
from rules.city import PermitName
from rules.commitments import commitment_rules
from rules.names import VOLTAGES, Route, Start
from rules.policy import Policy
from rules.values import Valued

#: Of every commitment.
CHECKS = (
    "permit.commitment.check.days",
    "permit.commitment.barred.days",
    "permit.commitment.responsible",
)


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


class PolicyLink(NamedTuple):
    """A document by which the bureau decides, on the page of the office that issued it."""

    number: str
    title: str
    office: str
    link: str


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
    policies: tuple[PolicyLink, ...]


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


def policy_links(documents: Iterable[PolicyDocument]) -> tuple[PolicyLink, ...]:
    office = table_of(Kind.POLICIES).columns["office"]
    return tuple(
        PolicyLink(each.number, each.title, office.show(each.office), each.link)
        for each in documents
    )


def permit_standards(policy: Policy, on: date) -> list[PermitStandard]:
    """`on`: the day of which the policy is, and on which its documents are in force."""
    found, values, city = [], policy.values, policy.city
    documents = list(documents_on(on))
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
                policy_links(each for each in documents if code in each.permits.split(PARTED)),
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
