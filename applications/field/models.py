"""The tables of field work: what somebody takes along for a day, and what came from the site."""

from typing import ClassVar

from django.db import models

from accounts.models import User
from documents.models import Document


class TakenAlong(models.Model):
    """A case whose meter somebody goes out to fit on a day; set and taken away by that person.

    Of what is booked the appointment says it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="taken_along")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "day", "application"], name="taken_along_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.application_id} {self.day}"


class FieldReport(models.Model):
    """What came from the site of a case; never changed, never deleted (portal/grants.py).

    `seq` is the number of its entry in the case's record, `at` that entry's instant: when it
    arrived here. `phone_at` is what the phone said that it was as the work ended there: a remark.
    """

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="field_reports"
    )
    # Null where the case was taken along.
    appointment = models.ForeignKey(
        "applications.Appointment", models.PROTECT, null=True, related_name="field_reports"
    )
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    phone_at = models.DateTimeField()
    photos: ClassVar = models.ManyToManyField(Document, through="ReportPhoto", related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "seq"], name="field_report_of_entry")
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "-id"], name="field_report_of_case")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.seq}"


class ReportPhoto(models.Model):
    """A photo that came with a report. The files of drafts are deleted, and are never such ones:
    nothing is looked for here then."""

    report = models.ForeignKey(FieldReport, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.DO_NOTHING, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "document"], name="report_photo_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.document_id}"
