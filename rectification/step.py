"""What every step of an order has in common: lock, checks, entry, move, clock, words, messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from core.problems import Faster, Missing, Stale, WrongState
from deadlines.sweep import hold_case
from ledger.queries import Last, last_step
from ledger.record import NewEntry, append
from rectification import clocks, messages
from rectification.machine import METHODS, allows, sources, target, why_not
from rectification.models import Order, Statement
from rectification.permissions import may_see, require
from rectification.states import STEP_TYPES

#: The columns that a step can change.
MOVED = ("state", "version", "answered_at", "escalated_at", "closed_at")


@dataclass
class Step:
    """One step of one order, under its lock.

    Args:
        order: as it stands in the database now.
        action: a name of `machine.ACTIONS`.
        actor: the doer.
    """

    order: Order
    action: str
    actor: Actor

    @classmethod
    def begin(cls, order: Order, by: User, action: str, version: int | None) -> "Step":
        """Hold the order, record that it is late if it is, read it anew and check.

        Raises:
            Missing, Forbidden, Faster, WrongState, Stale: in this order of refusal.
        """
        hold_case(order.ref)
        found = Order.objects.get(pk=order.pk)
        if not may_see(by, found):
            raise Missing
        actor = require(by, found, action)
        _require_state(found, action, by)
        if version is not None and version != found.version:
            raise Stale
        return cls(found, action, actor)

    def move(self, text: str, data: Mapping[str, Any]) -> None:
        """Write the entry, move the order at its instant, and let its clock follow.

        Args:
            text: what is said; kept sealed.
            data: what the entry commits to.
        """
        order, before, had = self.order, str(self.order.state), self.order.with_addressee
        after = target(order, self.action)
        entry = NewEntry(
            case_ref=order.ref,
            type=STEP_TYPES[self.action],
            actor=self.actor,
            from_state=before,
            to_state=after,
            clock=clocks.words(before=had, after=after),
            data=data,
        )
        written = append(entry)[0]
        getattr(order, METHODS[self.action])(at=written.at)
        order.version += 1
        order.save(update_fields=MOVED)
        clocks.follow(order, before=had, at=written.at)
        Statement.objects.create(
            order=order, seq=written.case_seq, action=self.action, text=text, at=written.at
        )
        messages.tell(order, self.action, by=self.actor.user_id)


def _require_state(order: Order, action: str, by: User) -> None:
    """Check that the machine allows a step now.

    Raises:
        Faster: another person has taken the step, or another one that rules it out.
        WrongState: it cannot be taken in this state.
    """
    if allows(order, action):
        return
    winner = _overtaken_by(order, action)
    if winner and winner.actor_id not in (None, by.pk):
        raise Faster(
            _("Somebody has dealt with this order before you: it is now “%(state)s”.")
            % {"state": order.get_state_display()},
            winner={"role": winner.role, "at": winner.at.isoformat()},
        )
    raise WrongState(why_not(order, action))


def _overtaken_by(order: Order, action: str) -> Last | None:
    """Return the order's last step, if it led out of a state in which this could be done."""
    last = last_step(order.ref, types=STEP_TYPES.values())
    return last if last and last.from_state in sources(action) else None
