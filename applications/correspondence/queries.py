"""Reads of calls and messages, and who takes part."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from applications.correspondence.models import CaseMessage
from applications.models import Application
from applications.who import as_applicant, as_reader, as_shown, as_worker
from core.identifiers import is_mobile
from notifications.providers import is_open
from rules.delivery import Channel

Side = CaseMessage.Side


def as_writer(case: Application, user: User) -> Role | None:
    """Who writes on the applicant's side; at a counter the customer, who has shown the phone of the
    case, and not the clerk, who works on it."""
    online = case.channel == Application.Channel.ONLINE
    return as_applicant(case, user) if online else as_shown(case, user)


def as_desk(case: Application, user: User) -> Role | None:
    """Who calls the applicant of a case and writes to them: whoever works on it, and whose own it
    is not."""
    role = None if case.draft else as_worker(case, user)
    return None if role is None or case.concerns(user) else role


def reads_messages(case: Application, user: User) -> bool:
    """The two sides alone: bureaus and oversight decide nothing by it."""
    return as_reader(case, user) is not None or as_desk(case, user) is not None


def reads_here(case: Application) -> bool:
    """Whether the applicant can be told of a message: the customer of a counter by SMS alone, and
    reads it by following the case."""
    online = case.channel == Application.Channel.ONLINE
    return online or (is_mobile(case.phone) and is_open(Channel.SMS))


def answering(case: Application) -> list[int]:
    """The parties that are told that the applicant has written: of the customer manager who has
    the case, and the deputy of today; else of the customer managers of the district."""
    assigned = case.assigned.get(Role.MANAGER)
    if assigned is None:
        return holders(Role.MANAGER, district=case.district)
    people = User.objects.filter(pk__in=assigned.people, is_active=True)
    return list(people.values_list("party_id", flat=True))


def messages_of(case: Application) -> QuerySet[CaseMessage]:
    """The newest first."""
    return CaseMessage.objects.filter(application=case).order_by(*CaseMessage.ORDER)


def unanswered() -> QuerySet[CaseMessage]:
    """Messages of applicants for which the supply company owes an answer."""
    return CaseMessage.objects.filter(side=Side.APPLICANT, answered_at=None)


def waiting_for_answer(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Those of some cases whose applicant waits for the answer to a message."""
    return cases.filter(Exists(unanswered().filter(application=OuterRef("pk"))))
