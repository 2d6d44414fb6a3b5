"""What a filed case came to, kept for statistics."""

from django.db import models
from django.db.models import Q, Value


class CaseFacts(models.Model):
    """What a filed case came to, counted once after its end (`facts.py`), for statistics.

    A trigger lays the row, empty, in the transaction of the end; a counted one never changes.
    Days are working days of the calendar version; a delay's are `{holder: {calendar, working}}`.
    """

    application = models.OneToOneField(
        "applications.Application", on_delete=models.PROTECT, primary_key=True, related_name="facts"
    )
    counted_at = models.DateTimeField(null=True)
    calendar_version = models.CharField(max_length=80, blank=True)
    supplier_days = models.PositiveIntegerField(default=0)
    applicant_days = models.PositiveIntegerField(default=0)
    government_days = models.PositiveIntegerField(default=0)
    # Of each limit: measure, statistic, days, used, met, delay; of a step its code as well.
    limits = models.JSONField(default=list)
    # Of each public step: step, days, and the supply company's (net).
    steps = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    # Of each permit that somebody decided: permit, bureau, days, limit, met, delay.
    permits = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(counted_at__isnull=True, calendar_version="")
                | Q(counted_at__isnull=False) & ~Q(calendar_version=""),
                name="facts_counted_by_a_calendar",
            ),
        ]
        indexes = [
            models.Index(
                fields=["application"], condition=Q(counted_at__isnull=True), name="facts_waiting"
            ),
        ]
