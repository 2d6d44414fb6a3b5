"""What a file is, by its content. Nothing is decoded or rendered here, only its frame is walked.

A file is taken when it is wholly one thing: the type its name claims, from the first byte to the
last, with nothing of another type inside its frame; a name without an ending claims nothing. What
an attacker hides in nested encodings can pass; such a file is still only ever handed out as an
attachment that no browser runs.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from contextlib import suppress

import puremagic
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid, Text
from documents.models import Document

Type = Document.Type

MEGABYTE = 1024 * 1024
#: Pixels of a picture. More is a trap for whoever opens it: 12 000 × 12 000 is a large camera's.
MOST_PIXELS = 150_000_000

EXTENSIONS = {".pdf": Type.PDF, ".jpg": Type.JPEG, ".jpeg": Type.JPEG, ".png": Type.PNG}
#: Endings that, inside a name, show that the file pretends to be something else.
OTHER_ENDINGS = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|bmp|tiff?|svg|webp|html?|xhtml|xml|js|mjs|php\d?|phtml|asp|aspx|jsp|"
    r"exe|com|scr|bat|cmd|ps1|vbs|msi|dll|jar|apk|sh|py|docx?|xlsx?|pptx?|zip|rar|7z|gz|lnk)"
    r"(?=\.|$|\s)",
    re.IGNORECASE,
)
#: Control characters, marks that turn the direction of writing, and what paths are made of.
UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST = 120


def max_bytes() -> int:
    return int(getattr(settings, "DOCUMENT_MAX_BYTES", 20 * MEGABYTE))


def refused(reason: Text) -> Invalid:
    return Invalid([FieldError("/file", reason)])


def recognise(data: bytes, name: str) -> Document.Type:
    """Return the type; Invalid if empty, too large, none of ours, cut off, or several at once."""
    check_size(len(data))
    claimed = type_named(name)
    found: set[str] = set()
    with suppress(puremagic.PureError, ValueError):
        found = {match.mime_type for match in puremagic.magic_string(data)}
    kind = claimed or next((ours for ours in CHECKS if ours in found), None)
    if kind is None:
        raise refused(_("Only PDF, JPEG and PNG files are taken."))
    if kind not in found:
        raise refused(_("The content of the file is not what its name says."))
    CHECKS[kind](data)
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise refused(_("The file holds an archive. Upload the document itself."))
    return kind


def check_size(size: int) -> None:
    if size == 0:
        raise refused(_("The file is empty."))
    if size > max_bytes():
        raise refused(
            _("The file is larger than %(size)d MB.") % {"size": max_bytes() // 1024 // 1024}
        )


def type_named(name: str) -> Document.Type | None:
    """Return the type claimed, None without an ending; Invalid if not ours or made to deceive."""
    if any(unicodedata.category(character) in UNWANTED for character in name):
        raise refused(_("The file's name has hidden characters. Rename the file."))
    stem, dot, ending = name.rpartition(".")
    claimed = EXTENSIONS.get(f".{ending.lower()}") if dot else None
    if claimed is None and dot:
        raise refused(_("Only PDF, JPEG and PNG files are taken."))
    if dot and OTHER_ENDINGS.search(stem):
        raise refused(_("The file's name has two endings. Rename the file."))
    return claimed


def shown(name: str, content_type: str) -> str:
    """A name that is safe to save under on any system, ending as its type does."""
    base = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    kept = "".join(c for c in base if unicodedata.category(c) not in UNWANTED)
    kept = re.sub(r'[<>:"|?*%;]', "", kept).strip(". ")[:LONGEST]
    endings = {Type.PDF: ".pdf", Type.JPEG: ".jpg", Type.PNG: ".png"}
    return (kept or "document") + endings[Document.Type(content_type)]


# Pictures

#: The beginning of things that have no business in the frame of a picture.
FOREIGN = re.compile(rb"<\?php|<script|<html|<!doctype|<svg|%pdf-|PK\x03\x04", re.IGNORECASE)

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
#: Where the coded data of a scan end: a marker that is neither stuffing nor a restart.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
#: A marker may have any number of fill bytes before it.
MARKER = re.compile(rb"\xff+([^\xff])")
#: Parts of a frame. A real picture has some thousand; millions only cost us time.
MOST_PARTS = 20_000


def cut_off() -> Exception:
    return refused(_("The file is damaged or not complete. Make it once more and upload it again."))


def _check_frame(frame: bytes) -> None:
    if FOREIGN.search(frame):
        raise refused(_("The picture holds something else besides. Save it anew and upload that."))


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise refused(_("The picture has too many pixels. Make it smaller."))
    if not width or not height:
        raise cut_off()


def check_jpeg(data: bytes) -> None:
    """Refuse a JPEG that is cut off, too large to open, or carries something else."""
    if not data.startswith(b"\xff\xd8"):
        raise cut_off()
    at, frame, seen = 2, bytearray(), set()
    for _part in range(MOST_PARTS):
        found = MARKER.match(data, at)
        if found is None:
            raise cut_off()
        marker, at = found[1][0], found.end()
        seen.add("frame" if marker in START_OF_FRAME else marker)
        if marker == END_OF_IMAGE:
            break
        if marker in WITHOUT_LENGTH:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            raise cut_off()
        segment, at = data[at + 2 : at + length], at + length
        frame += segment
        if marker in START_OF_FRAME:
            if len(segment) < 5:
                raise cut_off()
            height, width = struct.unpack(">HH", segment[1:5])
            _check_pixels(width, height)
        if marker == START_OF_SCAN:
            end = AFTER_SCAN.search(data, at)
            if end is None:
                raise cut_off()
            at = end.start()
    if not {"frame", START_OF_SCAN, END_OF_IMAGE} <= seen:
        raise cut_off()
    _check_frame(bytes(frame) + data[at:])


def check_png(data: bytes) -> None:
    """Refuse such a PNG too, checking each sum; nothing may follow its end."""
    at, frame = len(PNG_MAGIC), bytearray()
    kinds: list[bytes] = []
    if not data.startswith(PNG_MAGIC):
        raise cut_off()
    while b"IEND" not in kinds[-1:]:
        if len(kinds) == MOST_PARTS:
            raise cut_off()
        if at + 12 > len(data):
            raise cut_off()
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise cut_off()
        body = data[at + 8 : end - 4]
        if zlib.crc32(kind + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise cut_off()
        at = end
        kinds.append(kind)
        if kind != b"IDAT":
            frame += body
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise cut_off()
    _check_pixels(*struct.unpack(">II", frame[:8]))
    _check_frame(bytes(frame) + data[at:])
    if at != len(data):
        raise refused(_("Something follows the end of the picture. Save it anew."))


# PDF

PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
PDF_END = b"%%EOF"
#: Readers look for the end within the last kilobyte; so do we, and nothing else may be there.
TAIL = 1024

#: Names of what a document needs no more than a letter does.
ACTIVE = ("JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia")
FOREIGN_IN_PDF = re.compile(rb"<\?php|<script|<html|<!doctype html|PK\x03\x04", re.IGNORECASE)

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


def check_pdf(data: bytes) -> None:
    """Refuse a PDF that is not whole, is locked, holds what runs, or something else besides."""
    if not PDF_HEADER.match(data):
        raise cut_off()
    # A file shorter than the stretch in which readers look for the end has nothing cut off.
    end = data.rfind(PDF_END)
    if len(data) > TAIL and (end < 0 or len(data) - end - len(PDF_END) > TAIL):
        raise cut_off()
    if LOCKED.search(data):
        raise refused(_("The PDF is protected by a password. Upload it without one."))
    _check_active(data)
    # The file without its streams, and each stream with what stands before it. One pass, whatever
    # the file holds: a pattern over whole objects could be made to take hours.
    skeleton, unpacked, room, at = bytearray(), [], MOST_UNPACKED, 0
    while found := STREAM.search(data, at):
        end = data.find(END_STREAM, found.end())
        if end < 0:
            break
        before = data[max(at, found.start() - DICTIONARY) : found.start()]
        skeleton += data[at : found.start()]
        at = end + len(END_STREAM)
        # Objects can hide in a stream of objects.
        if b"/ObjStm" in before:
            content = data[found.end() : end]
            with suppress(zlib.error):
                content = zlib.decompressobj().decompress(content, room)
            room -= len(content)
            if room <= 0:
                raise refused(_("The PDF is packed in a way that we cannot check. Print it anew."))
            unpacked.append(content)
    for content in unpacked:
        _check_active(content)
    if FOREIGN_IN_PDF.search(bytes(skeleton) + data[at:]):
        raise refused(_("The PDF holds something else besides. Print it to a new PDF."))


def _check_active(data: bytes) -> None:
    if ACTIVE_NAMES.search(data):
        raise refused(
            _("The PDF holds a program or another file. Print it to a new PDF and upload that.")
        )


CHECKS = {Type.PDF: check_pdf, Type.JPEG: check_jpeg, Type.PNG: check_png}
