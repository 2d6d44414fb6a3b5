"""The table of repair crews."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from core.bodies import PHONE_MAX
from reliability.crews.bodies import CODE_MAX, NAME_MAX
from reliability.crews.workflow import CrewMachine, CrewState


class RepairCrew(CrewMachine, FSMModelMixin, models.Model):
    """A crew of the supply company, not the people in it. `towns`: codes of its grid cell; none is
    the whole district."""

    ref = models.UUIDField(default=uuid4, unique=True)
    code = models.CharField(max_length=CODE_MAX, unique=True)
    district = models.CharField(max_length=12)
    name = models.CharField(max_length=NAME_MAX)
    towns = ArrayField(models.CharField(max_length=12), default=list)
    place = models.CharField(max_length=NAME_MAX, blank=True)
    phone = models.CharField(max_length=PHONE_MAX)
    state = FSMField(max_length=8, choices=CrewState.choices, default=CrewState.NEW, protected=True)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    ORDER: ClassVar = ("district", "code")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["district", "code"], name="crews_of_district"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(phone=""), name="crew_says_who"
            ),
            models.CheckConstraint(
                condition=Q(state="active", ended_at=None)
                | Q(state="ended", ended_at__isnull=False),
                name="crew_active_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.code
