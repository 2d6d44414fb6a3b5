"""The buttons of a page about something that moves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageButton:
    """A button as `components/action_buttons.html` draws it.

    Args:
        reason: why it cannot be pressed now; None where it can.
        tone: `warning` for what is not taken back.
    """

    action: str
    label: str
    allowed: bool
    reason: str | None
    url: str
    tone: str = ""
