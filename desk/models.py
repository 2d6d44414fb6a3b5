from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation, User
from accounts.roles import Role
from core.clock import CityNow

NAME_MAX, QUERY_MAX, LIST_MAX = 60, 300, 40


class Digest(models.Model):
    """Whether somebody has the digest of the morning, and the last day on which it was made."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    wanted = models.BooleanField(default=True)
    made_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_on}"


class SavedFilter(models.Model):
    """What somebody narrows a list by again and again; it never widens what its reader may see.

    `list` is the name of its page (`desk.lists`), `query` what stands in the address of that page:
    choices alone, and nothing personal.
    `organisation` and `role`: with whose people it is shared; without them it is its owner's alone.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    list = models.CharField(max_length=LIST_MAX)
    name = models.CharField(max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, related_name="+", db_index=False
    )
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    # With this one the list begins for its owner.
    first = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list", "name"], name="saved_filter_named_once"
            ),
            models.UniqueConstraint(
                fields=["owner", "list"], condition=Q(first=True), name="saved_filter_first_once"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True, role="")
                | Q(organisation__isnull=False) & ~Q(role=""),
                name="saved_filter_shared_with_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(list="") & ~Q(name="") & ~Q(query=""),
                name="saved_filter_of_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "role", "list", "name"],
                condition=Q(organisation__isnull=False),
                name="saved_filter_shared",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Of its list, narrowed."""
        return f"{reverse(self.list)}?{self.query}"
