"""What pages show of reports from a site."""

from typing import Any

from django.db.models import QuerySet

from applications.appointments.models import Appointment
from applications.field.models import FieldReport
from applications.models import Application


def reports_of(case: Application, one: Appointment | None = None) -> list[dict[str, Any]]:
    """The reports from the site of a case, or of one of its appointments, the newest first; in two
    statements. When each arrived is its time, what the phone said a remark."""
    found = of_case(case)
    if one is not None:
        found = found.filter(appointment=one)
    return [
        {
            "role": report.role,
            "at": report.at,
            "phone_at": report.phone_at,
            "what": report.appointment.get_purpose_display() if report.appointment else "",
            "photos": list(report.photos.all()),
        }
        for report in found
    ]


def of_case(case: Application) -> QuerySet[FieldReport]:
    """A draft's number may be that of a case to come: it has none."""
    found = FieldReport.objects.filter(application=case.pk).order_by("-id")
    found = found.select_related("appointment").prefetch_related("photos")
    return found.none() if case.draft else found
