"""Pictures, drawn anew: what is kept has the pixels and nothing else of what came.

A camera writes where it was into a picture, and anything can hide beside its pixels.
"""

import io
import re
import struct
import zlib
from threading import Lock
from typing import Final

import pillow_heif
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from documents.refusals import cut_off, refused

#: Of a JPEG: no difference that an eye sees, at about the size that cameras write.
QUALITY: Final = 90
#: The pixels of several large pictures at once are more than a small server has room for.
ONE_AT_A_TIME: Final = Lock()

#: The beginning of things that have no business in the frame of a picture.
FOREIGN: Final = re.compile(rb"<\?php|<script|<html|<!doctype|<svg|%pdf-|PK\x03\x04", re.IGNORECASE)

PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD8)})
#: Where the coded data of a scan end: a marker that is neither stuffing nor a restart.
AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
#: A marker may have any number of fill bytes before it.
MARKER: Final = re.compile(rb"\xff+([^\xff])")
#: Parts of a frame. A real picture has some thousand; millions only cost us time.
MOST_PARTS: Final = 20_000
#: Each scan goes over the whole picture; ten make a usual progressive one.
MOST_SCANS: Final = 32


def jpeg(data: bytes, most_pixels: int) -> bytes:
    """Return a JPEG drawn anew. Raises Invalid: cut off, too large, or something else besides."""
    check_pixels(*size_of_jpeg(data), most_pixels)
    return drawn(data, "JPEG")


def png(data: bytes, most_pixels: int) -> bytes:
    """Return a PNG drawn anew. Raises Invalid as `jpeg` does."""
    check_pixels(*size_of_png(data), most_pixels)
    return drawn(data, "PNG")


def heic(data: bytes, most_pixels: int) -> bytes:
    """Return a picture of a telephone as a JPEG, which everybody can open. Raises Invalid."""
    try:
        picture = pillow_heif.open_heif(data)
        width, height = picture.size
        check_pixels(width, height, most_pixels)
        with ONE_AT_A_TIME:
            return written(picture.to_pillow(), "JPEG")
    except (ValueError, OSError, SyntaxError, RuntimeError, MemoryError, EOFError) as error:
        raise cut_off() from error


def drawn(data: bytes, form: str) -> bytes:
    try:
        with ONE_AT_A_TIME, Image.open(io.BytesIO(data), formats=[form]) as picture:
            return written(picture, form)
    except (ValueError, OSError, SyntaxError, MemoryError, struct.error, zlib.error) as error:
        raise cut_off() from error


def written(picture: Image.Image, form: str) -> bytes:
    """Write the pixels, turned as the camera was held; a JPEG is white where it is transparent."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):
        # Of 16 bits: Pillow would cut off all that is lighter than 8 can say.
        picture = picture.convert("I").point(lambda light: light * (1 / 256)).convert("L")
    clear = picture.has_transparency_data
    grey = picture.mode in ("1", "L", "LA")
    if form == "JPEG" and clear:
        whole = picture.convert("RGBA")
        picture = Image.new("RGB", whole.size, "white")
        picture.paste(whole, mask=whole)
    pixels = picture.convert(("L" if grey else "RGB") + ("A" if clear and form == "PNG" else ""))
    pixels.info = {}
    out = io.BytesIO()
    pixels.save(out, form, **({"quality": QUALITY} if form == "JPEG" else {}))
    return out.getvalue()


def check_pixels(width: int, height: int, most: int) -> None:
    if width * height > most:
        reason = _("The picture has more than %(millions)d million pixels. Make it smaller.")
        raise refused(reason % {"millions": most // 1_000_000})
    if not width or not height:
        raise cut_off()


def check_frame(frame: bytes) -> None:
    if FOREIGN.search(frame):
        raise refused(_("The picture holds something else besides. Save it anew and upload that."))


def size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Return width and height; Invalid for what is cut off or carries something else."""
    if not data.startswith(b"\xff\xd8"):
        raise cut_off()
    at, frame, seen, size, scans = 2, bytearray(), set(), (0, 0), 0
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
            size = max(size, (width, height), key=lambda one: one[0] * one[1])
        if marker == START_OF_SCAN:
            at, scans = end_of_scan(data, at), scans + 1
    if scans > MOST_SCANS:
        raise refused(_("The picture is packed in a way that we cannot check. Save it anew."))
    if not {"frame", START_OF_SCAN, END_OF_IMAGE} <= seen:
        raise cut_off()
    check_frame(bytes(frame) + data[at:])
    return size


def end_of_scan(data: bytes, at: int) -> int:
    found = AFTER_SCAN.search(data, at)
    if found is None:
        raise cut_off()
    return found.start()


def size_of_png(data: bytes) -> tuple[int, int]:
    """Return width and height as `size_of_jpeg`, checking each sum; nothing may follow the end."""
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
    if kinds[0] != b"IHDR" or len(frame) < 8 or b"IDAT" not in kinds:
        raise cut_off()
    check_frame(bytes(frame) + data[at:])
    if at != len(data):
        raise refused(_("Something follows the end of the picture. Save it anew."))
    width, height = struct.unpack(">II", frame[:8])
    return width, height
