"""The translatable texts in Python and templates, and Chinese that stands where it should not."""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Where Chinese is data and not a text of a page.
CHINESE_ALLOWED = (
    "rules/",  # the city's own texts
    "tools/scenarios.py",  # what people send
    "tools/tour.py",
    "tools/tour_power.py",
    "tools/counterparts/",  # what other people's systems say
    "portal/outside.py",  # what they are called in a demonstration
    "tools/diagrams.py",  # pictures carry both languages at once
    "core/street.py",  # how people write where they live
    "publishing/columns.py",  # what people write into a sheet
    "core/addresses.py",  # what people write in an address
    "templates/components/header.html",  # the wordmark
)


@dataclass(frozen=True)
class Message:
    context: str | None
    text: str
    plural: str | None
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def python_files(root: Path) -> Iterator[Path]:
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if folder.parent == root:
            yield from (
                path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts
            )


def template_files(root: Path) -> Iterator[Path]:
    own = [config.label for config in apps.get_app_configs() if Path(config.path).parent == root]
    folders = [root / "templates", *(root / name for name in own)]
    for folder in folders:
        for suffix in ("html", "txt"):
            inside = folder if folder.name == "templates" else folder / "templates"
            yield from sorted(inside.rglob(f"*.{suffix}"))


def messages(root: Path | None = None) -> list[Message]:
    """In the order of files and lines."""
    root = root or settings.BASE_DIR
    found: list[Message] = []
    for path in python_files(root):
        found += _in_source(path.read_text(encoding="utf-8"), str(path.relative_to(root)))
    for path in template_files(root):
        # As calls of gettext; indentation goes, which Python would stumble over.
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        python = "\n".join(line.strip() for line in source.split("\n"))
        found += _in_source(python, str(path.relative_to(root)))
    return found


def _in_source(source: str, place: str) -> Iterator[Message]:
    stream = io.BytesIO(source.encode())
    calls: Iterable[Any] = extract_python(stream, KEYWORDS, [], {})
    for line, name, texts, _comments in calls:
        words = [texts] if isinstance(texts, str) else [text for text in texts or () if text]
        context = words.pop(0) if name.startswith(("pgettext", "npgettext")) and words else None
        if words and words[0]:
            plural = words[1] if "n" in name.split("gettext")[0] and len(words) > 1 else None
            yield Message(context, words[0], plural, f"{place}:{line}")


def stray_chinese(root: Path | None = None) -> list[str]:
    """It belongs into the catalogues."""
    root = root or settings.BASE_DIR
    found: list[str] = []
    for path in python_files(root):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        # A docstring may quote a clause, comments too.
        docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        found += [
            f"{path.relative_to(root)}:{node.lineno}"
            for node in nodes
            if isinstance(node, ast.Constant) and id(node) not in docstrings
            if isinstance(node.value, str) and CHINESE.search(node.value)
        ]
    for path in template_files(root):
        lines = enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        found += [f"{path.relative_to(root)}:{n}" for n, line in lines if CHINESE.search(line)]
    return [place for place in found if not place.startswith(CHINESE_ALLOWED)]
