"""Reads of cases, and who may see them; who may take which act, `workflow.py` says."""

from contextlib import suppress

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import CASE_READERS, COUNTER, Role
from applications.models import Application
from applications.workflow import State
from core.clock import city_now
from core.identifiers import plain
from core.problems import Invalid, Missing


def visible_to(user: User) -> QuerySet[Application]:
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return Application.objects.all()
    return Application.objects.filter(Q(filed_by=user) | Q(district__in=districts))


def may_see(application: Application, user: User) -> bool:
    return (
        application.filed_by_id == user.pk
        or user.role_in(*CASE_READERS, district=application.district) is not None
    )


def counter_role(user: User) -> Role | None:
    return user.role_in(*COUNTER)


def numbered(number: str) -> Application | None:
    """The case of a number, in capitals or not."""
    return Application.objects.filter(number=plain(number)).first()


def case_for(number: str, user: User) -> Application:
    """Return a case; Missing where there is none, or it is not for this person's eyes."""
    case = numbered(number)
    if case is None or not may_see(case, user):
        raise Missing
    if case.state == State.DRAFT:
        # Until it is filed, a draft is of the kind that the rules of now would give it. One that
        # they refuse stays as it was written: it is opened to be mended or deleted.
        with suppress(Invalid):
            decision = case.kind_under(case.rules(city_now()))
            case.kind, case.voltage = decision.kind, decision.voltage
    return case.workflow()
