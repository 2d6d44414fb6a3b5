"""Files that calendars read (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from django.http import HttpResponse

TYPE: Final = "text/calendar; charset=utf-8"
#: Of one line, without its end.
OCTETS: Final = 75


def calendar_file(about: str, events: Iterable[Iterable[str]]) -> str:
    """A calendar of events, each as the lines between its beginning and its end.

    Args:
        about: what it is of, as the product's name has it.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Tongdian//{about}//ZH"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def calendar_answer(text: str, name: str) -> HttpResponse:
    """The file to be downloaded; `name` is without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return HttpResponse(text, content_type=TYPE, headers=headers)


def utc(at: datetime) -> str:
    """An instant that needs no table of zones."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(words: str) -> str:
    for character in "\\;,":
        words = words.replace(character, f"\\{character}")
    return words.replace("\n", "\\n")


def folded(line: str) -> str:
    """Broken by octets, and never inside a character; what goes on begins with a space."""
    whole, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            whole, size = f"{whole}\r\n ", 1
        whole, size = whole + character, size + octets
    return whole
