"""The law's own limit of a decision, beside the plan's (行政许可法 42).

It is counted in working days from the acceptance, without the time that the law leaves out (45,
82), and shown where the lead of the bureau has extended it. The plan's limit and its clock stay.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from core.clock import local_date
from documents.models import Document
from rules.registry import calendar

if TYPE_CHECKING:
    from approvals.models import Permit


class ExcludedTime(models.Model):
    """A span that the law leaves out of a review; open until the bureau resumes."""

    permit = models.ForeignKey(
        "approvals.Permit", on_delete=models.PROTECT, related_name="excluded"
    )
    ground = models.CharField(max_length=20)
    expected_days = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # The first day past its expected length; null in spans of before this was kept.
    overruns_on = models.DateField(null=True)
    # The document that is its ground.
    files: ClassVar = models.ManyToManyField(Document, through="GroundFile", related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["overruns_on", "id"],
                condition=Q(ended_at__isnull=True),
                name="exclusion_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["permit"], condition=Q(ended_at__isnull=True), name="one_open_exclusion"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="exclusion_forward",
            ),
            models.CheckConstraint(condition=~Q(ground=""), name="exclusion_has_ground"),
            models.CheckConstraint(condition=Q(expected_days__gte=1), name="exclusion_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.ground}"


class GroundFile(models.Model):
    """A file that shows the ground of a span; it stays."""

    exclusion = models.ForeignKey(ExcludedTime, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.exclusion_id} {self.document_id}"


def may_be_extended(permit: "Permit") -> bool:
    """By the rules of its receipt."""
    return permit.rules().legal_limit() is not None


def is_in_legal_time(permit: "Permit", now: datetime) -> bool:
    """Whether the law's limit runs yet, as it is without an extension."""
    limit = permit.rules().legal_limit()
    last = last_day(permit, limit.days) if limit else None
    return last is not None and local_date(now) <= last


def legal_due_on(permit: "Permit") -> date | None:
    """The last day of the extended limit; None where it is not extended, or stands still by law."""
    limit = permit.rules().legal_limit() if permit.extended_at else None
    return last_day(permit, limit.days + (permit.extension_days or 0)) if limit else None


def last_day(permit: "Permit", days: int) -> date | None:
    """None before the acceptance, and while time passes that the law leaves out."""
    since, table = permit.accepted_at, calendar()
    for span in sorted(permit.excluded.all(), key=lambda span: span.began_at):
        assert since is not None  # only what is accepted is suspended
        days -= table.used(since, span.began_at)
        since = span.ended_at
    return table.due(since, max(days, 0)).date if since else None
