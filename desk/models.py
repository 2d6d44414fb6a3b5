from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from accounts.roles import Role
from core.clock import CityNow

NAME_MAX, QUERY_MAX = 60, 300


class Digest(models.Model):
    """Whether somebody has the digest of the morning, and the last day on which it was made."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    wanted = models.BooleanField(default=True)
    made_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_on}"


class SavedFilter(models.Model):
    """What somebody narrows the list by again and again; it never widens what its reader may see.

    `query` is what stands in the address of the list, of `desk.filters` alone: nothing personal.
    `organisation` and `role`: with whose people it is shared; without them it is its owner's alone.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, related_name="+", db_index=False
    )
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    # With this one the owner's list begins.
    first = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_named_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(first=True), name="saved_filter_first_once"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, role="")
                | Q(organisation__isnull=False) & ~Q(role=""),
                name="saved_filter_shared_with_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(query=""), name="saved_filter_of_something"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "role", "name"],
                condition=Q(organisation__isnull=False),
                name="saved_filter_shared",
            )
        ]

    def __str__(self) -> str:
        return self.name
