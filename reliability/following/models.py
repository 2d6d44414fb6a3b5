"""Followers, one for each phone, and what each follows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.parties import Party
from core.clock import CityNow


class Scope(models.TextChoices):
    """What can be followed."""

    CITY = "city", _("The whole city")
    DISTRICT = "district", _("A district")
    STREET = "street", _("A street or village")
    ELEMENT = "element", _("The line or transformer of a customer number")


class Follower(models.Model):
    """Whoever wants word of outages, with an account or without one, told as `party`.

    `phone_digest` is that of the phone by which the party is told: one phone is told once, whoever
    follows by it.
    """

    party = models.OneToOneField(Party, models.PROTECT, related_name="+")
    #: By whose stop link the phone may still leave: its party before an account took it over.
    former = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    phone_digest = models.BinaryField(max_length=32, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)

    class Meta:
        verbose_name = _("follower")

    def __str__(self) -> str:
        return str(self.party_id)


class Following(models.Model):
    """One thing that somebody follows, or followed: an ended one says that nothing more of it is
    told, whatever is on its way.

    `value`: the code of a district or element, the district and name of a street; empty for the
    city.
    """

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="followings")
    scope = models.CharField(max_length=8, choices=Scope.choices)
    value = models.CharField(max_length=320, blank=True)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("what is followed")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["follower", "scope", "value"],
                condition=Q(ended_at=None),
                name="following_once",
            ),
            models.CheckConstraint(
                condition=Q(scope="city", value="")
                | Q(scope__in=["district", "street", "element"]) & ~Q(value=""),
                name="following_says_what",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["scope", "value"], condition=Q(ended_at=None), name="following_of_what"
            ),
            models.Index(
                fields=["ended_at"], condition=Q(ended_at__isnull=False), name="following_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.value}"
