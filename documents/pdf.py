"""Walking the frame of a PDF file: whole, not locked, and nothing in it that runs."""

import re
import zlib

from django.utils.translation import gettext_lazy as _

from documents.refusals import refused

HEADER = re.compile(rb"%PDF-[12]\.\d")
END = b"%%EOF"
#: Readers look for the end within the last kilobyte; so do we, and nothing else may be there.
TAIL = 1024

#: Names of what a document needs no more than a letter does.
ACTIVE = ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia")
FOREIGN = re.compile(rb"<\?php|<script|<html|<!doctype html|PK\x03\x04", re.IGNORECASE)

STREAM = re.compile(rb"(?<!end)stream\r?\n")
END_STREAM = b"endstream"
#: How far before its stream the dictionary of an object begins, at most.
DICTIONARY = 2048
MOST_UNPACKED = 50 * 1024 * 1024


def _name(word: str) -> bytes:
    """A pattern for a PDF name, any letter of which may be written as #hh."""
    letters = (f"(?:{c}|#{ord(c):02x}|#{ord(c):02X})" for c in word)
    return b"/" + "".join(letters).encode() + rb"(?![A-Za-z0-9])"


ACTIVE_NAMES = re.compile(b"|".join(_name(word) for word in ACTIVE))
LOCKED = re.compile(_name("Encrypt"))


def check(data: bytes) -> None:
    """Checks a PDF's beginning, end and frame.

    Raises:
        Invalid: cut off, locked, active, or something else besides.
    """
    if not HEADER.match(data):
        raise _cut_off()
    # A file shorter than the stretch in which readers look for the end has nothing cut off.
    end = data.rfind(END)
    if len(data) > TAIL and (end < 0 or len(data) - end - len(END) > TAIL):
        raise _cut_off()
    if LOCKED.search(data):
        raise refused(_("The PDF is protected by a password. Upload it without one."))
    _check_active(data)
    skeleton, streams = _parted(data)
    for packed in _packed_objects(streams):
        _check_active(packed)
    if FOREIGN.search(skeleton):
        raise refused(_("The PDF holds something else besides. Print it to a new PDF."))


def _cut_off() -> Exception:
    return refused(_("The file is damaged or not complete. Make it once more and upload it again."))


def _check_active(data: bytes) -> None:
    if ACTIVE_NAMES.search(data):
        raise refused(
            _("The PDF holds a program or another file. Print it to a new PDF and upload that.")
        )


def _parted(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The file without its streams, and each stream with what stands before it.

    One pass, whatever the file holds: a pattern over whole objects could be made to take hours.
    """
    skeleton, streams, at = bytearray(), [], 0
    while found := STREAM.search(data, at):
        end = data.find(END_STREAM, found.end())
        if end < 0:
            break
        before = data[max(at, found.start() - DICTIONARY) : found.start()]
        skeleton += data[at : found.start()]
        streams.append((before, data[found.end() : end]))
        at = end + len(END_STREAM)
    return bytes(skeleton) + data[at:], streams


def _packed_objects(streams: list[tuple[bytes, bytes]]) -> list[bytes]:
    """The object streams, unpacked: objects can hide in them."""
    unpacked, room = [], MOST_UNPACKED
    for before, packed in streams:
        if b"/ObjStm" not in before:
            continue
        content = _inflate(packed, room)
        room -= len(content)
        if room <= 0:
            raise refused(_("The PDF is packed in a way that we cannot check. Print it anew."))
        unpacked.append(content)
    return unpacked


def _inflate(packed: bytes, room: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, room)
    except zlib.error:
        return packed
