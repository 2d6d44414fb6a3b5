"""The verbs of findings and orders, all run under the lock of the record (`workflow.run`)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.queries import holders
from accounts.roles import ISSUERS, Role
from core.bodies import read
from core.problems import FieldError, Forbidden, Invalid
from deadlines import actions as timing
from deadlines.models import Clock
from ledger.record import NewEntry, append
from oversight import subjects
from oversight.models import Finding, M, Matter, RectificationOrder, Statement
from oversight.orders import files_of_answer
from oversight.permissions import may_see
from oversight.serializers import NewOrder
from oversight.workflow import ISSUED, WITH_ADDRESSEE, OrderState
from rules.city import city
from rules.names import Measure, Start, Statistic
from rules.policy import Limit, Policy
from rules.registry import policy
from workflow.files import keep_files
from workflow.run import Step, Workflow

KIND: Final = Clock.Kind.RECTIFICATION
#: What messages are about: a finding has one page for those who answer for it and one for the
#: regulator; a message about an order says whose page it leads to.
FINDING, FINDING_WATCHED, ORDER = Finding.word, "signal_watched", RectificationOrder.word
WATCHING, ADDRESSED = "watching", "addressed"
NUMBER: Final = """
SELECT 'ZGZ' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-'
    || lpad(nextval('rectification_order_number')::text, 6, '0')
"""


# Findings


def explain(step: Step[Finding]) -> None:
    """Say how it came about, with files that show it if there are any."""
    step.record(data={**step.values, "documents": keep_files(step, "explanation")})


def order(step: Step[Finding]) -> None:
    """Order a confirmed finding to be put right; the order's clock runs from now."""
    issued = enter(order_for(step.thing, step.values), step.actor)
    step.values = {"order_ref": issued.ref}
    step.record(data={"order": issued.number})


def order_for(finding: Finding, said: Mapping[str, Any]) -> RectificationOrder:
    """The order as it would be issued (`serializers.OrderIt`); nothing is written."""
    return RectificationOrder(
        party=said["party"] or finding.party,
        district=finding.district,
        subject_kind=RectificationOrder.Subject.FINDING,
        subject_ref=finding.ref,
        text=said["text"],
        days=said["days"],
    )


def leads(matter: Matter) -> list[int]:
    return matter.addressee.leads()


def regulators(matter: Matter) -> list[int]:
    return holders(Role.REGULATOR, district=matter.district)


def lead_agency(matter: Matter) -> list[int]:
    return holders(Role.LEAD_AGENCY, district=matter.district)


def deciding(order: RectificationOrder) -> list[int]:
    issuing = holders(Role(order.issued_as), district=order.district)
    return issuing + (lead_agency(order) if order.escalated_at else [])


class MatterWorkflow(Workflow[M]):
    def ref(self, thing: M) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def may_see(self, thing: M, user: User) -> bool:
        return may_see(user, thing)

    def context(self, thing: M) -> dict[str, Any]:
        return {"number": thing.number}


class FindingWorkflow(MatterWorkflow[Finding]):
    model = Finding
    overtaken = gettext_lazy(
        "Somebody has dealt with this finding before you: it is now “%(state)s”."
    )
    subject = FINDING
    circles = {"addressee": leads, "regulator": regulators}
    verbs = {"explain": explain, "order": order}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return FINDING_WATCHED if circle == "regulator" else FINDING, {}


FINDINGS: Final = FindingWorkflow()


# Orders


def issue(body: Any, *, by: User) -> RectificationOrder:
    """Issue an order (`serializers.NewOrder`); its clock runs from the instant of its entry.

    Raises:
        Forbidden, Malformed, Invalid: see `draft_order`.
    """
    new = draft_order(body, by=by)
    return enter(new, by.acting_as(Role(new.issued_as), new.district))


def draft_order(body: Any, *, by: User) -> RectificationOrder:
    """Return the order as it would be issued; nothing is written.

    Raises:
        Forbidden: the person issues none there, has a part in what it is about, or is whom it goes
            to.
        Malformed, Invalid: refused values, or no such case or permit in the district.
    """
    named = body.get("district") if isinstance(body, Mapping) else None
    district = next((each.code for each in city().districts if each.code == named), None)
    # Who may not hears that before what is wrong with the rest.
    role = by.role_in(*ISSUERS, district=district)
    if role is None:
        raise Forbidden(_("Only the regulator or the lead of the district issues orders."))
    said = read(NewOrder, body)
    about = subjects.named(by, application=said.pop("application"), permit=said.pop("permit"))
    if about and about.district != said["district"]:
        reason = _("What the order is about lies in another district.")
        raise Invalid([FieldError("/district", reason)])
    new = RectificationOrder(
        subject_kind=about.kind if about else "",
        subject_ref=about.ref if about else None,
        issued_as=role,
        **said,
    )
    if new.addressee.role_of(by):
        raise Forbidden(_("Nobody orders the own side: this is for the regulator to issue."))
    if near := new.part_of(by):
        raise Forbidden(near)
    return new


def enter(new: RectificationOrder, by: Actor) -> RectificationOrder:
    """Number a new order, record and keep it, start its clock and tell its addressee."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        new.number = str(cursor.fetchone()[0])
    committed = ("number", "party", "subject_kind", "subject_ref", "text", "clause", "days")
    entry = NewEntry(
        case_ref=new.ref,
        type=ISSUED,
        actor=by,
        to_state=OrderState.ISSUED,
        clock=f"{KIND} started",
        data={name: getattr(new, name) for name in committed},
    )
    with transaction.atomic():
        new.issued_at = append(entry)[0].at
        new.save(force_insert=True)
        timing.start([clock_of(new, policy())], at=new.issued_at)
        ORDERS.tell(ISSUED, new, by=by.party_id)
    return new


def clock_of(order: RectificationOrder, rules: Policy) -> timing.NewClock:
    row = rules.value("rectification.days.default")
    limit = Limit.of(row, Measure.RECTIFICATION, Statistic.CAP, Start.ISSUE)
    return timing.NewClock(
        case_ref=order.ref,
        kind=KIND,
        limit=replace(limit, days=order.days),
        district=order.district,
        rules_version=rules.version,
    )


def answer(step: Step[RectificationOrder]) -> None:
    """Say what was put right, with files that show it if there are any."""
    answers = step.thing.statements.filter(action="answer").count()
    kept = keep_files(step, files_of_answer(answers + 1))
    step.record(data={**step.values, "documents": kept})


class OrderWorkflow(MatterWorkflow[RectificationOrder]):
    """The clock runs while the addressee has the order, stands still while the answer is with the
    regulator, and goes on with what was used when it is sent back: it never starts again.
    """

    model = RectificationOrder
    overtaken = gettext_lazy(
        "Somebody has dealt with this order before you: it is now “%(state)s”."
    )
    subject = ORDER
    circles = {"addressee": leads, "deciding": deciding, "lead_agency": lead_agency}
    verbs = {"answer": answer}

    def context(self, thing: RectificationOrder) -> dict[str, Any]:
        return {"number": thing.number, "days": thing.days}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return ORDER, {"side": ADDRESSED if circle == "addressee" else WATCHING}

    def fields(self, step: Step[RectificationOrder]) -> dict[str, Any]:
        word = clock_word(step)
        return {"clock": f"{KIND} {word}" if word else ""}

    def follow(self, step: Step[RectificationOrder]) -> None:
        """Let the clock follow, keep what was said (sealed), close the finding behind it."""
        moved = step.thing
        [said] = step.values.values()
        does = {"stopped": timing.stop, "paused": timing.pause, "resumed": timing.resume}
        if word := clock_word(step):
            does[word](case_ref=moved.ref, kinds=[KIND], at=step.at)
        Statement.objects.create(
            order=moved, seq=step.seq, action=step.act.name, text=said, at=step.at
        )
        if moved.state == OrderState.CLOSED:
            follow_order(moved)


ORDERS: Final = OrderWorkflow()


def clock_word(step: Step[RectificationOrder]) -> str:
    """Of a step that has moved an order; empty where its clock goes on as before."""
    if step.thing.state == OrderState.CLOSED:
        return "stopped"
    had, has = step.from_state in WITH_ADDRESSEE, step.thing.with_addressee
    if had == has:
        return ""
    return "resumed" if has else "paused"


def follow_order(order: RectificationOrder) -> None:
    """Take the finding behind an order as put right when the order is closed."""
    finding = Finding.objects.filter(order_ref=order.ref).first()
    if finding:
        FINDINGS.move(FINDINGS.hold(finding), "put_right", SYSTEM, order=order.number)
