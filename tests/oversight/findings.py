"""Signals in a state of your choice, brought there by the real actions of the real people."""

from typing import Any

from accounts.models import User
from oversight.actions import FINDINGS, ORDERS
from oversight.models import Finding, RectificationOrder
from oversight.workflow import FindingState
from tests.oversight.scenes import FIRES, People, found
from workflow.run import Uploads

#: The way to each state.
WAYS: dict[str, tuple[str, ...]] = {
    FindingState.OPEN: (),
    FindingState.EXPLAINED: ("explain",),
    FindingState.ACCEPTED: ("explain", "accept"),
    FindingState.CONFIRMED: ("confirm",),
    FindingState.ORDERED: ("confirm", "order"),
    FindingState.PUT_RIGHT: ("confirm", "order", "close"),
}
SAID: dict[str, dict[str, Any]] = {
    "explain": {"text": "用户在营业厅一次办完，受理单见附件。"},
    "accept": {"text": "经核对受理单，属实。"},
    "confirm": {"text": "现场先接电，后补流程。"},
    "order": {"text": "停止后补流程，三日内报告整改措施。", "days": 5},
}


def opened(people: People, sign: str = "steps_in_minutes") -> Finding:
    """A signal that was just found."""
    FIRES[sign](people)
    return found(sign)[-1]


def lead_of(people: People, signal: Finding) -> User:
    """Who explains a signal."""
    return people["supply-lead" if signal.party == "supplier" else f"{signal.party}-lead"]


def do(people: People, signal: Finding, action: str, **changes: Any) -> Finding:
    """One step by the person whose it is, with words that serve."""
    if action == "close":
        return _put_right(people, signal)
    by = lead_of(people, signal) if action == "explain" else people["regulator"]
    return act(signal, action, **{"by": by, **SAID[action], **changes})


def act(
    signal: Finding,
    action: str,
    *,
    by: User,
    uploads: Uploads = (),
    version: int | None = None,
    **body: Any,
) -> Finding:
    """One step by anybody, as pages and programs take it."""
    return FINDINGS.perform(signal, action, by=by, body=body, uploads=uploads, version=version)


def _put_right(people: People, signal: Finding) -> Finding:
    order = RectificationOrder.objects.get(subject_ref=signal.ref)
    order = ORDERS.perform(order, "answer", by=lead_of(people, signal), body={"text": "已整改。"})
    ORDERS.perform(order, "close", by=people["regulator"], body={"reason": "已核实。"})
    return again(signal)


def signal_at(people: People, state: str, sign: str = "steps_in_minutes") -> Finding:
    """A signal in a state."""
    signal = opened(people, sign)
    for action in WAYS[state]:
        signal = do(people, signal, action)
    return signal


def again(signal: Finding) -> Finding:
    """The signal as it stands now."""
    return Finding.objects.get(pk=signal.pk)
