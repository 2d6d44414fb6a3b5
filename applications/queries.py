"""Reads of cases."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import CASE_READERS
from applications.models import Application
from applications.permissions import may_see
from applications.standing import kind_under
from applications.workflow import State
from core.clock import city_now
from core.problems import Missing


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
        decision = kind_under(case.rules(city_now()), case)
        case.kind, case.voltage = decision.kind, decision.voltage
    return case.workflow()
