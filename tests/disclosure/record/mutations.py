"""Receipts that differ from a good one in one place each, and what a receipt is made of."""

import copy
import json
from collections.abc import Iterator
from typing import Any

Receipt = dict[str, Any]
Path = tuple[str | int, ...]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every value of a receipt that has no parts of its own."""
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield path
    for name, part in parts:
        yield from places(part, (*path, name))


def at(value: Any, path: Path) -> Any:
    """The value at a place."""
    for name in path:
        value = value[name]
    return value


def changed(receipt: Receipt, path: Path, value: Any) -> Receipt:
    """The receipt with another value at a place."""
    made = copy.deepcopy(receipt)
    at(made, path[:-1])[path[-1]] = value
    return made


def without(receipt: Receipt, path: Path) -> Receipt:
    """The receipt without what is at a place."""
    made = copy.deepcopy(receipt)
    del at(made, path[:-1])[path[-1]]
    return made


def mutants(receipt: Receipt) -> Iterator[tuple[str, Receipt]]:
    """Each value changed, taken away and emptied; texts in several of their signs."""
    for path in places(receipt):
        name = ".".join(map(str, path))
        yield f"{name} gone", without(receipt, path)
        for number, value in enumerate(others(at(receipt, path))):
            yield f"{name} {number}", changed(receipt, path, value)


def others(value: Any) -> Iterator[Any]:
    """Values that are not this one."""
    if isinstance(value, str):
        yield from texts(value)
    elif isinstance(value, int):
        yield from (value + 1, str(value))
    else:
        yield ""
    if value is not None:
        yield None


def texts(text: str) -> Iterator[str]:
    """Texts that differ in one sign, at the ends and along the way, or in their length."""
    step = max(1, len(text) // 12)
    for place in sorted({*range(0, len(text), step), len(text) - 1} - {-1}):
        sign = "0" if text[place] != "0" else "1"
        yield text[:place] + sign + text[place + 1 :]
    for made in (text + "\n", " " + text, text[:-1], text[1:], text.upper(), ""):
        if made != text:
            yield made


def written(receipt: Receipt) -> bytes:
    """The file of a receipt."""
    return json.dumps(receipt, ensure_ascii=False).encode()
