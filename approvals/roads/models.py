"""The register of roads that may not be dug for a time (城市道路管理条例 33), as published rows;
and the approvals by which one is dug all the same."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from publishing.models import STANDING, PublishedManager, PublishedRow

NUMBER_MAX, NAME_MAX, WORDS_MAX = 40, 80, 300


class Cause(models.TextChoices):
    """In the words of the law; each closes a road for as many years as the rules say."""

    NEW = "new", _("Newly built, widened or rebuilt")
    OVERHAULED = "overhauled", _("Overhauled")


class Road(PublishedRow):
    """A road, or a section of one. `number` is what it is known by for good; `since` the day on
    which it came into use, or on which the overhaul ended; `route` pairs of longitude and latitude
    in degrees (CGCS2000), where they are known. Until when it is closed follows from the rules."""

    number = models.CharField(max_length=NUMBER_MAX)
    district = models.CharField(max_length=12)
    name = models.CharField(max_length=NAME_MAX)
    section = models.CharField(max_length=WORDS_MAX)
    cause = models.CharField(max_length=10, choices=Cause)
    since = models.DateField()
    route = models.JSONField(default=list)
    basis = models.CharField(max_length=WORDS_MAX)

    objects = PublishedManager()

    #: The last day on which it may not be dug; set by whoever reads rows (`closure.py`).
    closed_until: date

    class Meta:
        ordering = ("district", "name", "id")
        indexes: ClassVar = [
            models.Index(fields=["district", "name", "id"], name="road_order", condition=STANDING),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=STANDING, name="one_standing_road"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=[cause.value for cause in Cause]), name="road_cause_known"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(section="") & ~Q(basis="") & ~Q(source=""),
                name="road_says_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.section}"


class RoadApproval(models.Model):
    """What a file is: the approval of a city's government, of county level or above, to dig roads
    that may not be dug. It goes wherever its file goes, and is kept with it.

    `roads`: their numbers in the register.
    """

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="road_approval"
    )
    roads = models.JSONField()
    number = models.CharField(max_length=NAME_MAX)
    government = models.CharField(max_length=NAME_MAX)
    approved_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(government="") & ~Q(roads=[]),
                name="road_approval_says_which_and_whose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.government} {self.number}"

    def said(self) -> dict[str, Any]:
        """What is committed to of it."""
        plain = {name: getattr(self, name) for name in ("roads", "number", "government")}
        day, file = self.approved_on.isoformat(), self.document.sha256
        return plain | {"approved_on": day, "sha256": file}


def approvals_among(files: Iterable[Document]) -> list[RoadApproval]:
    """What some of the files say, in their order."""
    return [file.road_approval for file in files if hasattr(file, "road_approval")]
