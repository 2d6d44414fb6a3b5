"""Reads one PDF from standard input and prints what is wrong with it; nothing where it is good.

It runs as a process of its own, which knows nothing of the portal and has little time and memory: a
file that is made to keep a reader busy, or to be unpacked without end, stops this and nothing else.
"""

import io
import re
import resource
import sys
from typing import Any, Final

import pikepdf
from pikepdf.settings import set_qpdf_limits

MEGABYTE: Final = 1024 * 1024
SECONDS, MEMORY = 5, 1024 * MEGABYTE
#: Objects of a file, and all that they hold. A large document has some thousand.
MOST_OBJECTS: Final = 50_000
MOST_PARTS: Final = 1_000_000

#: What the parser says of a file that it can make nothing of, by its parts or as a whole.
UNREADABLE: Final = (pikepdf.PdfError, ValueError, TypeError, ArithmeticError, RuntimeError)

#: What a click may do, and what may happen by itself when a page is opened.
ON_CLICK: Final = frozenset(
    [
        "/GoTo", "/URI", "/Named", "/Thread", "/ResetForm", "/Hide", "/SetOCGState", "/Trans",
        "/GoToDp",
    ]
)  # fmt: skip
BY_ITSELF: Final = ON_CLICK - {"/URI", "/ResetForm"}
#: Everything that ISO 32000 calls an action besides: nothing in a document may be one.
OTHER_ACTIONS: Final = frozenset(
    [
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition",
        "/Movie", "/Sound", "/GoTo3DView", "/RichMediaExecute",
    ]
)  # fmt: skip
LINK: Final = re.compile(rb"(?:https?|mailto|tel):", re.IGNORECASE)
SCHEME: Final = re.compile(rb"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
ANNOTATIONS: Final = frozenset(
    [
        "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine",
        "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink",
        "/Popup", "/Widget", "/PrinterMark", "/TrapNet", "/Watermark", "/Redact",
    ]
)  # fmt: skip
#: Entries that no dictionary may have, whatever it is.
FORBIDDEN: Final = {
    **dict.fromkeys(("/JavaScript", "/JS"), "script"),
    "/XFA": "form",
    **dict.fromkeys(("/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RF"), "attached"),
    **dict.fromkeys(("/RichMediaContent", "/RichMediaSettings", "/3DD", "/Rendition"), "plays"),
}


class Unfit(Exception):
    """What is wrong with the file, in one word."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    set_qpdf_limits(doc_max_warnings=1_000, max_stream_filters=4, flate_max_memory=64 * MEGABYTE)
    try:
        check(sys.stdin.buffer.read())
    except Unfit as unfit:
        sys.stdout.write(str(unfit))
    except MemoryError:
        sys.stdout.write("crowded")


def check(data: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            check_objects(pdf)
    except pikepdf.PasswordError:
        raise Unfit("locked") from None
    except UNREADABLE as error:
        raise Unfit("locked" if "encrypt" in str(error) else "damaged") from error


def check_objects(pdf: pikepdf.Pdf) -> None:
    left = MOST_PARTS
    if len(pdf.objects) > MOST_OBJECTS:
        raise Unfit("crowded")
    for top in (pdf.trailer, *pdf.objects):
        waiting: list[Any] = [top]
        while waiting:
            one = waiting.pop()
            parts: list[Any] = list(one) if isinstance(one, pikepdf.Array) else []
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                if reason := why_not(one):
                    raise Unfit(reason)
                parts = [one.get(key) for key in one.keys()]  # noqa: SIM118 (it is no mapping)
            left -= 1 + len(parts)
            if left < 0:
                raise Unfit("crowded")
            # What it refers to is an object of its own.
            nested = (part for part in parts if isinstance(part, pikepdf.Object))
            waiting += [part for part in nested if not part.is_indirect]


def why_not(one: Any) -> str | None:
    """Say what a dictionary has that no document needs; None where it is harmless."""
    keys = set(one.keys())
    for key in sorted(keys & FORBIDDEN.keys()):
        return FORBIDDEN[key]
    action, subtype = named(one, "/S"), named(one, "/Subtype")
    if action in OTHER_ACTIONS:
        return reason_of(action)
    if named(one, "/Type") == "/EmbeddedFile" or subtype == "/FileAttachment":
        return "attached"
    if {"/Subtype", "/Rect"} <= keys and subtype not in ANNOTATIONS:
        return "plays"
    if isinstance(one, pikepdf.Stream) and ("/F" in keys or subtype == "/PS"):
        return "starts"
    clicked = (why_not_done(one.get(key), ON_CLICK) for key in ("/A", "/PA", "/Next"))
    opened = (why_not_done(each, BY_ITSELF) for each in (one.get("/OpenAction"), *triggers(one)))
    return next((reason for reason in (*clicked, *opened) if reason), None)


def triggers(one: Any) -> list[Any]:
    """Return the actions that happen when a page or a field is opened, left, printed and so on."""
    found = one.get("/AA")
    if not isinstance(found, pikepdf.Dictionary):
        return []
    return [found.get(key) for key in found.keys()]  # noqa: SIM118 (it is no mapping)


def why_not_done(action: Any, allowed: frozenset[str]) -> str | None:
    """Say what is wrong with an action; what is none does nothing."""
    if not isinstance(action, pikepdf.Dictionary) or "/S" not in action:
        return None
    name = named(action, "/S")
    if name == "/URI":
        address = re.sub(rb"[\x00-\x20]", b"", bytes(action.get("/URI", b"")))
        if SCHEME.match(address) and not LINK.match(address):
            return "starts"
    return None if name in allowed else reason_of(name)


def reason_of(action: str) -> str:
    return "script" if action == "/JavaScript" else "starts"


def named(one: Any, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


if __name__ == "__main__":
    main()
