"""Reads of cases, and who may see them; who may take which act, `workflow.py` says."""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from accounts.queries import holders
from accounts.roles import CASE_READERS, COUNTER, Role
from applications import begun
from applications.models import Application, Draft
from applications.workflow import Holder, State, as_applicant
from approvals.models import Permit
from approvals.workflow import SUPPLIER, TURN
from approvals.workflow import State as PermitState
from core.identifiers import plain
from core.problems import Missing
from core.statements import Given, Read

#: What a permit wants of the supply company: papers or a commitment; another line.
AWAITED, REFUSED = "awaited", "refused"
_WANTS: dict[str, list[str]] = {
    AWAITED: sorted(str(state) for state, turn in TURN.items() if turn == SUPPLIER),
    REFUSED: [PermitState.REFUSED.value],
}


def own(user: User) -> Q:
    """The cases of which the person is the applicant, or stands for one; see `as_applicant`."""
    filed = Q(filed_by=user.party_id, channel=Application.Channel.ONLINE)
    return filed | Q(office__in=user.organisations(*COUNTER))


def drafts_of(user: User) -> QuerySet[Draft]:
    """What the person has begun, and at a counter the office, the newest first."""
    return Draft.objects.filter(own(user), discarded_at=None).order_by("-id")


def applicants(case: Application) -> list[int]:
    """The parties that are told as the applicant: at a counter the clerk who took the case in,
    and where that one has left, everybody of the office."""
    if case.office_id is None:
        return [case.filed_by_id]
    clerks = holders(*COUNTER, organisation=case.office_id)
    return [case.filed_by_id] if case.filed_by_id in clerks else clerks


def _permits_in(*states: str) -> Exists:
    """Whether the newest round of the case of the outer query has a permit in such a state."""
    newest = Permit.objects.filter(
        case_ref=OuterRef("ref"), round__number=F("line_works__round_number")
    )
    return Exists(newest.filter(state__in=states))


def wanted() -> Case:
    """Return an expression: what a permit of a case wants of the supply company, whoever holds the
    case; empty where none does."""
    asked = Case(
        *(When(_permits_in(*states), then=Value(want)) for want, states in _WANTS.items()),
        default=Value(""),
        output_field=CharField(),
    )
    return Case(When(state=State.PERMITS, then=asked), default=Value(""))


def wanted_of(case: Application) -> str:
    """Return what `wanted` says of one case; no statement where it has no permits to decide."""
    if case.state != State.PERMITS:
        return ""
    found = Application.objects.filter(pk=case.pk).annotate(wanted=wanted())
    return str(found.values_list("wanted", flat=True).get())


def awaits(party: Holder) -> Q:
    """Return the condition that somebody waits for a party: it holds the case, or, beside the
    bureaus that hold it, a permit wants something of the supply company."""
    held = Q(holder=party)
    if party != Holder.SUPPLIER:
        return held
    states = [state for each in _WANTS.values() for state in each]
    return held | Q(state=State.PERMITS) & Q(_permits_in(*states))


def visible_to(user: User) -> QuerySet[Application]:
    districts = user.districts(*CASE_READERS)
    if districts is None:
        return Application.objects.all()
    return Application.objects.filter(own(user) | Q(district__in=districts))


def may_see(application: Application, user: User) -> bool:
    """A draft is for nobody's eyes but those of whoever files it."""
    if as_applicant(application, user) is not None:
        return True
    return (
        application.draft is None
        and user.role_in(*CASE_READERS, district=application.district) is not None
    )


def counter_role(user: User) -> Role | None:
    return user.role_in(*COUNTER)


_by_number = Read(lambda: Application.objects.filter(number=Given()))


def numbered(number: str) -> Application | None:
    """The case of a number, in capitals or not."""
    return _by_number.first(plain(number))


def case_for(number: str, user: User) -> Application:
    """Return a case, or what is begun; Missing where there is none, or not for this person."""
    case = numbered(number) or begun.numbered(number)
    if case is None or not may_see(case, user):
        raise Missing
    return case.workflow()
