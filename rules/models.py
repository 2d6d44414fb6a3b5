"""Loaded versions of rules and calendars: kept for ever, never changed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now


class Version(models.Model):
    """One loaded version; a trigger refuses every change, so an old case can be read for ever.

    `document` holds the source texts by file, of which `hash` is the SHA-256; `changes` what is new
    in it (`title` in both languages, `number`, `file`). `reason` is the approver's, `approved_role`
    empty where the system loaded it. `entry` is the id of the record's entry about it; none for
    what was loaded before the record began.
    """

    hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=80, unique=True)
    city = models.CharField(max_length=40)
    document = models.JSONField()
    loaded_at = models.DateTimeField(db_default=Now(), editable=False)
    changes = models.JSONField(default=list)
    reason = models.TextField(default="")
    approved_role = models.CharField(max_length=20, default="")
    entry = models.BigIntegerField(null=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class RulesVersion(Version):
    class Meta:
        db_table = "rules_version"
        indexes = (models.Index(fields=["city", "-id"], name="rules_version_newest"),)


class CalendarVersion(Version):
    class Meta:
        db_table = "rules_calendar"
        indexes = (models.Index(fields=["city", "-id"], name="rules_calendar_newest"),)
