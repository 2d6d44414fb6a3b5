"""What may be in a PDF: what a letter needs, and nothing that runs, sends or carries something."""

import hashlib
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.problems import Text
from documents.refusals import DAMAGED, cut_off, refused

#: Before it a mark of byte order or line breaks may stand: readers pass over them.
HEADER: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\x00\t\n\f\r ]{0,64}%PDF-[12]\.\d")
END: Final = b"%%EOF"
#: Readers look for the end within the last kilobyte; so do we, and nothing else may be there.
TAIL: Final = 1024
READER: Final = Path(__file__).with_name("pdf_reader.py")
#: It takes a quarter of a second, and stops itself when it has worked for five.
SECONDS: Final = 30
#: Digests of good files that were read lately: the same one is often sent again.
REMEMBERED: Final = 256
_good: dict[bytes, None] = {}
log = logging.getLogger("tongdian.documents")

CROWDED: Final = _("The PDF is packed in a way that we cannot check. Print it anew.")
REASONS: Final[dict[str, Text]] = {
    "damaged": DAMAGED,
    "locked": _("The PDF is protected by a password. Upload it without one."),
    "script": _("The PDF holds a program. Print it to a new PDF and upload that."),
    "form": _("The PDF is a form that runs by itself (XFA). Print it to a new PDF."),
    "attached": _("The PDF holds another file. Upload the document itself."),
    "starts": _("The PDF sends or starts something. Print it to a new PDF and upload that."),
    "plays": _("The PDF holds sound, film or something that moves. Print it to a new PDF."),
    "crowded": CROWDED,
}
#: In a file too short to be read as one: words that nothing harmless has.
SUSPECT: Final = re.compile(rb"#|stream|/(?:JavaScript|JS|XFA|Launch|EmbeddedFile|Encrypt|EF)")

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
    if FOREIGN.search(between_streams(data)):
        raise refused(_("The PDF holds something else besides. Print it to a new PDF."))
    wrong = what_is_wrong(data)
    # The plainest devices make a file in which no page is found; nothing can hide in one.
    if wrong == "damaged" and len(data) <= TAIL and not SUSPECT.search(data):
        return data
    if wrong:
        raise refused(REASONS[wrong])
    return data


def what_is_wrong(data: bytes) -> str:
    """Return a word of `REASONS`; empty for a good file. Which those are is remembered a while."""
    digest = hashlib.sha256(data).digest()
    if digest in _good:
        return ""
    command = [sys.executable, "-I", str(READER)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 (ours)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        # Its own words quote the file: they are for nobody's log.
        log.warning("a PDF could not be read: %s", type(error).__name__)
        return "crowded"
    word = done.stdout.decode()
    if not word:
        if len(_good) == REMEMBERED:
            _good.clear()
        _good[digest] = None
    return word


def between_streams(data: bytes) -> bytes:
    """Return a file without what its streams hold. One pass, whatever the file holds."""
    found, at = bytearray(), 0
    while begin := STREAM.search(data, at):
        found += data[at : begin.start()]
        end = data.find(END_STREAM, begin.end())
        at = len(data) if end < 0 else end + len(END_STREAM)
    return bytes(found + data[at:])
