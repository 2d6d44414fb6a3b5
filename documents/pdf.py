"""What may be in a PDF. It is read by a parser, so nothing hides in another way of writing.

What is taken is what a letter needs: pages, pictures, fonts, links, the fields of a form, a
signature. Scripts, XFA, attached files, sound and film, and whatever sends or starts something,
are refused, whether or not anything refers to them.
"""

import io
import re
from typing import Any, Final

import pikepdf
from django.utils.translation import gettext_lazy as _
from pikepdf.settings import set_qpdf_limits

from core.problems import Text
from documents.refusals import cut_off, refused

MEGABYTE: Final = 1024 * 1024
#: Before it a mark of byte order or line breaks may stand: readers pass over them.
HEADER: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\f\r ]{0,64}%PDF-[12]\.\d")
END: Final = b"%%EOF"
#: Readers look for the end within the last kilobyte; so do we, and nothing else may be there.
TAIL: Final = 1024
#: Objects of a file, and all that they hold. A large document has some thousand; millions only
#: cost us time.
MOST_OBJECTS: Final = 50_000
MOST_PARTS: Final = 1_000_000

# For this process: however small a stream is made, it is not unpacked without end.
set_qpdf_limits(
    doc_max_warnings=1_000,
    max_stream_filters=4,
    flate_max_memory=64 * MEGABYTE,
    png_max_memory=64 * MEGABYTE,
    run_length_max_memory=64 * MEGABYTE,
    tiff_max_memory=64 * MEGABYTE,
)

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
LOCKED: Final = _("The PDF is protected by a password. Upload it without one.")
SCRIPT: Final = _("The PDF holds a program. Print it to a new PDF and upload that.")
FORM: Final = _("The PDF is a form that runs by itself (XFA). Print it to a new PDF.")
ATTACHED: Final = _("The PDF holds another file. Upload the document itself.")
STARTS: Final = _("The PDF sends or starts something. Print it to a new PDF and upload that.")
PLAYS: Final = _("The PDF holds sound, film or something that moves. Print it to a new PDF.")
CROWDED: Final = _("The PDF is packed in a way that we cannot check. Print it anew.")
#: Entries that no dictionary may have, whatever it is.
FORBIDDEN: Final[dict[str, Text]] = {
    **dict.fromkeys(("/JavaScript", "/JS"), SCRIPT),
    "/XFA": FORM,
    **dict.fromkeys(("/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RF"), ATTACHED),
    **dict.fromkeys(("/RichMediaContent", "/RichMediaSettings", "/3DD", "/Rendition"), PLAYS),
}

#: What others would take for a beginning of theirs, where a document has none.
FOREIGN: Final = re.compile(rb"<\?php|<script|<html|<!doctype html|PK\x03\x04", re.IGNORECASE)
STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
END_STREAM: Final = b"endstream"


def checked(data: bytes) -> bytes:
    """Return a PDF as it came: a signature in it holds for these very bytes.

    Raises:
        Invalid: it is not whole, locked, or holds what no document needs.
    """
    # A file shorter than the stretch in which readers look for the end has nothing cut off.
    end = data.rfind(END)
    if len(data) > TAIL and (end < 0 or len(data) - end - len(END) > TAIL):
        raise cut_off()
    if any(data.count(word) > 2 * MOST_OBJECTS for word in (b"obj", b"stream")):
        raise refused(CROWDED)
    if FOREIGN.search(between_streams(data)):
        raise refused(_("The PDF holds something else besides. Print it to a new PDF."))
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.objects) > MOST_OBJECTS:
                raise refused(CROWDED)
            check_objects(pdf)
    except pikepdf.PasswordError as error:
        raise refused(LOCKED) from error
    except UNREADABLE as error:
        if "encrypt" in str(error):
            raise refused(LOCKED) from error
        if not is_plain(data):
            raise cut_off() from error
    return data


def is_plain(data: bytes) -> bool:
    """Whether a file in which the parser finds no page is too short and plain to hide anything."""
    names = {f"/{name.decode()}" for name in re.findall(rb"/(\w+)", data)}
    open_to_all = len(data) <= TAIL and b"stream" not in data and b"#" not in data
    return open_to_all and not names & (FORBIDDEN.keys() | OTHER_ACTIONS | {"/Encrypt"})


def between_streams(data: bytes) -> bytes:
    """Return a file without what its streams hold. One pass, whatever the file holds."""
    found, at = bytearray(), 0
    while begin := STREAM.search(data, at):
        found += data[at : begin.start()]
        end = data.find(END_STREAM, begin.end())
        at = len(data) if end < 0 else end + len(END_STREAM)
    return bytes(found + data[at:])


def check_objects(pdf: pikepdf.Pdf) -> None:
    left = MOST_PARTS
    for top in (pdf.trailer, *pdf.objects):
        waiting = [top]
        while waiting:
            one = waiting.pop()
            parts = list(one) if isinstance(one, pikepdf.Array) else []
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                if reason := why_not(one):
                    raise refused(reason)
                parts = [one.get(key) for key in one.keys()]  # noqa: SIM118 (it is no mapping)
            left -= 1 + len(parts)
            if left < 0:
                raise refused(CROWDED)
            # What it refers to is an object of its own.
            nested = (part for part in parts if isinstance(part, pikepdf.Object))
            waiting += [part for part in nested if not part.is_indirect]


def why_not(one: Any) -> Text | None:
    """Say what a dictionary has that no document needs; None where it is harmless."""
    keys = set(one.keys())
    for key in sorted(keys & FORBIDDEN.keys()):
        return FORBIDDEN[key]
    action, subtype = named(one, "/S"), named(one, "/Subtype")
    if action in OTHER_ACTIONS:
        return reason_of(action)
    if named(one, "/Type") == "/EmbeddedFile" or subtype == "/FileAttachment":
        return ATTACHED
    if {"/Subtype", "/Rect"} <= keys and subtype not in ANNOTATIONS:
        return PLAYS
    if isinstance(one, pikepdf.Stream) and ("/F" in keys or subtype == "/PS"):
        return STARTS
    clicked = (why_not_done(one.get(key), ON_CLICK) for key in ("/A", "/PA", "/Next"))
    opened = (why_not_done(each, BY_ITSELF) for each in (one.get("/OpenAction"), *triggers(one)))
    return next((reason for reason in (*clicked, *opened) if reason), None)


def triggers(one: Any) -> list[Any]:
    """Return the actions that happen when a page or a field is opened, left, printed and so on."""
    found = one.get("/AA")
    if not isinstance(found, pikepdf.Dictionary):
        return []
    return [found.get(key) for key in found.keys()]  # noqa: SIM118 (it is no mapping)


def why_not_done(action: Any, allowed: frozenset[str]) -> Text | None:
    """Say what is wrong with an action; what is none does nothing."""
    if not isinstance(action, pikepdf.Dictionary) or "/S" not in action:
        return None
    name = named(action, "/S")
    if name == "/URI":
        address = re.sub(rb"[\x00-\x20]", b"", bytes(action.get("/URI", b"")))
        if SCHEME.match(address) and not LINK.match(address):
            return STARTS
    return None if name in allowed else reason_of(name)


def reason_of(action: str) -> Text:
    return SCRIPT if action == "/JavaScript" else STARTS


def named(one: Any, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""
