"""The events of clocks, and what is said of a last day that moved or became final."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import EVERYWHERE, Event, Message, Topic

MOVED: Final = _("%(number)s: a last day has changed")
CHANGED: Final = _("%(what)s: the last day was %(was)s and is now %(due_on)s. Reason: %(why)s.")
CHANGED_OPEN: Final = _(
    "%(what)s: the last day was %(was)s and is now %(due_on)s, which may change once more when "
    "that year's holidays are announced. Reason: %(why)s."
)
FINAL: Final = _(
    "%(what)s: the last day stays %(due_on)s and is final now; it will not change again for the "
    "holidays. Reason: %(why)s."
)
OPEN: Final = _(
    "%(what)s: the last day stays %(due_on)s for now and may change when that year's holidays "
    "are announced. Reason: %(why)s."
)

PASSED: Final = _("Case %(number)s: a limit has passed")

AWAITED: Final = _("%(what)s: the last day is %(due_on)s. Awaited: %(awaited)s.")

EVENTS: Final = (
    Event(
        "clock.breached",
        _("A limit has passed"),
        receipt=False,
        message=Message(
            PASSED,
            _("%(what)s: the last day was %(due_on)s. Awaited now: %(awaited)s."),
            variants={
                "ended": (PASSED, _("%(what)s: the last day was %(due_on)s; it took longer."))
            },
            channels=EVERYWHERE,
            topic=Topic.DEADLINES,
        ),
    ),
    # No entry: nothing has happened yet. The rules say which of the channels (rules/warnings.py).
    Event(
        "clock.warned",
        _("A last day is near or over"),
        receipt=False,
        message=Message(
            _("%(number)s: the last day is %(due_on)s"),
            AWAITED,
            variants={
                "half": (_("%(number)s: on %(on)s half of the working days are used"), AWAITED),
                "before": (_("%(number)s: on %(on)s %(span)s left"), AWAITED),
                "due": (_("%(number)s: %(on)s is the last day"), AWAITED),
                "after": (
                    _("%(number)s: on %(on)s late by %(span)s"),
                    _("%(what)s: the last day was %(due_on)s. Awaited: %(awaited)s."),
                ),
            },
            channels=EVERYWHERE,
            topic=Topic.DEADLINES,
        ),
    ),
    Event(
        "clock.recounted",
        _("Last day counted again by a new calendar"),
        receipt=False,
        message=Message(
            MOVED,
            CHANGED,
            {
                "moved_final": (MOVED, CHANGED),
                "moved_open": (MOVED, CHANGED_OPEN),
                "stays_final": (_("%(number)s: a last day is final now"), FINAL),
                "stays_open": (_("%(number)s: a last day is provisional now"), OPEN),
            },
            topic=Topic.DEADLINES,
        ),
    ),
)
