"""Reads of cases: whose lists, and which buttons."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from accounts.models import User
from accounts.roles import CASE_READERS
from applications.models import Application
from applications.moves import actions_of
from applications.permissions import may_see
from applications.standing import kind_under, policy_of
from applications.states import State
from applications.steps import why_not
from applications.verbs import EVERY_VERB, Verb
from core.clock import city_now
from core.problems import Missing
from rules.names import Kind


@dataclass(frozen=True, slots=True)
class Button:
    """An action that belongs to a case: legal now, or the reason why not."""

    action: str
    label: str | Promise
    allowed: bool
    reason: str | Promise | None = None


def visible_to(user: User) -> QuerySet[Application]:
    """Return the cases that a person may see."""
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return Application.objects.all()
    return Application.objects.filter(Q(filed_by=user) | Q(district__in=districts))


def case_for(number: str, user: User) -> Application:
    """Return a case by its number for a person who may see it.

    Raises:
        Missing: there is none, or it is not for this person's eyes.
    """
    case = Application.objects.filter(number=number).first()
    if case is None or not may_see(case, user):
        raise Missing
    return _by_the_rules_of_now(case)


def _by_the_rules_of_now(case: Application) -> Application:
    """Return a case as it is; a draft with the kind that the rules of now would give it."""
    if case.state == State.DRAFT:
        decision = kind_under(policy_of(case, city_now()), case)
        case.kind, case.voltage = decision.kind, decision.voltage
    return case.workflow()


def buttons(case: Application, user: User) -> list[Button]:
    """Return every action of the case's machine, for this person, each allowed or with a reason."""
    case, known = case.workflow(), actions_of(Kind(case.kind))
    return [_button(case, verb, user) for verb in EVERY_VERB.values() if verb.name in known]


def _button(case: Application, verb: Verb, user: User) -> Button:
    reason: Any = None
    if not can_proceed(getattr(case, verb.name)):
        reason = why_not(case, verb.name)
    elif verb.party(case, user) is None:
        reason = _("This is for somebody else to do.")
    else:
        reason = done_already(case, verb)
    return Button(verb.name, verb.label, reason is None, reason)


def done_already(case: Application, verb: Verb) -> str | Promise | None:
    """Return why an action that is done once a case cannot be done again, if so."""
    if verb.name == "request_supplement" and case.supplement_asked:
        return _("A supplement was asked for already; it may be asked for once.")
    if verb.name == "rate" and case.rating is not None:
        return _("The service was rated already.")
    return None
