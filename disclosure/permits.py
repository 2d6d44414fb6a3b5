"""Each permit in words: when it is needed, by which route it goes, how long, by which law."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.templatetags.city import figure, working_days
from disclosure.rows import PREDICATES, WORDS, Said, joined, said
from rules.city import PermitName
from rules.names import VOLTAGES, Route, Start
from rules.policy import Policy
from rules.values import Valued


@dataclass(frozen=True)
class RouteLine:
    """One route of a permit: under which condition, how long, by which row of the rules."""

    route: str
    condition: str
    days: int | None
    row: Said


class Law(NamedTuple):
    """A law behind a permit."""

    clause: str
    subject: str
    url: str


@dataclass(frozen=True)
class PermitStandard:
    """One permit: its bureau, its routes in their order of precedence, the laws behind it."""

    code: str
    name: str
    bureau: str
    routes: tuple[RouteLine, ...]
    laws: tuple[Law, ...]


def route_name(route: str) -> str:
    """The name of a route as the public reads it."""
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
    """All permits under a policy, in their fixed order."""
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
        bureau = str(city.bureau(permit.bureau).name)
        found.append(PermitStandard(code, str(permit.name), bureau, tuple(routes), tuple(laws)))
    return found


Opening = tuple[Route, str, Valued]


def _openings(values: Mapping[str, Valued], permit: PermitName) -> Iterator[Opening]:
    """Each route but review: when it is taken, and the row that says so."""
    code = permit.code
    needed, spared = values[f"permit.{code}.needed"], values.get(f"permit.{code}.not_for")
    words = _("unless: {conditions}").format(conditions=_words(needed, PREDICATES))
    yield Route.NOT_NEEDED, words, needed
    if spared:
        yield Route.NOT_NEEDED, _words(spared, PREDICATES), spared
    if row := values.get(f"permit.{code}.covered"):
        words = _("anything but {covered}: its own law, no fixed limit here")
        yield Route.SPECIAL, words.format(covered=_words(row, WORDS)), row
    if row := values.get(f"permit.{code}.exempt.investment_yuan"):
        words = _("investment in the external line up to CNY {amount}")
        yield Route.EXEMPT, words.format(amount=figure(row.number)), row
    for voltage in VOLTAGES:
        length = values.get(f"permit.{code}.exempt.{voltage}.length_m")
        dug = values.get(f"permit.{code}.exempt.{voltage}.excavation_m")
        if length and dug:
            words = _("{voltage}: line up to {length} m and digging up to {dug} m").format(
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


def _words(row: Valued, known: Mapping[str, Any]) -> str:
    return joined(known.get(code, code) for code in row.codes)


def days_words(days: int | None) -> str | None:
    """A limit in words: none, the same working day, or so many working days."""
    if days is None:
        return None
    return working_days(days) if days else _("the same working day")
