"""The elements of the grid as they are published, their identities, and what is promised of them.

A row is a fact as published and never changes; an element is what the rows of one code are about,
so that a promise outlives a correction. Capacity on the load side is that of the whole way up: what
an element can still take, everything that feeds it can take as well.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import DecimalField, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from core.clock import CityNow
from grid.areas.models import AreaFigures, AreaRow  # noqa: F401
from grid.areas.place import PointField
from grid.geometry import PathField

# Django finds the tables of an app here.
from grid.rental.models import RentalUnit  # noqa: F401
from publishing.models import STANDING, PublishedManager, PublishedRow

KVA: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
CODE_MAX = 60


class ElementKind(models.TextChoices):
    SUBSTATION = "substation", _("Substation")
    TRANSFORMER = "transformer", _("Main transformer")
    BUS = "bus", _("Bus")
    LINE = "line", _("Line")
    PUBLIC_TRANSFORMER = "public_transformer", _("Public transformer")


#: Where their figures are not given they limit nothing: their transformers and lines do.
PASSING = (ElementKind.SUBSTATION, ElementKind.BUS)
#: What customers are connected to.
CONNECTING = (ElementKind.LINE, ElementKind.PUBLIC_TRANSFORMER)


class Datum(models.TextChoices):
    """At the accuracy of a map both are the same."""

    CGCS2000 = "cgcs2000", "CGCS2000"
    WGS84 = "wgs84", "WGS 84"


class ElementRow(PublishedRow):
    """What is known of one element on a day, load and generation side apart.

    A figure that is null is unknown, which is neither 0 nor unlimited. `committed_kva` is what was
    promised elsewhere and does not load the element yet.
    """

    code = models.CharField(max_length=CODE_MAX)
    kind = models.CharField(max_length=20, choices=ElementKind.choices)
    name = models.CharField(max_length=200)
    district = models.CharField(max_length=12)
    fed_from = models.CharField(max_length=CODE_MAX, blank=True)
    voltage_kv = models.DecimalField(max_digits=6, decimal_places=2)
    rating_kva = models.DecimalField(**KVA, null=True)
    max_load_kva = models.DecimalField(**KVA, null=True)
    committed_kva = models.DecimalField(**KVA, null=True)
    generation_limit_kva = models.DecimalField(**KVA, null=True)
    generation_kva = models.DecimalField(**KVA, null=True)
    limited = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    measure = models.CharField(max_length=300, blank=True)
    expected_end = models.DateField(null=True, blank=True)
    datum = models.CharField(max_length=10, choices=Datum.choices, blank=True)
    geometry = models.TextField(blank=True)
    # The geometry in metres, Gauss-Krüger at 105°E.
    shape = PathField(null=True)
    # A point of it, by which the element belongs to an area: itself, or halfway along its line.
    middle = PointField(null=True)
    data_date = models.DateField()

    objects = PublishedManager()

    class Meta:
        ordering = ("district", "code", "id")
        indexes: ClassVar = [
            models.Index(
                fields=["district", "code", "id"], name="element_order", condition=STANDING
            ),
            models.Index(
                fields=["district", "code", "id"], name="element_limited",
                condition=STANDING & Q(limited=True),
            ),
            models.Index(fields=["code", "id"], name="element_history"),
            models.Index(fields=["fed_from"], name="element_fed_from"),
            models.Index(
                fields=["-voltage_kv", "id"], name="element_voltage",
                condition=STANDING & Q(shape__isnull=False),
            ),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=STANDING, name="one_standing_row_of_an_element"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ElementKind.values), name="element_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(limited=False) | ~Q(reason=""), name="limited_says_why"
            ),
            models.CheckConstraint(
                condition=Q(geometry="", shape=None) | ~Q(geometry="") & ~Q(datum=""),
                name="geometry_has_datum",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="capacity_has_source"),
            models.CheckConstraint(condition=~Q(code=""), name="element_has_code"),
        ]

    element: "Element"

    def __str__(self) -> str:
        return self.code

    @property
    def limiting(self) -> "ElementRow | None":
        """The row of what feeds this element and is limited, where not this one is limited
        itself."""
        by = self.element.limited_by
        return by.row if by and by.pk != self.element.pk else None

    @property
    def limited_above(self) -> str | None:
        return self.limiting.kind if self.limiting else None

    @property
    def limited_above_reason(self) -> str:
        return self.limiting.reason if self.limiting else ""


class Element(models.Model):
    """What the rows of one code are about. `row` is null once it is withdrawn."""

    code = models.CharField(max_length=CODE_MAX, unique=True)
    row = models.OneToOneField(ElementRow, models.PROTECT, null=True, related_name="element")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # The standing area in which it lies, as of the last publication of either table.
    area = models.ForeignKey(
        AreaRow, models.PROTECT, null=True, related_name="placed", db_index=False
    )
    # The first on its way up that is limited, itself among them, as of the last publication.
    limited_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["area", "code"], name="element_of_area"),
            models.Index(
                fields=["limited_by"], name="element_limited_by",
                condition=Q(limited_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code


class Reservation(models.Model):
    """So much of an element is promised to a case, from an instant of its record on.

    Until it ends, or the plan that it belongs to lapses, or the figures of the element are newer
    than the day on which the power came on: then they count the customer themselves.
    """

    class Ending(models.TextChoices):
        MOVED = "moved", _("replaced by another plan")
        LAPSED = "lapsed", _("the plan lapsed")
        ENDED = "ended", _("the case ended")

    case_ref = models.UUIDField()
    number = models.CharField(max_length=20)
    #: Of two sources each has its own.
    source = models.PositiveSmallIntegerField(default=1)
    element = models.ForeignKey(Element, models.PROTECT, related_name="reservations")
    kva = models.DecimalField(**KVA)
    made_at = models.DateTimeField(db_default=CityNow(), editable=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case_ref", "source"], name="reservation_of_case"),
            models.Index(
                fields=["ended_at"], name="reservation_ended",
                condition=Q(ended_at__isnull=False),
            ),
            models.Index(
                fields=["lapses_at"], name="reservation_lapses",
                condition=Q(ended_at=None, lapses_at__isnull=False),
            ),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_ref", "source"], condition=Q(ended_at=None),
                name="one_reservation_of_a_source",
            ),
            models.CheckConstraint(condition=Q(kva__gt=0), name="reservation_of_something"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")),
                name="reservation_from_before_until",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="reservation_ends_for_a_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}/{self.source}: {self.kva} kVA"


class Waiting(models.Model):
    """A case that needs so much where nothing near had room: the first to get what becomes free."""

    case_ref = models.UUIDField()
    number = models.CharField(max_length=20)
    element = models.ForeignKey(Element, models.PROTECT, related_name="waiting")
    kva = models.DecimalField(**KVA)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["since", "id"], name="waiting_order", condition=Q(ended_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_ref"], condition=Q(ended_at=None), name="waits_once"
            ),
            models.CheckConstraint(condition=Q(kva__gt=0), name="waits_for_something"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.kva} kVA"


class Hold(models.Model):
    """A reservation on one element of the way up from where it connects; gone when it ends."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="holds")
    element = models.ForeignKey(Element, models.PROTECT, related_name="holds")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["element", "reservation"], name="one_hold_of_each"),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} on {self.element_id}"


class PromiseTotal(models.Model):
    """What is promised of an element, added up over those that begin, end and lapse together.

    Triggers keep it with the holds and in their transaction, so that a figure reads a handful of
    rows, however many promises there are. `begins_at` is null for what held from the instant at
    which it was promised, as nearly everything does; `connected_on` is the day of its power.
    """

    element = models.ForeignKey(Element, models.PROTECT, related_name="totals", db_index=False)
    begins_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    connected_on = models.DateField(null=True)
    kva = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["element", "begins_at", "until_at", "lapses_at", "connected_on"],
                nulls_distinct=False, name="promised_once_added_up",
            ),
            models.CheckConstraint(condition=Q(kva__gte=0), name="total_not_negative"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.element_id}: {self.kva} kVA"


class _OfElement(Func):
    """A function of the database over an element's key, in a time half open.

    Args:
        since: None: now.
        until: None: for good.
    """

    output_field = DecimalField(**KVA)

    def __init__(
        self, element: str, since: datetime | None = None, until: datetime | None = None
    ) -> None:
        begins = CityNow() if since is None else Value(since, models.DateTimeField())
        super().__init__(F(element), begins, Value(until, models.DateTimeField()))


class Open(_OfElement):
    """What the whole way up can still take, in kVA; null: unknown. Below 0 it is a shortage."""

    function = "grid_open"


class Free(_OfElement):
    """As `Open`, and 0 where it is a shortage."""

    function = "grid_free"


class Offered(_OfElement):
    """The peak of what is promised of an element and has no power yet, in kVA."""

    function = "grid_offered"


class Connected(_OfElement):
    """What has its power since the figures of an element were taken, in kVA."""

    function = "grid_connected"


import grid.points.models  # noqa: E402, F401 (they are of this app, and stand on these)
