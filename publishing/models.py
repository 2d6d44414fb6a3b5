"""Rows are facts as published: nothing in them is ever changed or deleted (a trigger refuses it).
A correction publishes a new row and notes on the old one in which publication it was replaced,
so every earlier state of a table can be shown."""

from datetime import date
from typing import Any, ClassVar, Final, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User

M = TypeVar("M", bound=models.Model)

#: Characters of a text that may be edited on the page: three bytes each, escaped, stay below 2 MB.
LONGEST_EDITED: Final = 150_000

STANDING = Q(replaced_in__isnull=True)


class Kind(models.TextChoices):
    """Each table is declared in the app that owns its rows."""

    FEES = "fees", _("Fee catalogue")
    PAYEES = "payees", _("Payees")
    PRICES = "prices", _("Price policies")
    CAPACITY = "capacity", _("Open capacity")
    AREAS = "areas", _("Areas of the map")
    POINTS = "points", _("Connection points")
    RENTAL = "rental", _("Temporary supply for rent")
    OUTAGES = "outages", _("Earlier outages")
    CUSTOMERS = "customers", _("Customers served")
    ROADS = "roads", _("Roads that may not be dug")
    POLICIES = "policies", _("Approval policy documents")
    NEWS = "news", _("News and explanations")
    GROUP = "group", _("Working group")
    PROJECTS = "projects", _("Grid projects")
    TRAINING = "training", _("Training and promotion")
    PRACTICES = "practices", _("Good practice")


#: Tables of which a draft is published by a second person, who has checked it.
CHECKED: Final = (Kind.FEES, Kind.PAYEES, Kind.NEWS)
_CHECKED: Final = Q(kind__in=[kind.value for kind in CHECKED])


class Format(models.TextChoices):
    """Of the file of a table; by what its name ends with."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    GEOJSON = "geojson", "GeoJSON"


class Publication(models.Model):
    """`published_at` is the record's time of `entry`; `undoes`: what stood before that one stands
    again by this one. Of a table that must be checked, whoever checked it published it."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    entry = models.BigIntegerField(unique=True)
    role = models.CharField(max_length=20)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "grid_publication"
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_publication_per_number"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="publication_kind_known"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="publication_has_source"),
            models.CheckConstraint(
                condition=Q(changed=0, withdrawn=0) | ~Q(note=""), name="correction_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(added__gt=0) | Q(changed__gt=0) | Q(withdrawn__gt=0),
                name="publication_says_something",
            ),
            # Not asked of what was published before it was checked (migration 0007).
            models.CheckConstraint(
                condition=~_CHECKED
                | Q(prepared_by__isnull=False, checked_by__isnull=False)
                & ~Q(prepared_by=F("checked_by")),
                name="publication_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Draft(models.Model):
    """`withdraws` is the row that it takes out of the table, `undoes` the publication before which
    it takes the table back; with either it has no text. `format` is that of the file which the text
    was read from.

    Where a second person must check it: `offered_at` is since when it waits for that, and `offers`
    how often it did; `given_back` is why it came back, until it is offered anew."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    #: Whose rows its author kept, where the table is divided among its keepers (Keeper.part).
    share = ArrayField(models.CharField(max_length=60), blank=True, default=list)
    created_at = models.DateTimeField(db_default=Now())
    file_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    whole = models.BooleanField(default=False)
    format = models.CharField(max_length=8, choices=Format.choices, default=Format.CSV)
    withdraws = models.BigIntegerField(null=True, blank=True)
    undoes = models.ForeignKey(Publication, models.PROTECT, null=True, blank=True, related_name="+")
    #: Of a long text: see `publishing.outline`.
    outline = models.JSONField(null=True, editable=False)
    publication = models.OneToOneField(
        Publication, models.PROTECT, null=True, blank=True, related_name="draft"
    )
    offered_at = models.DateTimeField(null=True, blank=True)
    offers = models.PositiveSmallIntegerField(default=0)
    given_back = models.CharField(max_length=500, blank=True)
    given_back_at = models.DateTimeField(null=True, blank=True)
    given_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "grid_draft"
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["by", "kind"], name="draft_open", condition=Q(publication__isnull=True)
            ),
            models.Index(
                fields=["kind", "id"],
                name="draft_to_check",
                condition=Q(publication__isnull=True, offered_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(offered_at__isnull=True) | _CHECKED & Q(offers__gt=0),
                name="draft_offered_to_be_checked",
            ),
            models.CheckConstraint(
                condition=Q(given_back="", given_back_by__isnull=True, given_back_at__isnull=True)
                | ~Q(given_back="")
                & ~Q(given_back_by=F("by"))
                & Q(given_back_by__isnull=False, given_back_at__isnull=False)
                & Q(offered_at__isnull=True),
                name="draft_given_back_by_another",
            ),
            # Not asked of what was published before it was checked (migration 0007).
            models.CheckConstraint(
                condition=Q(publication__isnull=True) | ~_CHECKED | Q(offered_at__isnull=False),
                name="draft_published_was_offered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} draft {self.pk}"

    @property
    def title(self) -> str:
        """As lists of drafts name it."""
        if self.undoes:
            return gettext("Undoing number {number}").format(number=self.undoes.number)
        return self.file_name or gettext("Entered rows")

    @property
    def is_long(self) -> bool:
        """Whether the text is too long for a form, and to be read for each page."""
        return len(self.text) > LONGEST_EDITED

    @property
    def said(self) -> tuple[object, ...]:
        """All that may be changed of it."""
        return self.text, self.format, self.source, self.note, self.whole

    @property
    def has_text(self) -> bool:
        return self.withdraws is None and self.undoes_id is None


class PublishedManager(models.Manager[M]):
    def standing(self) -> models.QuerySet[M]:
        return self.filter(STANDING)

    def as_of(self, number: int) -> models.QuerySet[M]:
        """The rows that stood right after publication `number` of their table."""
        later = Q(replaced_in__isnull=True) | Q(replaced_in__number__gt=number)
        return self.filter(later, publication__number__lte=number)


class PublishedRow(models.Model):
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+")
    replaced_in = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=300)

    objects: Any

    class Meta:
        abstract = True


class InForce(models.Model):
    """From one day to another, both included; without a last day until further notice."""

    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def in_force(self, on: date) -> bool:
        return self.from_date <= on and (self.until_date is None or on <= self.until_date)


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    begun_first = Q(until_date__isnull=True) | Q(until_date__gte=F("from_date"))
    return models.CheckConstraint(condition=begun_first, name=name)
