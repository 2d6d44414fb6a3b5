"""What people do about findings and orders. One action is one transaction, or nothing at all.

Each step takes the finding or order as the caller last saw it, reads it anew under its lock, and
returns it as it is afterwards. `version`: what the caller saw; another one is refused as stale.

Raises (all steps): Missing, Forbidden, Faster, WrongState, Stale, ClockBehind, Invalid; in this
order of refusal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from core.locks import lock_case
from core.problems import Faster, FieldError, Invalid, Missing, Stale, WrongState
from core.reading import worded
from deadlines.sweep import hold_case
from ledger.queries import last_step
from ledger.record import NewEntry, append
from oversight import clocks, files, messages, subjects
from oversight.addressees import Addressee
from oversight.clocks import Bounds
from oversight.machine import allows, method_of, sources, target, why_not
from oversight.models import Finding, Matter, RectificationOrder, Statement
from oversight.permissions import may_see, require, require_issuer
from oversight.states import ISSUED, STEP_TYPES, OrderState

TEXT_MAX: Final = 4_000
CLAUSE_MAX: Final = 200

#: The columns that a step can change.
MOVED: Final[dict[type[Matter], tuple[str, ...]]] = {
    Finding: (
        "state", "version", "explanation", "decision", "explained_at", "decided_at", "ended_at",
        "order_ref",
    ),
    RectificationOrder: ("state", "version", "answered_at", "escalated_at", "closed_at"),
}  # fmt: skip

NUMBER: Final = """
SELECT 'ZGZ' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-'
    || lpad(nextval('rectification_order_number')::text, 6, '0')
"""

Files = Sequence["UploadedFile[Any]"]
M = TypeVar("M", bound=Matter)


@dataclass
class Step(Generic[M]):
    """One step of one finding or order, under its lock.

    Args:
        matter: as it stands in the database now.
        actor: the doer.
    """

    matter: M
    action: str
    actor: Actor

    @classmethod
    def begin(cls, matter: M, by: User, action: str, version: int | None) -> "Step[M]":
        """Hold it, record that it is late if it is, read it anew and check.

        Raises:
            Missing, Forbidden, Faster, WrongState, Stale: in this order of refusal.
        """
        hold_case(matter.ref)
        found = type(matter)._default_manager.get(pk=matter.pk)
        if not may_see(by, found):
            raise Missing
        actor = require(by, found, action)
        _require_state(found, action, by)
        if version is not None and version != found.version:
            raise Stale
        return cls(found, action, actor)

    def move(self, data: Mapping[str, Any], *, clock: str = "", **values: Any) -> Any:
        """Write the entry, move the machine at its instant, save, and return the entry.

        Args:
            data: what the entry commits to.
            clock: what the step does to the clock, in the record's words.
            values: further arguments of the transition.
        """
        matter = self.matter
        entry = NewEntry(
            case_ref=matter.ref,
            type=STEP_TYPES[self.action],
            actor=self.actor,
            from_state=str(matter.state),
            to_state=target(matter, self.action),
            clock=clock,
            data=data,
        )
        written = append(entry)[0]
        getattr(matter, method_of(self.action))(at=written.at, **values)
        matter.version += 1
        matter.save(update_fields=MOVED[type(matter)])
        return written


def _require_state(matter: Matter, action: str, by: User) -> None:
    """Check that the machine allows a step now.

    Raises:
        Faster: another person has taken the step, or another one that rules it out.
        WrongState: it cannot be taken in this state.
    """
    if allows(matter, action):
        return
    last = last_step(matter.ref, types=STEP_TYPES.values())
    overtaken = last is not None and last.from_state in sources(type(matter), action)
    if last is None or not overtaken or last.actor_id in (None, by.pk):
        raise WrongState(why_not(matter, action))
    said = _("Somebody has dealt with this order before you: it is now “%(state)s”.")
    if isinstance(matter, Finding):
        said = _("Somebody has dealt with this signal before you: it is now “%(state)s”.")
    raise Faster(
        said % {"state": matter.get_state_display()},
        winner={"role": last.role, "at": last.at.isoformat()},
    )


# Findings


def explain(
    finding: Finding, *, by: User, text: str, uploads: Files = (), version: int | None = None
) -> Finding:
    """Say how it came about, with files that show it if there are any.

    Args:
        uploads: PDF, JPEG or PNG by content; the entry commits to their digests.
    """
    with transaction.atomic():
        step = Step.begin(finding, by, "explain", version)
        said = needed("/text", text)
        kept = files.keep_explanation(step.matter, uploads, by)
        return _moved(step, {"text": said, "documents": kept}, text=said)


def accept(finding: Finding, *, by: User, text: str, version: int | None = None) -> Finding:
    """Take the explanation: the finding ends, and nothing was wrong."""
    return _decide(finding, by, "accept", text, version)


def confirm(finding: Finding, *, by: User, text: str, version: int | None = None) -> Finding:
    """Find it true, with or without an explanation."""
    return _decide(finding, by, "confirm", text, version)


def _decide(finding: Finding, by: User, action: str, text: str, version: int | None) -> Finding:
    with transaction.atomic():
        step = Step.begin(finding, by, action, version)
        said = needed("/text", text)
        return _moved(step, {"text": said}, text=said)


def order(
    finding: Finding, *, by: User, text: str, days: int, version: int | None = None
) -> Finding:
    """Order a confirmed finding to be put right; the order's clock runs from now.

    Args:
        text: what is to be put right.
        days: working days given, within the bounds of the rules.
    """
    with transaction.atomic():
        step = Step.begin(finding, by, "order", version)
        issued = issue(
            to=step.matter.addressee,
            subject_kind=RectificationOrder.Subject.FINDING,
            subject_ref=step.matter.ref,
            text=text,
            days=days,
            by=by,
        )
        return _moved(step, {"order": issued.number}, order_ref=issued.ref)


def follow_order(order: RectificationOrder) -> None:
    """Take a finding as put right when its order is closed."""
    finding = Finding.objects.filter(order_ref=order.ref).first()
    if finding is None:
        return
    lock_case(finding.ref)
    finding.refresh_from_db()
    _moved(Step(finding, "put_right", SYSTEM), {"order": order.number})


def _moved(step: Step[Finding], data: Mapping[str, Any], **values: Any) -> Finding:
    step.move(data, **values)
    messages.tell_of_finding(step.matter, step.action)
    return step.matter


# Orders


def issue_named(
    *,
    to: Addressee,
    application: str = "",
    permit: int | None = None,
    text: str,
    clause: str = "",
    days: int,
    by: User,
) -> RectificationOrder:
    """Issue an order about a case or permit as a person names it, or about neither.

    Args:
        application: number of the case; empty where the order is about none.
        permit: id of a permit; it goes before the case.

    Raises:
        Forbidden: the person is not the regulator's there.
        Invalid: as `issue`, and where there is no such case or permit in the district.
    """
    require_issuer(by, None)
    to.check()
    require_issuer(by, to.district)
    about = subjects.named(by, application=application.strip(), permit=permit)
    if about is not None and about.district != to.district:
        reason = _("What the order is about lies in another district.")
        raise Invalid([FieldError("/district", reason)])
    return issue(
        to=to,
        subject_kind=about.kind if about else "",
        subject_ref=about.ref if about else None,
        text=text,
        clause=clause,
        days=days,
        by=by,
    )


def issue(
    *,
    to: Addressee,
    subject_kind: str = "",
    subject_ref: UUID | None = None,
    text: str,
    days: int,
    by: User,
    clause: str = "",
) -> RectificationOrder:
    """Issue an order; its clock runs from the instant of its entry.

    Args:
        to: the supply company or one bureau, in one district.
        subject_kind: a value of `RectificationOrder.Subject`, or empty where it is about nothing
            in the portal.
        subject_ref: the reference of that case, permit or finding.
        text: what is to be put right; kept sealed.
        days: working days given, within the bounds of the rules.
        by: one of the regulator's people there.
        clause: the rule that was not kept, if one is named.

    Raises:
        Forbidden: the person is not the regulator's there.
        Invalid: no such addressee, no text, or days out of bounds (with the clause).
    """
    require_issuer(by, None)
    to.check()
    actor = require_issuer(by, to.district)
    rules = clocks.policy()
    said, rule = _checked(text, clause, days, clocks.bounds(rules))
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        number = str(cursor.fetchone()[0])
    new = RectificationOrder(
        number=number,
        party=to.party,
        district=to.district,
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        text=said,
        clause=rule,
        days=days,
    )
    committed = (
        "number", "party", "subject_kind", "subject_ref", "text", "clause", "days",
    )  # fmt: skip
    entry = NewEntry(
        case_ref=new.ref,
        type=ISSUED,
        actor=actor,
        to_state=OrderState.ISSUED,
        clock=f"{clocks.KIND} started",
        data={name: getattr(new, name) for name in committed},
    )
    with transaction.atomic():
        new.issued_at = append(entry)[0].at
        new.save(force_insert=True)
        clocks.start(new, rules)
        messages.tell_of_order(new, "issue", by=by.pk)
    return new


def _checked(text: str, clause: str, days: int, allowed: Bounds) -> tuple[str, str]:
    """Return text and clause of a new order; everything that is wrong is named at once."""
    errors: list[FieldError] = []
    words, rule = worded(text), worded(clause)
    if not words:
        errors.append(FieldError("/text", _("Say what is to be put right.")))
    if len(words) > TEXT_MAX:
        errors.append(FieldError("/text", _too_long(TEXT_MAX)))
    if len(rule) > CLAUSE_MAX:
        errors.append(FieldError("/clause", _too_long(CLAUSE_MAX)))
    if not allowed.least <= days <= allowed.most:
        reason = _("This must be between %(least)s and %(most)s working days.")
        values = {"least": allowed.least, "most": allowed.most}
        errors.append(FieldError("/days", reason % values, allowed.clause))
    if errors:
        raise Invalid(errors)
    return words, rule


def answer(
    order: RectificationOrder,
    *,
    by: User,
    text: str,
    uploads: Files = (),
    version: int | None = None,
) -> RectificationOrder:
    """Say what was put right, with files that show it; the clock stands still.

    Args:
        uploads: PDF, JPEG or PNG by content; the entry commits to their digests.
    """
    with transaction.atomic():
        step = Step.begin(order, by, "answer", version)
        said = needed("/text", text)
        kept = files.keep_answer(step.matter, uploads, by)
        return _said(step, said, {"text": said, "documents": kept})


def return_(
    order: RectificationOrder, *, by: User, reason: str, version: int | None = None
) -> RectificationOrder:
    """Send the answer back with what is missing; the clock goes on with what was used."""
    return _reasoned(order, by, "return", reason, version)


def close(
    order: RectificationOrder, *, by: User, reason: str = "", version: int | None = None
) -> RectificationOrder:
    """Close an answered order: it is put right. The clock stops for good."""
    with transaction.atomic():
        step = Step.begin(order, by, "close", version)
        said = _text("/reason", reason)
        closed = _said(step, said, {"reason": said})
        follow_order(closed)
    return closed


def escalate(
    order: RectificationOrder, *, by: User, reason: str, version: int | None = None
) -> RectificationOrder:
    """Hand an open order to the lead agency; the addressee has it, its clock runs on."""
    return _reasoned(order, by, "escalate", reason, version)


def _reasoned(
    order: RectificationOrder, by: User, action: str, reason: str, version: int | None
) -> RectificationOrder:
    with transaction.atomic():
        step = Step.begin(order, by, action, version)
        said = needed("/reason", reason)
        return _said(step, said, {"reason": said})


def _said(step: Step[RectificationOrder], text: str, data: Mapping[str, Any]) -> RectificationOrder:
    """Move an order, let its clock follow, and keep what was said (sealed)."""
    moved, had = step.matter, step.matter.with_addressee
    words = clocks.words(before=had, after=target(moved, step.action))
    written = step.move(data, clock=words)
    clocks.follow(moved, before=had, at=written.at)
    Statement.objects.create(
        order=moved, seq=written.case_seq, action=step.action, text=text, at=written.at
    )
    messages.tell_of_order(moved, step.action, by=step.actor.user_id)
    return moved


#: The steps that people take, by their names in addresses.
VERBS: Final[dict[type[Matter], dict[str, Callable[..., Any]]]] = {
    Finding: {"explain": explain, "accept": accept, "confirm": confirm, "order": order},
    RectificationOrder: {
        "answer": answer, "return": return_, "close": close, "escalate": escalate,
    },
}  # fmt: skip


def needed(pointer: str, value: str) -> str:
    """Return what is said at a step that does not go without words.

    Raises:
        Invalid: there is none, or it is too long.
    """
    if not worded(value):
        raise Invalid([FieldError(pointer, _("This is missing."))])
    return _text(pointer, value)


def _text(pointer: str, value: str) -> str:
    text = worded(value)
    if len(text) > TEXT_MAX:
        raise Invalid([FieldError(pointer, _too_long(TEXT_MAX))])
    return text


def _too_long(most: int) -> str:
    return _("This is longer than %(most)s characters.") % {"most": most}
