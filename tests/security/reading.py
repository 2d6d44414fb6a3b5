"""Reading an HTML page as a browser would: what in it could run, or comes from elsewhere."""

import hashlib
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

LOADED = {
    "script": "src", "img": "src", "iframe": "src", "link": "href", "form": "action",
    "button": "formaction", "object": "data", "source": "src", "use": "href",
}  # fmt: skip
#: What a link may lead to besides our own pages.
OTHER_SCHEMES = {"tel", "mailto"}
#: What differs from one page to the next: the form's own secret, and the time of the banner.
PASSING = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|\d\d:\d\d')
_READ: dict[bytes, list[str]] = {}
DATA_TYPES = {"application/json", "text/template"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "style" or (tag == "script" and _runs_inline(found)):
            self.faults.append(f"inline <{tag}>")
        for name, value in found.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.faults.append(f"<{tag} {name}={value!r}>")
            if value.strip().lower().startswith(("javascript:", "vbscript:", "data:text")):
                self.faults.append(f"<{tag} {name}={value!r}>")
        address = found.get(LOADED.get(tag, ""), "")
        if _foreign(address):
            self.faults.append(f"<{tag}> from {address}")


def _runs_inline(attrs: dict[str, str]) -> bool:
    return "src" not in attrs and attrs.get("type") not in DATA_TYPES


def _foreign(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("", "data") or bool(parts.netloc)


def faults(page: str) -> list[str]:
    """What of a page a strict policy forbids: inline code or style, anything from elsewhere.

    Most people get the same page, but for its secret: it is read once.
    """
    text = PASSING.sub("", page)
    known = hashlib.sha256(text.encode()).digest()
    if known not in _READ:
        reader = _Reader()
        reader.feed(text)
        _READ[known] = reader.faults
    return _READ[known]


def tags(page: str) -> set[str]:
    """The names of the elements of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.tags
