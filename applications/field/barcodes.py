"""The number of a meter, read off a photo of its barcode.

What is read is proposed to whoever took the photo, and entered by that person alone. The photo is
kept nowhere.
"""

import io
import re
from typing import Any, Final

import zxingcpp
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts import limits
from accounts.models import User
from applications.serializers import METER_MAX
from core.problems import FieldError, Invalid
from documents import content
from documents.actions import most_pixels
from documents.models import Document
from rules import limits as rule
from rules.limits import Meter, Quota

#: What stands on meters: their own codes are figures (22 of State Grid's), others have letters.
NUMBER: Final = re.compile(rf"[0-9A-Za-z-]{{1,{METER_MAX}}}")
NOT_READ: Final = _(
    "No barcode could be read. Take the photo from nearer, straight and without glare, or type the "
    "number."
)


def numbers_in(photo: "UploadedFile[Any] | None", by: User) -> list[str]:
    """Return the numbers that the barcodes on a photo say, each once.

    The picture is judged as every picture that is handed in, and made so small before it is
    searched that no picture takes long.

    Raises:
        Invalid: it is no picture that is taken, or nothing on it can be read.
        TooMany: this account has had very many read just now.
    """
    if photo is None:
        raise Invalid([FieldError("/photo", _("Choose a file."))])
    content.check_size(photo.size or 0)
    limits.spend(Meter.BARCODE_ACCOUNT, by.pk)
    taken = content.taken(photo.read(), photo.name or "", most_pixels=most_pixels())
    if taken.type == Document.Type.PDF:
        raise Invalid([FieldError("/photo", NOT_READ)])
    edge = rule.limits().quotas[Quota.PHOTO_EDGE]
    with Image.open(io.BytesIO(taken.data)) as picture:
        grey = picture.convert("L")
    grey.thumbnail((edge, edge))
    texts = (found.text.strip() for found in zxingcpp.read_barcodes(grey))
    numbers = list(dict.fromkeys(text for text in texts if NUMBER.fullmatch(text)))
    if not numbers:
        raise Invalid([FieldError("/photo", NOT_READ)])
    return numbers
