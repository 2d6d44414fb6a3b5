"""Walking the frames of JPEG and PNG files."""

import re
import struct
import zlib

from django.utils.translation import gettext_lazy as _

from documents.limits import MOST_PIXELS
from documents.refusals import refused

#: The beginning of things that have no business in the frame of a picture.
FOREIGN = re.compile(rb"<\?php|<script|<html|<!doctype|<svg|%pdf-|PK\x03\x04", re.IGNORECASE)

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
#: Where the coded data of a scan end: a marker that is neither stuffing nor a restart.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
NOT_FILL = re.compile(rb"[^\xff]")
#: Parts of a frame. A real picture has some thousand; millions only cost us time.
MOST_PARTS = 20_000


def cut_off() -> Exception:
    """The refusal of a file that is not whole."""
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
    """Walks a JPEG from marker to marker.

    Raises:
        Invalid: it is cut off, too large to open, or carries something else.
    """
    if not data.startswith(b"\xff\xd8"):
        raise cut_off()
    at, frame, seen = 2, bytearray(), set()
    for _part in range(MOST_PARTS):
        marker, at = _next_marker(data, at)
        seen.add("frame" if marker in START_OF_FRAME else marker)
        if marker == END_OF_IMAGE:
            break
        if marker in WITHOUT_LENGTH:
            continue
        segment, at = _segment(data, at)
        frame += segment
        if marker in START_OF_FRAME:
            _check_jpeg_size(segment)
        if marker == START_OF_SCAN:
            at = _end_of_scan(data, at)
    if not {"frame", START_OF_SCAN, END_OF_IMAGE} <= seen:
        raise cut_off()
    _check_frame(bytes(frame) + data[at:])


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    if data[at : at + 1] != b"\xff":
        raise cut_off()
    found = NOT_FILL.search(data, at)
    if found is None:
        raise cut_off()
    return found[0][0], found.end()


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise cut_off()
    length = int.from_bytes(data[at : at + 2], "big")
    if length < 2 or at + length > len(data):
        raise cut_off()
    return data[at + 2 : at + length], at + length


def _check_jpeg_size(segment: bytes) -> None:
    if len(segment) < 5:
        raise cut_off()
    height, width = struct.unpack(">HH", segment[1:5])
    _check_pixels(width, height)


def _end_of_scan(data: bytes, at: int) -> int:
    found = AFTER_SCAN.search(data, at)
    if found is None:
        raise cut_off()
    return found.start()


def check_png(data: bytes) -> None:
    """Walks a PNG from chunk to chunk, checking each sum; nothing may follow its end.

    Raises:
        Invalid: it is cut off, damaged, too large to open, or carries something else.
    """
    at, frame = len(PNG_MAGIC), bytearray()
    kinds: list[bytes] = []
    if not data.startswith(PNG_MAGIC):
        raise cut_off()
    while b"IEND" not in kinds[-1:]:
        if len(kinds) == MOST_PARTS:
            raise cut_off()
        kind, body, at = _chunk(data, at)
        kinds.append(kind)
        if kind != b"IDAT":
            frame += body
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise cut_off()
    _check_pixels(*struct.unpack(">II", frame[:8]))
    _check_frame(bytes(frame) + data[at:])
    if at != len(data):
        raise refused(_("Something follows the end of the picture. Save it anew."))


def _chunk(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    if at + 12 > len(data):
        raise cut_off()
    length, kind = struct.unpack(">I4s", data[at : at + 8])
    end = at + 12 + length
    if end > len(data):
        raise cut_off()
    body = data[at + 8 : end - 4]
    if zlib.crc32(kind + body) != int.from_bytes(data[end - 4 : end], "big"):
        raise cut_off()
    return kind, body, end
