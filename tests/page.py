"""A page as its reader has it: found by what things are called, not by how they are marked up."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import html

#: What a form of ours carries unseen, besides what the page itself hides.
CARRIED = ("version", "idempotency_key")
UNREAD = {"script", "style", "svg"}


def folded(text: str) -> str:
    """A text with its white space as a browser shows it."""
    return re.sub(r"\s+", " ", text).strip()


def words(element: Any) -> Iterator[str]:
    """The pieces of text in an element, in order, without scripts and drawings."""
    if not isinstance(element.tag, str) or element.tag in UNREAD:
        return
    yield element.text or ""
    for child in element:
        yield from words(child)
        yield child.tail or ""


def read(element: Any) -> str:
    """An element as it reads."""
    return folded(" ".join(words(element)))


class Page:
    """A page that was answered.

    Args:
        page: the answer of a test client, or the text of a page.
    """

    def __init__(self, page: Any) -> None:
        content = page if isinstance(page, str) else page.content.decode()
        self.tree = html.document_fromstring(content)

    @property
    def text(self) -> str:
        """All the words."""
        return read(self.tree)

    @property
    def main(self) -> str:
        """The words of the page itself, without its head, which tells the city's time."""
        return read(self.one(self.tree.iter("main"), "main"))

    @property
    def heading(self) -> str:
        """The first heading of the first rank."""
        return read(self.one(self.tree.iter("h1"), "heading"))

    def one(self, found: Any, what: str) -> Any:
        """The first of what was found; a page without it is a fault that says what stands there."""
        for element in found:
            return element
        raise AssertionError(f"no {what} in: {self.text[:2000]}")

    def name(self, element: Any) -> str:
        """What a control is called: as a screen reader says it."""
        if label := element.get("aria-label"):
            return folded(label)
        ids = (element.get("aria-labelledby") or "").split()
        labels = [self.tree.get_element_by_id(one) for one in ids]
        if not labels and element.get("id"):
            labels = self.tree.xpath("//label[@for=$id]", id=element.get("id"))
        return " ".join(map(read, labels)) or read(element)

    def button(self, name: str) -> Any:
        """The button of a name."""
        buttons = self.tree.xpath("//button | //*[@role='button']")
        return self.one((one for one in buttons if self.name(one) == name), f"button “{name}”")

    def link(self, name: str) -> str:
        """Where the link of a name leads."""
        links = (one for one in self.tree.iter("a") if self.name(one) == name)
        return str(self.one(links, f"link “{name}”").get("href"))

    def links(self, pattern: str) -> list[str]:
        """Where the page's links lead, each once, as far as a pattern fits from the beginning."""
        found = (one.get("href") or "" for one in self.tree.iter("a"))
        return list(dict.fromkeys(href for href in found if re.match(pattern, href)))

    def field(self, name: str) -> Any:
        """The field of a name."""
        fields = self.tree.xpath("//input[not(@type='hidden')] | //select | //textarea")
        return self.one((one for one in fields if self.name(one) == name), f"field “{name}”")

    def rows(self, caption: str = "") -> list[str]:
        """The rows below the head of a table, as they read: of that caption, or of the first."""
        tables = (
            one
            for one in self.tree.iter("table")
            if not caption or any(read(said) == caption for said in one.iter("caption"))
        )
        table = next(tables, None)
        return [] if table is None else [read(row) for row in table.xpath("./tbody/tr")]

    def hidden(self, form: Any = None) -> dict[str, str]:
        """The hidden fields of a form, or of the whole page: of each name the first."""
        found: dict[str, str] = {}
        within = self.tree if form is None else form
        for field in within.xpath(".//input[@type='hidden']"):
            found.setdefault(field.get("name"), field.get("value") or "")
        return found

    def carried(self) -> dict[str, str]:
        """What the first form of the page carries: the version it was made from, and its key."""
        found = self.hidden()
        return {name: found[name] for name in CARRIED if found.get(name)}

    def key(self) -> str:
        """The one key that every form in the page's main part carries."""
        forms = self.tree.xpath("//main//form")
        keys = [self.hidden(form).get("idempotency_key", "") for form in forms]
        [key] = set(keys)
        assert re.fullmatch(r"\w{32}", key), keys
        return key

    def submit(self, client: Any, button: str, **typed: Any) -> Any:
        """Press a button after typing; what the form hides goes with it, and the button too."""
        pressed = self.button(button)
        form = next(pressed.iterancestors("form"))
        sent = self.hidden(form) | typed
        if pressed.get("name"):
            sent[pressed.get("name")] = pressed.get("value") or ""
        return client.post(pressed.get("formaction") or form.get("action") or "", sent)
