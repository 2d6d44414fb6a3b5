"""A last day that a newer calendar moved, in words: what it was, what it is, why, on whose word."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import Role
from core.clock import CITY
from deadlines.models import Recount
from rules.files import Words


def sentence(one: Recount) -> str:
    """Return one recount as a line of an explanation."""
    values = {
        "at": one.at.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S"),
        "was": one.was.isoformat(),
        "due": one.due_on.isoformat(),
        "counted": one.counted.isoformat(),
    }
    return "".join(
        [
            (_moved(one) if one.moved() else _settled(one)) % values,
            _(" By it the last day was %(counted)s, which was over by then.") % values
            if one.counted < one.due_on
            else "",
            _(" Reason: %(why)s.") % {"why": why(one.reason)},
            _whose(one.reason),
        ]
    )


def _moved(one: Recount) -> str:
    if one.provisional:
        return _(
            "Counted again %(at)s: the last day was %(was)s and is %(due)s, provisional still."
        )
    return _("Counted again %(at)s: the last day was %(was)s and is %(due)s.")


def _settled(one: Recount) -> str:
    if one.provisional:
        return _("Counted again %(at)s: the last day stays %(due)s and is provisional now.")
    return _("Counted again %(at)s: the last day stays %(due)s and is final now.")


def why(reason: Mapping[str, Any]) -> str:
    """Return the reason of a recount in the reader's language.

    Args:
        reason: as `Recount.reason` keeps it.
    """
    found = [_title(each) for each in reason.get("notices", ())]
    if text := str(reason.get("text", "")):
        found.append(text)
    return _("; ").join(found) or _("the calendar of the city was changed")


def _title(notice: Mapping[str, str]) -> str:
    title = str(Words(notice["zh"], notice["en"]))
    number = notice.get("number", "")
    return _("%(title)s (%(number)s)") % {"title": title, "number": number} if number else title


def _whose(reason: Mapping[str, Any]) -> str:
    """When the calendar was loaded, and whose word let it in."""
    if not reason.get("loaded_at"):
        return ""
    at = datetime.fromisoformat(str(reason["loaded_at"])).astimezone(CITY)
    values = {"day": at.strftime("%Y-%m-%d"), "role": role_name(str(reason.get("role", "")))}
    return _(" Loaded %(day)s, approved by: %(role)s.") % values


def role_name(role: str) -> str:
    """Return whose word let a version in, in words; the system where nobody was asked for it."""
    return str(Role(role).label) if role else _("the system")
