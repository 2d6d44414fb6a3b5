"""What the rules answer for each permit of a line, and why: read before anything is sent."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from rest_framework.serializers import CharField, Serializer

from approvals.answers import DecisionAnswer
from approvals.models import Permit, Round
from approvals.roads.meeting import Met, MetAnswer
from approvals.workflow import State, first_state
from core.problems import Text
from core.templatetags.city import figure, money
from rules.names import Permit as PermitCode
from rules.names import Route
from rules.policy import PermitDecision, Policy, easier_routes
from rules.values import Valued
from rules.works import PREDICATES as QUESTIONS
from rules.works import Works, inputs

PREDICATES: Final[dict[str, Text]] = {
    "any_works": gettext_lazy("there are works at all"),
    "attached_to_municipal_road": gettext_lazy(
        "works inside the planned area along a municipal road or its common duct"
    ),
    "in_adopted_plan": gettext_lazy("works under a power-facility plan in the urban-rural plan"),
    "start_report_approved": gettext_lazy("projects with an approved start-of-work report"),
    "on_existing_road": gettext_lazy("the line runs along an existing road"),
    "occupies_road": gettext_lazy("a road is occupied"),
    "occupies_municipal_road": gettext_lazy("a municipal road is occupied"),
    "digs_municipal_road": gettext_lazy("a municipal road is dug"),
    "digs_or_crosses_highway": gettext_lazy("a highway is dug or crossed"),
    "moves_greenery": gettext_lazy("greenery is moved"),
}


def untouched(
    last: Round, works: Works, decisions: Iterable[PermitDecision]
) -> dict[PermitCode, Permit]:
    """The permits of a round that hold on with changed works: granted, with the same route and the
    same fields of the works that each depends on (`rules.works.INPUTS`)."""
    granted = {permit.permit: permit for permit in last.permits.filter(state=State.GRANTED)}
    return {
        code: old
        for decision in decisions
        if (old := granted.get(code := decision.permit))
        and old.route == decision.route
        and inputs(last.works, code) == inputs(works, code)
    }


def why(policy: Policy, decision: PermitDecision, works: Works) -> str:
    """Return why a permit goes the way that it goes, in a sentence."""
    permit = decision.permit
    rows = easier_routes(policy.values, decision.bureau, permit, works)
    row = next((row for _route, row in rows), None)
    if row is None:
        if permit in works.choose_review:
            return _("Ordinary review, as the applicant chose.")
        needed = policy.value(f"permit.{permit}.needed")
        return _("Needed: %(what)s.") % {"what": _named(needed, lambda code: _holds(code, works))}
    if decision.route == Route.REVIEW:
        return _("Ordinary review: this bureau takes no commitment, for one was not kept.")
    return WHY[decision.route](policy, row, works)


def _holds(code: str, works: Works) -> bool:
    return QUESTIONS[code](works)


def _named(row: Valued, which: Callable[[str], bool]) -> str:
    words = (str(PREDICATES[code]) for code in row.codes if which(code))
    return pgettext("between the items of a list", ", ").join(words)


def _not_needed(_policy: Policy, row: Valued, works: Works) -> str:
    if row.key.endswith(".needed"):
        return _("Only for what does not apply here: %(what)s.") % {
            "what": _named(row, lambda _code: True)
        }
    return _("Not for %(what)s.") % {"what": _named(row, lambda code: _holds(code, works))}


def _exempt(policy: Policy, row: Valued, works: Works) -> str:
    if row.key.endswith("investment_yuan"):
        return _("The investment is no more than %(most)s.") % {"most": money(row.number)}
    dug = policy.value(f"{row.key.removesuffix('length_m')}excavation_m")
    values = {"length": figure(row.number), "dug": figure(dug.number)}
    return _("No longer than %(length)s m, and no more than %(dug)s m of road dug.") % values


def _committed(_policy: Policy, row: Valued, works: Works) -> str:
    text = _("No longer than %(length)s m: this bureau takes a commitment.")
    return text % {"length": figure(row.number)}


def _filed(policy: Policy, row: Valued, works: Works) -> str:
    length = figure(policy.value("filing.length_m").number)
    return _("Low voltage and no longer than %(length)s m.") % {"length": length}


def _instant(_policy: Policy, row: Valued, works: Works) -> str:
    return _("On the spot: %(what)s.") % {"what": _named(row, lambda code: _holds(code, works))}


def _special(_policy: Policy, row: Valued, works: Works) -> str:
    return _("What is touched here has a law of its own, which the common limit leaves out.")


WHY: Final[Mapping[Route, Callable[[Policy, Valued, Works], str]]] = {
    Route.NOT_NEEDED: _not_needed,
    Route.SPECIAL: _special,
    Route.EXEMPT: _exempt,
    Route.INSTANT: _instant,
    Route.COMMITMENT: _committed,
    Route.FILING: _filed,
}


class RoutedAnswer(DecisionAnswer):
    """What the rules answer for one permit of a line, and why."""

    why = CharField()


class DecisionsAnswer(Serializer[Any]):
    """What the rules answer for all seven permits; nothing is written. `carried_over`: of a changed
    line, it holds on and is not asked anew. `closed_roads`: what the package that is prepared
    for the case meets, and may not be dug without a government's approval."""

    permits = RoutedAnswer(many=True)
    closed_roads = MetAnswer(many=True)


def decisions_json(
    policy: Policy, works: Works, kept: Collection[str] = (), closed: Iterable[Met] = ()
) -> dict[str, Any]:
    """`kept`: the permits that hold on with the changed line; `closed`: roads that may not be dug
    and that the prepared package meets."""
    members = [
        {
            "permit": decision.permit,
            "route": decision.route,
            "clause": str(decision.clause),
            "bureau": decision.bureau,
            "level": decision.level,
            "limit_days": decision.limit_days,
            "state": State.GRANTED if decision.permit in kept else first_state(decision.route),
            "carried_over": decision.permit in kept,
            "why": why(policy, decision, works),
        }
        for decision in policy.route(works)
    ]
    return DecisionsAnswer({"permits": members, "closed_roads": closed}).data
