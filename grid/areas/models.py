"""Areas of the map: a published table of cells, and what the grid can still take in each."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from grid.areas.room import Room, room_of
from grid.geometry import PathField
from publishing.models import STANDING, PublishedManager, PublishedRow
from rules.limits import limits


def _told(name: str) -> Any:
    """A figure as the public reads it: None in an area of few elements, of which it would tell."""
    return property(lambda area: None if area.few else getattr(area.figures, name))


class AreaRow(PublishedRow):
    """A cell of the map as published. Its figures are those of now, of rows that stand."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    district = models.CharField(max_length=12)
    datum = models.CharField(max_length=10)
    geometry = models.TextField()
    # The outer ring in metres, Gauss-Krüger at 105°E.
    shape = PathField()

    objects = PublishedManager()

    class Meta:
        ordering = ("district", "code", "id")
        indexes: ClassVar = [
            models.Index(fields=["district", "code", "id"], name="area_order", condition=STANDING),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=STANDING, name="one_standing_row_of_an_area"
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(geometry="") & ~Q(datum=""), name="area_is_drawn"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="area_has_source"),
        ]

    figures: "AreaFigures"

    elements = _told("elements")
    with_room = _told("with_room")
    rated_kva = _told("rated_kva")
    load_kva = _told("load_kva")
    committed_kva = _told("committed_kva")
    offered_kva = _told("offered_kva")
    open_kva = _told("open_kva")
    waiting = _told("waiting")

    def __str__(self) -> str:
        return self.code

    @property
    def few(self) -> bool:
        return self.figures.elements < limits().map.fewest

    @property
    def room(self) -> Room:
        return self.figures.room


class AreaFigures(models.Model):
    """A view: the figures of each standing area now, of lines and public transformers in it.

    What is fed from another element of the same area is part of that one's figures and not counted
    again. `open_kva` is what the area can take at once, over everything that feeds it, without what
    is limited or unknown; null: nothing of it is known.
    """

    area = models.OneToOneField(
        AreaRow, models.DO_NOTHING, primary_key=True, related_name="figures", db_column="area_id"
    )
    elements = models.IntegerField()
    with_room = models.IntegerField()
    unknown = models.IntegerField()
    rated_kva = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    load_kva = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    committed_kva = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    offered_kva = models.DecimalField(max_digits=16, decimal_places=2)
    # The rating of those elements of which `open_kva` is known.
    known_kva = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    open_kva = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    waiting = models.IntegerField()

    class Meta:
        managed = False
        db_table = "grid_areafigures"

    def __str__(self) -> str:
        return f"{self.area_id}: {self.open_kva} kVA"

    @property
    def room(self) -> Room:
        return room_of(self.open_kva, self.known_kva)
