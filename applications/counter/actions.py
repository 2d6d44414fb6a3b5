"""The verbs of a customer at a counter, run under the lock of the case."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import codes
from accounts.models import Organisation, User
from accounts.queries import told_for
from accounts.roles import COUNTER
from applications.checklist import SUBJECT
from applications.correction import TOLD_WITHIN
from applications.counter import confirming
from applications.models import Application
from core.clock import city_now
from core.identifiers import is_mobile
from core.problems import FieldError, Forbidden, Invalid, WrongState
from notifications import outbox
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from rules.delivery import Channel
from rules.registry import current
from workflow.files import keep_files
from workflow.run import Step

CaseStep = Step[Application]


def take_code(case: Application, act: str, body: Any, code: str) -> None:
    """Take the code that was sent for a decision, in a transaction of its own, which counts a wrong
    one.

    Raises:
        Invalid: it is wrong, does not hold any more, or is for something else; not told which.
    """
    take_for(case, confirming.decision_of(case, act, confirming.said_in(case, act, body)), code)


def take_for(case: Application, decision: str, code: str) -> None:
    """As `take_code`, by the digest of the decision."""
    with transaction.atomic():
        row = codes.take_for(confirming.DECISION, decision, code)
    if row is None or row.address != case.phone:
        reason = _(
            "This code is not right, does not hold any more, or was sent for something else. Let "
            "the customer have another one."
        )
        raise Invalid([FieldError("/code", reason)])


def confirm(step: CaseStep) -> None:
    """Note what the customer has confirmed by a code; with it the supply company has the case.

    Raises:
        Invalid: no code has just been taken for it.
        WrongState: its act is not to be taken now.
    """
    case, act = step.thing, step.values["action"]
    said = confirming.said_in(case, act, step.values["body"])
    if reason := step.workflow.why_not(case, act):
        raise WrongState(reason)
    if not confirming.shown_for(case, act, said):
        reason = _("The customer confirms it with a code first.")
        raise Invalid([FieldError("/code", reason)])
    decision = confirming.decision_of(case, act, said)
    step.values = {"action": act, "decision": decision}
    step.record(data={"act": act, "by": "code", "decision": decision})


def place_of(user: User) -> int:
    """The office or hall at whose counter somebody is.

    Raises:
        Forbidden: at none.
    """
    place = next(iter(user.organisations(*COUNTER)), None)
    if place is None:
        raise Forbidden(_("Only a clerk at a counter does this."))
    return place


def choice_of(case: Application, place: int) -> str:
    """The digest of a customer's decision to go on at a counter."""
    return confirming.decision_of(case, confirming.GO, {"office": place})


def go_to_counter(step: CaseStep) -> None:
    """Let a case go on at the counter where its customer is; the customer is told.

    Raises:
        WrongState: that counter has it already.
        Invalid: the customer has neither read out a code nor signed a paper.
    """
    case, user = step.thing, User.objects.get(pk=step.actor.user_id or 0)
    place, former = place_of(user), told_for(case.filed_by_id, case.ref)
    if case.office_id == place:
        raise WrongState(_("This counter has the case already."))
    decision, paper = choice_of(case, place), signed_paper(case)
    if codes.taken_for(confirming.DECISION, decision):
        shown: dict[str, Any] = {"by": "code", "decision": decision}
    elif step.uploads:
        shown = {"by": "paper", "documents": keep_files(step, paper)}
    else:
        reason = _("The customer reads out a code, or signs a paper.")
        raise Invalid([FieldError("/code", reason)])
    online = case.channel == Application.Channel.ONLINE
    step.values = {"office": place}
    step.record(data={"channel": Application.Channel.COUNTER.value, "office": place, **shown})
    tell_of_counter(case, former if online else [])


def signed_paper(case: Application) -> str:
    """The requirement that a customer's paper on going on at a counter is kept as."""
    papers = case.in_force(current(), city_now()).signed_papers()
    return papers[confirming.GO].code


def tell_of_counter(case: Application, former: Collection[int]) -> None:
    """Tell the customer's phone, and who had the case online until now."""
    office = Organisation.objects.get(pk=case.office_id or 0)
    names = {"zh": office.name_zh, "en": office.name_en}
    context = {"number": case.number, "office": names}
    outbox.put(
        kind="case.went_to_counter",
        subject_kind=SUBJECT,
        subject_id=case.pk,
        case_ref=case.ref,
        version=case.version,
        recipients=former,
        context=context,
    )
    if is_mobile(case.phone) and is_open(Channel.SMS):
        send_code(
            Address(Channel.SMS, case.phone),
            kind="case.counter_changed",
            secret={},
            context=context,
            lasts=TOLD_WITHIN,
            language=User.Language.ZH,
        )
