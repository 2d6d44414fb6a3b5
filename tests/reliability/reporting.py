"""Reports from the public in tests, by the real acts of real people, and outages by their rows."""

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from accounts.visits import new_contact, person_of
from core.clock import city_now
from grid.models import Element
from reliability.outages.models import Interruption, Outage, OutageElement
from reliability.reports.actions import REPORTS, report
from reliability.reports.models import Report
from rules.registry import current
from tests.people import again

DISTRICT: Final = "510302"
DIGGING: Final[dict[str, Any]] = {
    "kind": "digging", "district": DISTRICT, "where": "road", "place": "五星街12号门口",
    "text": "挖掘机在电缆标桩旁开挖，无人看护。",
}  # fmt: skip
OUT: Final[dict[str, Any]] = {
    "kind": "power_out", "district": DISTRICT, "place": "五星街12号3单元",
    "text": "整栋楼没电，路灯也灭了。",
}  # fmt: skip
ILLEGAL: Final[dict[str, Any]] = DIGGING | {
    "kind": "illegal", "where": "site", "text": "工地从路灯杆上私接电线。",
}  # fmt: skip
ANSWER: Final = "已责令停工并设置护栏，感谢举报。"
CLOSING: Final[dict[str, Any]] = {"outcome": "confirmed", "answer": ANSWER}
PHONE, OTHER = "13912340001", "13912340002"


def visitor(phone: str = PHONE) -> User:
    """Somebody whose phone has shown itself, without an account."""
    return person_of(new_contact(phone))


def reported(
    by: User, body: Mapping[str, Any] = DIGGING, *, photos: Any = (), **said: Any
) -> Report:
    return report(body={**body, **said}, by=by, client="here", photos=photos)


def step(one: Report, act: str, by: User, uploads: Any = (), **body: Any) -> Report:
    held = Report.objects.get(pk=one.pk)
    return REPORTS.perform(held, act, by=again(by), body=body, uploads=uploads)


def closed(one: Report, by: User, **said: Any) -> Report:
    return step(step(one, "take_on", by), "close", by, **CLOSING | said)


def photo(name: str = "张三家门口.jpg", size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    """A picture that says where and by whom it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Zhang San"  # the artist
    Image.new("RGB", size, "orange").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def outage(
    number: str = "TD20261123000001", *, element: str = "", hours: float = 0, **columns: Any
) -> Outage:
    """A fault that is there; by the ORM, for its own acts are not those of this suite.

    Args:
        element: the code of what it takes the power from.
        hours: for how many hours thirty customers were without power; 0: they still are.
    """
    begun = city_now() - timedelta(hours=hours or 1)
    made = Outage.objects.create(
        number=number,
        rules_version=current().version,
        announced_at=begun,
        **{
            "started_at": begun, "state": "off",
            "district": DISTRICT, "kind": "fault", "nature": "external_fault",
            "area": "五星街一段、檀木林街", "cause": "电缆被挖断",
        } | columns,
    )  # fmt: skip
    if element:
        OutageElement.objects.create(outage=made, element=Element.objects.get(code=element))
    if hours:
        Interruption.objects.create(
            outage=made, district=made.district, area_class="urban", level="low", element="P-1",
            customers=30, off_at=begun, on_at=begun + timedelta(hours=hours),
        )  # fmt: skip
    return made
