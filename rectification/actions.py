"""What people do about an order. One action is one transaction, or nothing at all.

Each step takes the order as the caller last saw it, reads it anew under its lock, and returns it
as it is afterwards. `version`: what the caller saw; another one is refused as stale.

Raises (all steps): Missing, Forbidden, Faster, WrongState, Stale, ClockBehind, Invalid; in this
order of refusal.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actor import Actor
from accounts.models import User
from core.problems import FieldError, Invalid
from core.reading import worded
from ledger.record import NewEntry, append
from rectification import clocks, files, messages
from rectification.addressees import Addressee
from rectification.clocks import Bounds
from rectification.models import Order
from rectification.permissions import require_issuer
from rectification.signals import order_closed
from rectification.states import ISSUE, STEP_TYPES, State
from rectification.step import Step

TEXT_MAX: Final = 4_000
CLAUSE_MAX: Final = 200

Files = Sequence["UploadedFile[Any]"]

NUMBER = """
SELECT 'ZGZ' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') || '-'
    || lpad(nextval('rectification_order_number')::text, 6, '0')
"""


def issue(
    *,
    to: Addressee,
    subject_kind: str = "",
    subject_ref: UUID | None = None,
    text: str,
    days: int,
    by: User,
    clause: str = "",
) -> Order:
    """Issue an order; its clock runs from the instant of its entry.

    Args:
        to: the supply company or one bureau, in one district.
        subject_kind: a value of `Order.Subject`, or empty where it is about nothing in the portal.
        subject_ref: the reference of that case, permit or signal.
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
    new = Order(
        number=_number(),
        party=to.party,
        district=to.district,
        subject_kind=subject_kind,
        subject_ref=subject_ref,
        text=said,
        clause=rule,
        days=days,
    )
    with transaction.atomic():
        new.issued_at = append(_issued(new, actor))[0].at
        new.save(force_insert=True)
        clocks.start(new, rules)
        messages.tell(new, ISSUE, by=by.pk)
    return new


def _issued(order: Order, actor: Actor) -> NewEntry:
    committed = (
        "number", "party", "subject_kind", "subject_ref", "text", "clause", "days",
    )  # fmt: skip
    return NewEntry(
        case_ref=order.ref,
        type=STEP_TYPES[ISSUE],
        actor=actor,
        to_state=State.ISSUED,
        clock=f"{clocks.KIND} started",
        data={name: getattr(order, name) for name in committed},
    )


def answer(
    *, order: Order, by: User, text: str, uploads: Files = (), version: int | None = None
) -> Order:
    """Say what was put right, with files that show it; the clock stands still.

    Args:
        uploads: PDF, JPEG or PNG by content; the entry commits to their digests.
    """
    with transaction.atomic():
        step = Step.begin(order, by, "answer", version)
        said = needed("/text", text)
        kept = files.keep(step.order, uploads, by)
        step.move(said, {"text": said, "documents": kept})
    return step.order


def return_(*, order: Order, by: User, reason: str, version: int | None = None) -> Order:
    """Send the answer back with what is missing; the clock goes on with what was used."""
    return _said(order, by, "return", reason, version)


def close(*, order: Order, by: User, reason: str = "", version: int | None = None) -> Order:
    """Close an answered order: it is put right. The clock stops for good."""
    with transaction.atomic():
        step = Step.begin(order, by, "close", version)
        said = _text("/reason", reason)
        step.move(said, {"reason": said})
        order_closed.send(sender=Order, order=step.order)
    return step.order


def escalate(*, order: Order, by: User, reason: str, version: int | None = None) -> Order:
    """Hand an open order to the lead agency; the addressee has it, its clock runs on."""
    return _said(order, by, "escalate", reason, version)


def _said(order: Order, by: User, action: str, reason: str, version: int | None) -> Order:
    """Take a step that needs a reason and nothing else."""
    with transaction.atomic():
        step = Step.begin(order, by, action, version)
        said = needed("/reason", reason)
        step.move(said, {"reason": said})
    return step.order


def _number() -> str:
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        return str(cursor.fetchone()[0])


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
