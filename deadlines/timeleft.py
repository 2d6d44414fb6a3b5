"""How time left and lateness are counted and said, for cases and permits alike."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.city import working_days
from rules.registry import calendar


def left_to(due_on: date, now: datetime) -> int:
    """Return the working days up to a last day, today's not counted."""
    return calendar().used(now, due_on)


def left_words(left: int) -> str:
    """Return a few words for a list: so many days, or until midnight."""
    if not left:
        return _("today until 24:00")
    return _("{days} left").format(days=working_days(left))


def late_words(days: int) -> str:
    """Return a few words for what is late by so many calendar days; 0 where none is over yet."""
    if days <= 0:
        return _("late")
    text = ngettext("late by {count} day", "late by {count} days", days)
    return text.format(count=days)


def used_share(limit: int, left: int) -> int:
    """Return the part of a limit that is used, 0 to 100."""
    return max(0, min(100, round(100 * (limit - left) / limit)))
