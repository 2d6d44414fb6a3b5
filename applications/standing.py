"""Which rules a case stands under, and what they say of it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.workflow import State
from core.clock import local_date
from core.problems import WrongState
from rules.book import Book
from rules.names import Kind, Measure, Stage
from rules.policy import KindDecision, Limit, Policy, Requirement

#: The stages of documents that a kind has, each with the states in which its files come in.
STAGES: dict[Stage, frozenset[State]] = {
    Stage.APPLICATION: frozenset({State.DRAFT, State.SUPPLEMENT}),
    Stage.DESIGN_REVIEW: frozenset({State.PLAN_CONFIRMED}),
    Stage.MID_CONSTRUCTION_INSPECTION: frozenset({State.WORKS}),
    Stage.COMPLETION_INSPECTION: frozenset({State.WORKS, State.INSPECTED}),
}


def in_force(rules: Book, case: Application, at: datetime) -> Policy:
    """Return the rules that a book has in force at an instant where the case is."""
    return rules.in_force(
        on=local_date(at), district=case.district, statutory=case.statutory_district or None
    )


def check_same_rules(rules: Book, case: Application, used: Policy, at: datetime) -> None:
    """Refuse an act whose entry came after midnight of a day on which the rules change.

    The rules are chosen before the entry, and the entry sets the time.

    Raises:
        WrongState: other rules are in force at the instant of the entry.
    """
    if in_force(rules, case, at).since != used.since:
        raise WrongState(_("The rules changed at midnight. Look at the case and send it again."))


def kind_under(policy: Policy, case: Application) -> KindDecision:
    """Return the kind that the rules give to what a case declares."""
    return policy.kind_for(
        applicant_type=case.applicant_type,
        enterprise_size=case.enterprise_size or None,
        capacity_kw=case.capacity_kw,
        voltage=case.voltage,
        sources=case.sources,
        purpose=case.purpose,
    )


def limit_for(policy: Policy, kind: str, measure: Measure) -> Limit | None:
    """Return the limit of a kind in one measure, None where the rules limit the other one."""
    limit = policy.limit(Kind(kind))
    return limit if limit.measure == measure else None


def requirements(policy: Policy, kind: str) -> list[Requirement]:
    """Return every document that a kind may be asked for, stage by stage."""
    return [need for stage in Stage for need in policy.checklist(Kind(kind), stage)]
