"""The words of orders: addressee, sentence, steps."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.city import due_day, instant, working_days
from deadlines.timeleft import TimeLeft
from rectification.addressees import party_name
from rectification.models import Order, never_escalated
from rectification.states import State

Text = str | Promise

EVENTS: Final[dict[str, Text]] = {
    "order.issued": gettext_lazy("Order issued"),
    "order.answered": gettext_lazy("Answered"),
    "order.returned": gettext_lazy("Answer sent back"),
    "order.escalated": gettext_lazy("Handed to the lead agency"),
    "order.closed": gettext_lazy("Closed: put right"),
    "clock.breached": gettext_lazy("The last day has passed"),
    "clock.recounted": gettext_lazy("Last day counted again by a new calendar"),
}
TONES: Final[dict[str, str]] = {
    State.ISSUED: "primary",
    State.ANSWERED: "live",
    State.ESCALATED: "warning",
    State.CLOSED: "success",
}


def event_words(event: str) -> str:
    """Return what a step was; an unknown one by its plain name."""
    return str(EVENTS.get(event, event))


def left_words(order: Order, left: TimeLeft) -> str:
    """Return how much time is left, for a list: a few words."""
    if order.state == State.CLOSED:
        return _("closed, was late") if left.late else _("closed in time")
    if order.state == State.ANSWERED:
        return _("answered late") if left.late else _("answered in time")
    return left.word


def sentence(order: Order, left: TimeLeft) -> str:
    """Return who has the order, how long yet, and until when, in one sentence."""
    party = party_name(order.party)
    if order.state == State.CLOSED:
        return _("Put right and closed on %(at)s.") % {"at": instant(order.closed_at)}
    if order.state == State.ANSWERED:
        text = _("%(party)s has answered; the regulator is to close the order or send it back.")
        if not never_escalated(order):
            text = _("%(party)s has answered; the regulator or the lead agency is to decide.")
        return text % {"party": party}
    values = {"party": party, "left": working_days(left.left), "day": due_day(left.due_on)}
    if left.late:
        text = _("%(party)s was to put this right %(day)s: %(word)s.")
        return text % (values | {"word": left.word})
    if not left.left:
        return _("%(party)s is to put this right today, %(day)s.") % values
    return _("%(party)s is to put this right: %(left)s left, %(day)s.") % values


def tags(order: Order, left: TimeLeft) -> list[dict[str, str]]:
    """Return the words about an order: its state first, then what is out of the ordinary."""
    found = [{"text": str(order.get_state_display()), "tone": TONES[order.state]}]
    if order.state == State.ANSWERED and not never_escalated(order):
        found.append({"text": str(State.ESCALATED.label), "tone": TONES[State.ESCALATED]})
    if left.late:
        found.append({"text": _("Late"), "tone": "danger"})
    return found


def first_words(text: str, most: int = 60) -> str:
    """Return the beginning of a text, for a list."""
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= most else f"{line[: most - 1]}…"
