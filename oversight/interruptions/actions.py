"""Complaining about an interruption of supply, and what follows each step of a complaint, run under
the lock of its own record."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import limits
from accounts.actor import Actor
from accounts.models import User
from accounts.parties import phone_index
from accounts.roles import EVERYBODY, Role, role_words
from core.bodies import read
from core.clock import city_now, local_date
from core.problems import FieldError, Invalid, QuotaReached
from deadlines import actions as timing
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from ledger.record import NewEntry, append
from notifications.phones import tell_phone
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from oversight.actions import enter
from oversight.addressees import SUPPLIER
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.queries import (
    CLOCKED,
    KIND,
    company_of,
    complainants,
    reads_as,
    regulators_of,
)
from oversight.interruptions.workflow import DECIDED, ENDED, InterruptionState, NewInterruption
from oversight.models import RectificationOrder
from rules.limits import Meter, Quota
from rules.limits import limits as rules_of_limits
from rules.registry import current
from rules.warnings import Circle
from workflow.files import keep_files
from workflow.run import Step, Workflow

#: What messages are about, for the supply company, those who watch, and whoever complained.
SUBJECT: Final = InterruptionComplaint.word
WATCHED: Final = "interruption_watched"
OWN: Final = "interruption_own"
COMPLAINED: Final = "interruption.complained"
URGENT: Final = "interruption.urgent"
LATE: Final = "interruption.late"
EVIDENCE: Final = "evidence"
#: What the numbers begin with.
SERIES: Final = "ZGD"
NUMBER: Final = f"""
SELECT '{SERIES}' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('oversight_interruption_number')::text, 6, '0')
"""


# Complaining


def complain(*, body: Any, by: User, client: str) -> InterruptionComplaint:
    """Take in a complaint of somebody with an account or of a visitor; its clock starts, and
    regulator and supply company are told, at once wherever they are where the power is off.

    Args:
        client: whoever asks.

    Raises:
        Malformed, Invalid: refused values.
        TooMany, QuotaReached: so many came from there, or wait for a decision.
    """
    said = read(NewInterruption, body)
    still_off = said.pop("still_off")
    language = get_language() or User.Language.ZH
    new = InterruptionComplaint(
        party_id=by.party_id, language=language, power_on=not still_off, **said
    )
    if not by.has_account:
        new.phone, new.phone_digest = by.phone, phone_index(by.phone)
    limits.spend(Meter.INTERRUPTION_ADDRESS, client)
    with transaction.atomic():
        # Whoever complains twice at once is counted one after the other by this.
        if new.phone_digest:
            limits.spend(Meter.INTERRUPTION_PERSON, "phone", new.phone_digest.hex())
            before = InterruptionComplaint.objects.filter(phone_digest=new.phone_digest)
        else:
            limits.spend(Meter.INTERRUPTION_PERSON, "party", new.party_id)
            before = InterruptionComplaint.objects.filter(party=new.party_id)
        most = rules_of_limits().quotas[Quota.INTERRUPTIONS]
        if CLOCKED.opened(before).count() >= most:
            reason = _("%(count)d of your complaints wait for a decision: please wait for it.")
            raise QuotaReached(reason % {"count": most})
        with connection.cursor() as cursor:
            cursor.execute(NUMBER)
            [new.number] = cursor.fetchone()
        return _enter(new, Actor(by.pk, EVERYBODY, new.district, by.party_id), said)


def _enter(
    new: InterruptionComplaint, actor: Actor, said: Mapping[str, Any]
) -> InterruptionComplaint:
    """Write a complaint down, start its clock, and tell those who decide and who answer."""
    policy = current().in_force(on=local_date(city_now()), district=new.district)
    new.rules_version = policy.version
    entry = NewEntry(
        new.ref,
        COMPLAINED,
        actor,
        to_state=InterruptionState.OPEN.value,
        clock=f"{KIND} started",
        data={"number": new.number, **said},
    )
    new.made_at = append(entry)[0].at
    new.save(force_insert=True)
    timing.start([clock_of(new, policy.interruption_limit())], at=new.made_at)
    INTERRUPTIONS.tell(COMPLAINED if new.power_on else URGENT, new, actor.party_id)
    tell_phone(COMPLAINED, new)
    return new


def clock_of(complaint: InterruptionComplaint, limit: Any) -> timing.NewClock:
    return timing.NewClock(
        case_ref=complaint.ref,
        kind=KIND,
        limit=limit,
        district=complaint.district,
        rules_version=complaint.rules_version,
    )


# What follows


def order(step: Step[InterruptionComplaint]) -> None:
    """Order the supply company of the district to put it right; the order's clock runs from now."""
    complaint = step.thing
    new = RectificationOrder(
        party=SUPPLIER,
        district=complaint.district,
        subject_kind=RectificationOrder.Subject.INTERRUPTION,
        subject_ref=complaint.ref,
        **step.values,
    )
    issued = enter(new, step.actor)
    step.values = {"order_ref": issued.ref}
    step.record(data={"order": issued.number})


def attach(step: Step[InterruptionComplaint]) -> None:
    """Keep what shows what is complained of.

    Raises:
        Invalid: no file came, or one that is not taken.
    """
    if not step.uploads:
        raise Invalid([FieldError("/files", _("Choose a file."))])
    step.record(data={"documents": keep_files(step, EVIDENCE)})


class InterruptionWorkflow(Workflow[InterruptionComplaint]):
    """Its clock runs from the complaint to its end, and never stands still."""

    model = InterruptionComplaint
    overtaken = gettext_lazy("This has ended before you: it is now “%(state)s”.")
    subject = SUBJECT
    circles = {"company": company_of, "regulator": regulators_of, "complainant": complainants}
    verbs = {"order": order, "attach": attach}

    def ref(self, thing: InterruptionComplaint) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def may_see(self, thing: InterruptionComplaint, user: User) -> bool:
        return reads_as(thing, user) is not None

    def identity(self, thing: InterruptionComplaint) -> dict[str, Any]:
        return {"number": thing.number}

    def context(self, thing: InterruptionComplaint) -> dict[str, Any]:
        return {"number": thing.number}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return {"complainant": OWN, "regulator": WATCHED}.get(circle, SUBJECT), {}

    def fields(self, step: Step[InterruptionComplaint]) -> dict[str, Any]:
        return {"clock": f"{KIND} stopped" if _ends(step) else ""}

    def follow(self, step: Step[InterruptionComplaint]) -> None:
        if not _ends(step):
            return
        timing.stop(case_ref=step.thing.ref, kinds=[KIND], at=step.at)
        if step.thing.state in DECIDED:
            tell_phone(step.act.event, step.thing)


def _ends(step: Step[InterruptionComplaint]) -> bool:
    return step.from_state == InterruptionState.OPEN and step.thing.state in ENDED


INTERRUPTIONS: Final = InterruptionWorkflow()


# What is told of its clock


def _of(clocks: Iterable[Clock]) -> Iterable[InterruptionComplaint]:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    return InterruptionComplaint.objects.filter(ref__in=refs) if refs else ()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    for complaint in _of(clocks):
        INTERRUPTIONS.tell(LATE, complaint, by=None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: regulator and complainant count on the last day."""
    limit = partial(str, KIND_NAMES[KIND])
    rows = list(recalculations)
    found = {complaint.ref: complaint for complaint in _of(row.clock for row in rows)}
    for row in rows:
        if complaint := found.get(row.clock.case_ref):
            number, pk = complaint.number, complaint.pk
            tell_recalculation(row, Subject(WATCHED, pk, number, limit), regulators_of(complaint))
            tell_recalculation(row, Subject(OWN, pk, number, limit), complainants(complaint))


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`: whoever is to decide is told."""
    found = {complaint.ref: complaint for complaint in _of(one.clock for one in warnings)}
    tell_warnings(warnings, found, limit_of)


def limit_of(complaint: InterruptionComplaint) -> tuple[Limited, Circles]:
    limited = Limited(
        complaint.number, partial(str, KIND_NAMES[KIND]), partial(role_words, Role.REGULATOR)
    )
    regulators = partial(regulators_of, complaint)
    return limited, {Circle.REGULATOR: Told(WATCHED, complaint.pk, regulators)}


def wire() -> None:
    register_link(SUBJECT, lambda pk, _context: reverse("interruptions:one", args=[pk]))
    register_link(WATCHED, lambda pk, _context: reverse("oversight-interruptions:one", args=[pk]))
    register_link(OWN, lambda pk, _context: reverse("own-interruptions:one", args=[pk]))
