"""What every step of a permit has in common: lock, checks, entry, move, join, signal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from approvals import messages, permissions
from approvals.actions.reading import permit_by_id
from approvals.machine import allows, sources, why_not
from approvals.models import LineWorks, Permit
from approvals.queries import overtaken_by
from approvals.signals import permits_moved
from approvals.states import OPEN, STEP_TYPES, State, holder_of
from core.problems import Faster, Stale, WrongState
from deadlines import actions as timing
from deadlines.models import Clock
from deadlines.sweep import hold_case
from ledger.record import NewEntry, append


@dataclass
class Step:
    """One step of one permit, under the lock of its case.

    Args:
        permit: as it stands in the database now.
        action: name of the transition.
        actor: the doer.
        others: the states of the round's other permits.
    """

    permit: Permit
    action: str
    actor: Actor
    others: list[str]
    at: datetime = field(init=False)
    said: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, permit: Permit, by: User, action: str, version: int | None) -> "Step":
        """Lock the case, record what is late in it, read the permit anew and check.

        Raises:
            Missing, Forbidden, Faster, WrongState, Stale: in this order of refusal.
        """
        hold_case(permit.case_ref)
        found, others = permit_by_id(permit.pk)
        actor = permissions.require(by, found, action)
        require_state(found, action, by)
        if version is not None and version != found.version:
            raise Stale
        return cls(found, action, actor, others)

    def move(
        self,
        *,
        clock: str = "",
        data: Mapping[str, Any] | None = None,
        saves: tuple[str, ...] = (),
        **values: Any,
    ) -> datetime:
        """Write the entry, move the permit at its instant and save it.

        Args:
            clock: what happens to which clock, for the record.
            data: what the entry commits to, besides which permit it is.
            saves: the columns that the transition sets.
            values: further arguments of the transition.
        """
        permit, before = self.permit, self.permit.state
        self.said = data or {}
        target = str(sources(self.action)[before].target)
        entry = NewEntry(
            case_ref=permit.case_ref,
            part=permit.ref,
            type=STEP_TYPES[self.action],
            actor=self.actor,
            from_state=str(before),
            to_state=target,
            holder=holder_of([target, *self.others]),
            clock=clock,
            data=named(permit) | dict(self.said),
        )
        self.at = append(entry)[0].at
        getattr(permit, self.action)(at=self.at, **values)
        permit.version += 1
        permit.save(update_fields=["state", "version", *saves])
        self._finish(str(before))
        return self.at

    def _finish(self, before: str) -> None:
        states = [str(self.permit.state), *self.others]
        joined = not any(state in OPEN for state in states)
        refused = joined and State.REFUSED in states
        if joined:
            self._join(refused=refused)
        messages.tell(self.permit, self.action)
        tell(self, states, [before, *self.others], joined=joined, refused=refused)

    def _join(self, *, refused: bool) -> None:
        """Close the round: the case's lock makes this the only one to see the last decision."""
        round_, line = self.permit.round, self.permit.line_works
        round_.joined_at, round_.refused = self.at, refused
        round_.save(update_fields=["joined_at", "refused"])
        line.state = LineWorks.State.JOINED
        LineWorks.objects.filter(pk=line.pk).update(state=line.state, version=F("version") + 1)
        timing.stop(
            case_ref=line.case_ref, part=round_.ref, kinds=[Clock.Kind.SET.value], at=self.at
        )


def named(permit: Permit) -> dict[str, str]:
    """Return what every entry of a permit commits to: whose it is, so that its receipt says so."""
    return {
        "number": permit.line_works.application,
        "permit": permit.permit,
        "bureau": permit.bureau,
    }


def tell(step: Step, after: list[str], before: list[str], *, joined: bool, refused: bool) -> None:
    """Send `permits_moved` for a step that is done."""
    permits_moved.send(
        sender=Permit,
        line_works=step.permit.line_works,
        round=step.permit.round,
        permit=step.permit,
        action=step.action,
        at=step.at,
        actor=step.actor,
        waiting_for_bureau=holder_of(after) == "government",
        waiting_before=holder_of(before) == "government",
        joined=joined,
        refused=refused,
        said=step.said,
    )


def require_state(permit: Permit, action: str, by: User) -> None:
    """Check that the machine allows a step now.

    Raises:
        Faster: another person has taken the step, or another one that rules it out.
        WrongState: it cannot be taken in this state, or not on this route.
    """
    if allows(permit, action):
        return
    if permit.state not in sources(action):
        _check_overtaken(permit, action, by)
    raise WrongState(why_not(permit, action))


def _check_overtaken(permit: Permit, action: str, by: User) -> None:
    winner = overtaken_by(permit, from_states=list(sources(action)))
    if winner and winner.actor_id not in (None, by.pk):
        raise Faster(
            _("Somebody has dealt with this permit before you: it is now “%(state)s”.")
            % {"state": permit.get_state_display()},
            winner={"role": winner.role, "at": winner.at.isoformat()},
        )
