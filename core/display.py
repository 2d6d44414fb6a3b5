"""How a browser's pages are shown: to whom the usual letters are too small, or too pale."""

from typing import Final

from django.http import HttpRequest

#: Letters large, words few and the telephone first; and black on white. They go together.
ELDER, CONTRAST = "elder", "contrast"
MODES: Final = (ELDER, CONTRAST)
#: Of the browser, not of the person: it is about this screen, and needs no account.
COOKIE: Final = "display"


def display_of(request: HttpRequest) -> tuple[str, ...]:
    """The modes that the browser was switched to; what else its cookie says counts for nothing."""
    said = request.COOKIES.get(COOKIE, "").split("-")
    return tuple(mode for mode in MODES if mode in said)
