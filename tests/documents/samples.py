"""Small real files, made byte by byte, and ways to spoil them."""

import io
import struct
import zlib
from typing import Any

import pikepdf
from PIL import Image


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def drawn(form: str, size: tuple[int, int] = (8, 8), **said: Any) -> bytes:
    """A picture with something in it, as a camera or a program writes it."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    picture.save(out, form, **said)
    return out.getvalue()


def jpeg(
    *,
    width: int | None = None,
    height: int | None = None,
    comment: bytes = b"",
    after: bytes = b"",
    **said: Any,
) -> bytes:
    """A small JPEG; `width` and `height` are what it claims of itself."""
    data = drawn("JPEG", **said)
    at = data.index(b"\xff\xc0") + 5
    claimed = struct.unpack(">HH", data[at : at + 4])
    size = struct.pack(
        ">HH", *(claimed[0] if height is None else height, claimed[1] if width is None else width)
    )
    data = data[:at] + size + data[at + 4 :]
    return data[:2] + (segment(0xFE, comment) if comment else b"") + data[2:] + after


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*, width: int = 1, height: int = 1, text: bytes = b"", after: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"tEXt", b"Comment\x00" + text) if text else b"",
            chunk(b"IDAT", zlib.compress(b"\x00\x00")),
            chunk(b"IEND", b""),
            after,
        )
    )


def pdf(
    *, catalog: bytes = b"", page: bytes = b"", objects: bytes = b"", after: bytes = b"\n"
) -> bytes:
    """One page; its table is of no use, as plain devices make it: it is found by looking."""
    return (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] "
        + page
        + b" >>\nendobj\n"
        + objects
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 9 /Root 1 0 R >>\n"
        b"startxref\n123\n%%EOF" + after
    )


def stream(dictionary: bytes, body: bytes) -> bytes:
    return b"4 0 obj\n<< " + dictionary + b" >>\nstream\n" + body + b"\nendstream\nendobj\n"


def saved(changed: pikepdf.Pdf, **how: Any) -> bytes:
    """A PDF as a program writes it."""
    out = io.BytesIO()
    changed.save(out, **how)
    return out.getvalue()


GOOD = {"a.pdf": pdf(), "照片.jpg": jpeg(), "b.JPEG": jpeg(), "c.png": png()}
