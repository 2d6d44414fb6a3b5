from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.city import due_day, figure, instant, working_days
from deadlines.timeleft import TimeLeft
from oversight.addressees import party_name
from oversight.models import Finding, RectificationOrder
from oversight.workflow import FindingState, OrderState
from rules.values import Valued
from workflow.machine import state_words

Text = str | Promise

TONES: Final[dict[str, str]] = {
    FindingState.OPEN: "live",
    FindingState.EXPLAINED: "primary",
    FindingState.ACCEPTED: "",
    FindingState.CONFIRMED: "danger",
    FindingState.ORDERED: "warning",
    FindingState.PUT_RIGHT: "success",
    OrderState.ISSUED: "primary",
    OrderState.ANSWERED: "live",
    OrderState.ESCALATED: "warning",
    OrderState.CLOSED: "success",
}
UNITS: Final[dict[str, Callable[[int], str]]] = {
    "minute": lambda n: ngettext("%(count)s minute", "%(count)s minutes", n),
    "hour": lambda _n: _("%(count)s:00"),
    "day": lambda n: ngettext("%(count)s day", "%(count)s days", n),
    "working_day": lambda n: ngettext("%(count)s working day", "%(count)s working days", n),
    "times": lambda n: ngettext("%(count)s time", "%(count)s times", n),
    "step": lambda n: ngettext("%(count)s step", "%(count)s steps", n),
    "permit": lambda n: ngettext("%(count)s permit", "%(count)s permits", n),
    "case": lambda n: ngettext("%(count)s case", "%(count)s cases", n),
    "place": lambda n: ngettext("%(count)s place", "%(count)s places", n),
}
#: Signs whose data the portal does not have yet, and what they wait for.
LATER: Final[tuple[tuple[Text, Text], ...]] = (
    (
        gettext_lazy("Capacity drawn without a case"),
        gettext_lazy("arrives with the book of grid capacity and the meters' data"),
    ),
    (
        gettext_lazy("Power on before its capacity exists"),
        gettext_lazy("arrives with the reservation of capacity"),
    ),
)


def amount(row: Valued) -> str:
    # Of a fraction the plural is said.
    words = UNITS[row.unit](1 if row.number == 1 else 2)
    return words % {"count": figure(row.number)}


#: What is asked of whose turn it is, by the act that takes the finding or its order on.
PLEASE_FINDING: Final[dict[str, Text]] = {
    "explain": gettext_lazy("Please explain this; the regulator may also decide at once."),
    "accept": gettext_lazy(
        "%(party)s has explained this: please accept the explanation or confirm the finding."
    ),
    "order": gettext_lazy("This is confirmed: please order it to be put right."),
    "answer": gettext_lazy("Please put this right; the order says by when."),
    "close": gettext_lazy("%(party)s has answered the order: please decide on it."),
}


def standing(finding: Finding, turn: str) -> str:
    """`turn`: the act that it is the reader's turn to take, if any."""
    party = party_name(finding.party)
    if turn:
        return str(PLEASE_FINDING[turn]) % {"party": party}
    words = {
        FindingState.OPEN: _(
            "%(party)s is to explain this; the regulator may also decide at once."
        ),
        FindingState.EXPLAINED: _("%(party)s has explained this; the regulator is to decide."),
        FindingState.ACCEPTED: _(
            "The regulator has accepted the explanation; nothing more follows."
        ),
        FindingState.CONFIRMED: _(
            "The regulator has confirmed this; it can be ordered to be put right."
        ),
        FindingState.ORDERED: _("%(party)s is to put this right; the order says by when."),
        FindingState.PUT_RIGHT: _("This was put right; the order is closed."),
    }
    return words[FindingState(finding.state)] % {"party": party}


def left_words(order: RectificationOrder, left: TimeLeft) -> str:
    if order.state == OrderState.CLOSED:
        return _("closed, was late") if left.late else _("closed in time")
    if order.state == OrderState.ANSWERED:
        return _("answered late") if left.late else _("answered in time")
    return left.word


def sentence(order: RectificationOrder, left: TimeLeft, turn: str) -> str:
    """`turn`: the act that it is the reader's turn to take, if any."""
    if turn:
        return please(order, left, turn)
    party = party_name(order.party)
    if order.state == OrderState.CLOSED:
        return _("Put right and closed on %(at)s.") % {"at": instant(order.closed_at)}
    if order.state == OrderState.ANSWERED:
        text = _("%(party)s has answered; whoever issued the order is to close it or send it back.")
        if order.escalated_at:
            text = _("%(party)s has answered; whoever issued it or the lead agency is to decide.")
        return text % {"party": party}
    values = {"party": party, "left": working_days(left.left), "day": due_day(left.due_on)}
    if left.late:
        text = _("%(party)s was to put this right %(day)s: %(word)s.")
        return text % (values | {"word": left.word})
    if not left.left:
        return _("%(party)s is to put this right today, %(day)s.") % values
    return _("%(party)s is to put this right: %(left)s left, %(day)s.") % values


def please(order: RectificationOrder, left: TimeLeft, turn: str) -> str:
    values = {
        "party": party_name(order.party),
        "left": working_days(left.left),
        "day": due_day(left.due_on),
        "word": left.word,
    }
    if turn == "close":
        text = _("%(party)s has answered: please close the order or send the answer back.")
    elif left.late:
        text = _("Please put this right and answer; it was to be done %(day)s: %(word)s.")
    elif not left.left:
        text = _("Please put this right and answer today, %(day)s.")
    else:
        text = _("Please put this right and answer: %(left)s left, %(day)s.")
    return text % values


def tags(order: RectificationOrder, left: TimeLeft) -> list[dict[str, str]]:
    found = [{"text": state_words(order), "tone": TONES[order.state]}]
    if order.state == OrderState.ANSWERED and order.escalated_at:
        found.append({"text": str(OrderState.ESCALATED.label), "tone": TONES[OrderState.ESCALATED]})
    if left.late:
        found.append({"text": _("Late"), "tone": "danger"})
    return found


def first_words(text: str, most: int = 60) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= most else f"{line[: most - 1]}…"
