"""Small real files, made byte by byte, and ways to spoil them."""

import struct
import zlib

SCAN_HEADER = b"\x01\x01\x00\x00\x3f\x00"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, width: int = 8, height: int = 8, comment: bytes = b"", after: bytes = b"") -> bytes:
    """A JPEG frame with one scan; what it shows does not matter here."""
    size = b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xFE, comment) if comment else b"",
            segment(0xDB, b"\x00" + b"\x01" * 64),
            segment(0xC0, size),
            segment(0xDA, SCAN_HEADER),
            b"\x12\x34\xff\x00\x56\xff\xd0\x78",
            b"\xff\xd9",
            after,
        )
    )


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


def pdf(*, objects: bytes = b"", after: bytes = b"\n") -> bytes:
    return (
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        + objects
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 /Root 1 0 R >>\n"
        b"startxref\n123\n%%EOF" + after
    )


def stream(dictionary: bytes, body: bytes) -> bytes:
    return b"3 0 obj\n<< " + dictionary + b" >>\nstream\n" + body + b"\nendstream\nendobj\n"


GOOD = {"a.pdf": pdf(), "照片.jpg": jpeg(), "b.JPEG": jpeg(), "c.png": png()}
