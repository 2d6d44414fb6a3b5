"""Each permit in words: when it is needed, by which route it goes, how long, by which law."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.city import figure, working_days
from disclosure.rows import PREDICATES, WORDS, joined, trust_words
from rules.city import PermitName
from rules.names import VOLTAGES, Route, Start
from rules.policy import Policy
from rules.values import Valued


@dataclass(frozen=True)
class RouteLine:
    """One route of a permit: under which condition, how long, by which clause."""

    route: str
    condition: str
    days: int | None
    clause: str
    trust: str

    def as_json(self) -> dict[str, Any]:
        """The route for programs."""
        return {
            "route": self.route, "condition": self.condition, "limit_days": self.days,
            "clause": self.clause, "trust": self.trust,
        }  # fmt: skip


@dataclass(frozen=True)
class PermitStandard:
    """One permit: its bureau, its routes in their order of precedence, the laws behind it."""

    code: str
    name: str
    bureau: str
    routes: tuple[RouteLine, ...]
    laws: tuple[tuple[str, str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The permit for programs."""
        laws = [{"clause": clause, "subject": text, "url": url} for clause, text, url in self.laws]
        return {
            "permit": self.code, "name": self.name, "bureau": self.bureau,
            "routes": [line.as_json() for line in self.routes], "laws": laws,
        }  # fmt: skip


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
    return [_standard(policy, permit) for permit in policy.city.permits]


def _standard(policy: Policy, permit: PermitName) -> PermitStandard:
    laws = policy.permit_laws(permit.code)
    return PermitStandard(
        code=permit.code,
        name=str(permit.name),
        bureau=str(policy.city.bureau(permit.bureau).name),
        routes=tuple(_routes(policy, permit)),
        laws=tuple((str(law.clause), str(law.subject), law.source.url) for law in laws),
    )


def _routes(policy: Policy, permit: PermitName) -> Iterator[RouteLine]:
    """The routes that the rules in force open, in their order of precedence."""
    values, code = policy.values, permit.code
    yield from _not_needed(values, code)
    if row := values.get(f"permit.{code}.covered"):
        words = _("anything but {covered}: its own law, no fixed limit here")
        yield _line(Route.SPECIAL, words.format(covered=_words(row, WORDS)), row)
    yield from _exempt(values, code)
    if row := values.get(f"permit.{code}.instant"):
        days = int(values[f"permit.{code}.instant.days"].number)
        yield _line(Route.INSTANT, _words(row, PREDICATES), row, days)
    yield from _commitment(values, permit)
    yield _review(policy, code)


def _not_needed(values: Mapping[str, Valued], code: str) -> Iterator[RouteLine]:
    needed, spared = values[f"permit.{code}.needed"], values.get(f"permit.{code}.not_for")
    words = _("unless: {conditions}").format(conditions=_words(needed, PREDICATES))
    yield _line(Route.NOT_NEEDED, words, needed)
    if spared:
        yield _line(Route.NOT_NEEDED, _words(spared, PREDICATES), spared)


def _exempt(values: Mapping[str, Valued], code: str) -> Iterator[RouteLine]:
    if row := values.get(f"permit.{code}.exempt.investment_yuan"):
        words = _("investment in the external line up to CNY {amount}")
        yield _line(Route.EXEMPT, words.format(amount=figure(row.number)), row)
    for voltage in VOLTAGES:
        length = values.get(f"permit.{code}.exempt.{voltage}.length_m")
        dug = values.get(f"permit.{code}.exempt.{voltage}.excavation_m")
        if length and dug:
            words = _("{voltage}: line up to {length} m and digging up to {dug} m").format(
                voltage=WORDS[voltage], length=figure(length.number), dug=figure(dug.number)
            )
            yield _line(Route.EXEMPT, words, length)


def _commitment(values: Mapping[str, Valued], permit: PermitName) -> Iterator[RouteLine]:
    row = values.get(f"permit.{permit.code}.commitment.length_m")
    switch = values.get(f"commitment.{permit.bureau}")
    if row and switch and switch.value is True:
        words = _("line up to {length} m; the applicant may choose review instead")
        yield _line(Route.COMMITMENT, words.format(length=figure(row.number)), row)
    row, switch = values.get("filing.length_m"), values.get(f"filing.{permit.bureau}")
    if row and switch and switch.value is True:
        words = _("low voltage, line up to {length} m").format(length=figure(row.number))
        yield _line(Route.FILING, words, switch)


def _review(policy: Policy, code: str) -> RouteLine:
    limit = policy.permit_limit(code, Route.REVIEW)
    if limit is None:  # pragma: no cover - the rules refuse a city without it
        raise LookupError(code)
    begins = _("everything else; counted from receipt of the application")
    if limit.start is Start.ACCEPTANCE:
        begins = _("everything else; counted from formal acceptance")
    trust = trust_words(limit.trust)
    return RouteLine(Route.REVIEW, begins, limit.days, str(limit.clause), trust)


def _line(route: Route, condition: str, row: Valued, days: int | None = None) -> RouteLine:
    trust = trust_words(row.trust, ours=row.ours)
    return RouteLine(route, condition, days, str(row.clause), trust)


def _words(row: Valued, known: Mapping[str, Any]) -> str:
    return joined(known.get(code, code) for code in row.codes)


def days_words(days: int | None) -> str | None:
    """A limit in words: none, the same working day, or so many working days."""
    if days is None:
        return None
    return working_days(days) if days else _("the same working day")
