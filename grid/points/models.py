"""Where customers are connected: points as they are published, and those of energised cases that no
publication has yet."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grid.models import CODE_MAX, Element
from publishing.models import STANDING, PublishedManager, PublishedRow

#: As long as the number of a meter.
POINT_MAX: Final = 40


class AreaClass(models.TextChoices):
    """The plan's classes of place (市区, 城镇, 农村)."""

    URBAN = "urban", _("Urban")
    TOWN = "town", _("Town")
    RURAL = "rural", _("Rural")


class Level(models.TextChoices):
    """Of the customers by whom an outage is counted (DL/T 836)."""

    MEDIUM = "medium", _("Medium voltage")
    LOW = "low", _("Low voltage")


class ConnectionPoint(PublishedRow):
    """A meter, or a point with several customers behind it, with how many they are on a day.

    `element` is the code of the line or public transformer that feeds it. Names nobody, and is
    shown to nobody outside of the company: the public reads counts.
    """

    code = models.CharField(max_length=POINT_MAX)
    district = models.CharField(max_length=12)
    town = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=300, blank=True)
    element = models.CharField(max_length=CODE_MAX)
    area_class = models.CharField(max_length=8, choices=AreaClass.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    customers = models.PositiveIntegerField()
    data_date = models.DateField()

    objects = PublishedManager()

    class Meta:
        ordering = ("district", "code", "id")
        indexes: ClassVar = [
            models.Index(fields=["district", "code", "id"], name="point_order", condition=STANDING),
            models.Index(fields=["element"], name="point_of_element"),
            models.Index(fields=["code"], name="point_history"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=STANDING, name="one_standing_row_of_a_point"
            ),
            models.CheckConstraint(
                condition=Q(area_class__in=AreaClass.values) & Q(level__in=Level.values),
                name="point_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(code="") & ~Q(element=""), name="point_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class EnergisedPoint(models.Model):
    """One customer more, since a case got its power, until a publication has the meter.

    It goes with the person of the case: by then the company's own points have it.
    """

    case_ref = models.UUIDField(unique=True)
    code = models.CharField(max_length=POINT_MAX, unique=True)
    district = models.CharField(max_length=12)
    town = models.CharField(max_length=60, blank=True)
    # Null: nothing of the grid was reserved for the case.
    element = models.ForeignKey(Element, models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=8, choices=Level.choices)
    energised_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & Q(level__in=Level.values), name="energised_point_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.code
