"""What was published of real timings: it is never changed, only followed by a revision."""

from typing import ClassVar, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.timings.periods import Period

ALL = ""


class Release(models.Model):
    """The figures of a period as they were published, number 1 when they were frozen; a later
    number revises the one before. `file` is the CSV byte for byte, `digest` its SHA-256."""

    period = models.CharField(max_length=7)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    entry = models.BigIntegerField(unique=True)
    rules_version = models.CharField(max_length=40)
    # Below which a count is not shown, and how many it takes for a percentile.
    smallest = models.PositiveSmallIntegerField()
    least = models.PositiveSmallIntegerField()
    file = models.TextField()
    digest = models.CharField(max_length=64)
    # Of a revision: why, and what of the release before is different.
    reason = models.TextField(blank=True)
    differences = models.JSONField(default=list)
    # Every count as it was, hidden or not, for those who watch over the cases alone:
    # `[table, row, district, count, within, limited]`.
    counts = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "number"], name="release_once"),
            models.CheckConstraint(
                condition=Q(number=1, reason="", differences=[])
                | Q(number__gt=1) & ~Q(reason="") & ~Q(differences=[]),
                name="release_revised_for_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-period", "-number"], name="release_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.period} ({self.number})"

    @property
    def of(self) -> Period:
        return Period.named(self.period)


class Table(models.TextChoices):
    """What is counted; see `counting`."""

    ENERGISED = "energised", _("Cases with power")
    STEPS = "steps", _("Steps")
    OPEN = "open", _("Open cases")
    BROKEN_OFF = "broken_off", _("Cases broken off")
    PERMITS = "permits", _("Permits decided")


class Key(NamedTuple):
    """Which row of which table: see `Cell`."""

    table: str
    row: str = ALL
    district: str = ALL


class Cell(models.Model):
    """One published row of a release.

    Args:
        row: of cases the kind; of steps `kind/step`; of permits the bureau, or `bureau/permit`;
            empty for all.
        district: empty for the city.
        count: null where it is hidden, and every figure with it.
        mean, median, percentile: of working days from the filing (or the permit's receipt) to the
            end, or to the end of the period where it is open; null where there are too few, or
            nothing. The percentile is the 90th.
        net: mean of the working days that the supply company (or the permit's bureau) had it.
        within: how many kept their limit, of `limited` that have one.
        with_open: median that counts the open ones as lasting on; null where half have not ended.
        limit_least, limit_most: of the limits of those counted, in working days.
        delay: working days past the limits, by who held the case.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cells")
    table = models.CharField(max_length=10, choices=Table)
    row = models.CharField(max_length=60, blank=True)
    district = models.CharField(max_length=12, blank=True)
    count = models.PositiveIntegerField(null=True)
    mean = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    median = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    percentile = models.PositiveIntegerField(null=True)
    net = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    limited = models.PositiveIntegerField(null=True)
    within = models.PositiveIntegerField(null=True)
    with_open = models.PositiveIntegerField(null=True)
    limit_least = models.PositiveSmallIntegerField(null=True)
    limit_most = models.PositiveSmallIntegerField(null=True)
    delay = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["release", "table", "row", "district"], name="cell_once"
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=False)
                | Q(
                    mean=None, median=None, percentile=None, net=None, limited=None, within=None,
                    with_open=None, limit_least=None, limit_most=None, delay={},
                ),
                name="cell_hidden_whole",
            ),
            models.CheckConstraint(
                condition=Q(within__lte=F("limited"), limited__lte=F("count")) | Q(limited=None),
                name="cell_within_of_limited",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.district}: {self.count}"

    @property
    def key(self) -> Key:
        return Key(self.table, self.row, self.district)

    @property
    def is_empty(self) -> bool:
        """A true zero."""
        return self.count == 0

    @property
    def too_few(self) -> bool:
        """For a percentile, though not for a count."""
        return self.count is not None and 0 < self.count < self.release.least
