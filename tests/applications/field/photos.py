"""Photos as phones take them, some of meters."""

import io

import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def photo(*texts: str, name: str = "现场.jpg") -> SimpleUploadedFile:
    """A photo, with a barcode on it of each text."""
    picture = Image.new("L", (1200, 900), "white")
    for row, text in enumerate(texts):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_image(scale=2)
        height, width = code.shape
        pixels = bytes(memoryview(code))  # type: ignore[arg-type]
        drawn = Image.frombuffer("L", (width, height), pixels)
        picture.paste(drawn, (100, 100 + 300 * row))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")
