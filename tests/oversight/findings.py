"""Signals in a state of your choice, brought there by the real actions of the real people."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from oversight import actions
from oversight import actions as orders
from oversight.models import Finding, RectificationOrder
from oversight.states import FindingState
from tests.oversight.scenes import FIRES, People, found

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
VERBS: dict[str, Callable[..., Finding]] = {
    "explain": actions.explain,
    "accept": actions.accept,
    "confirm": actions.confirm,
    "order": actions.order,
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
    return VERBS[action](**{"finding": signal, "by": by, **SAID[action], **changes})


def _put_right(people: People, signal: Finding) -> Finding:
    order = RectificationOrder.objects.get(subject_ref=signal.ref)
    order = orders.answer(order=order, by=lead_of(people, signal), text="已整改。")
    orders.close(order=order, by=people["regulator"], reason="已核实。")
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
