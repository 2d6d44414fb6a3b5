"""What programs, and the page on a phone, are told of field work."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import CharField, Serializer

from accounts.models import User
from applications.answers import DocumentAnswer
from applications.appointments.reading import to_have_ready
from applications.field.jobs import AT_APPOINTMENT, ENERGISE, OF_CASE, Job, jobs_of, kept_until
from applications.inspections.answers import ItemAnswer
from applications.models import act_named
from applications.wording import kind_words, place_words
from core.answers import Instant, MaybeInstant, MaybeText
from core.clock import city_now
from core.templatetags.city import masked_name

#: Of a report: what may be taken, each by itself.
PARTS: Final = ["report", "case_act", "appointment_act"]


class JobAnswer(Serializer[Any]):
    """One thing to go out for: an appointment of today, or a meter that was taken along.

    `case_act` is the step of the case that can be taken there, `appointment_acts` what can be
    recorded of the appointment; `items` are what an inspection looks at.
    """

    number = CharField(source="case.number")
    appointment = serializers.IntegerField(source="appointment.pk", allow_null=True, default=None)
    what = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField()
    begins_at = MaybeInstant(source="appointment.begins_at", default=None)
    ends_at = MaybeInstant(source="appointment.ends_at", default=None)
    place = serializers.SerializerMethodField()
    applicant = serializers.SerializerMethodField()
    remark = MaybeText(source="appointment.remark", default=None)
    ready = serializers.SerializerMethodField()
    case_act = serializers.ChoiceField(OF_CASE, source="action", allow_null=True)
    appointment_acts = serializers.SerializerMethodField()
    items = ItemAnswer(many=True)

    def get_what(self, job: Job) -> str:
        if job.appointment is None:
            return str(act_named(ENERGISE).label)
        return str(job.appointment.get_purpose_display())

    def get_kind(self, job: Job) -> str:
        return kind_words(job.case.kind)

    def get_place(self, job: Job) -> str:
        return place_words(job.case, line=True)

    def get_applicant(self, job: Job) -> str:
        return masked_name(job.case.applicant_name)

    def get_ready(self, job: Job) -> list[str]:
        return to_have_ready(job.case, job.appointment.purpose) if job.appointment else []

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(AT_APPOINTMENT)))
    def get_appointment_acts(self, job: Job) -> list[str]:
        return AT_APPOINTMENT if job.appointment else []

    def to_representation(self, instance: Job) -> Any:
        answer = super().to_representation(instance)
        return answer | {"case_act": instance.action or None}


class JobsAnswer(Serializer[Any]):
    """What somebody goes out for today. Nothing of it is kept on a phone after `until`."""

    at = Instant()
    until = Instant()
    jobs = JobAnswer(many=True)


class PartAnswer(Serializer[Any]):
    """What became of one part of a report: taken at an instant, or why it was not (a problem
    document). A part that was taken stays so, however often the report is sent."""

    part = serializers.ChoiceField(PARTS)
    taken_at = MaybeInstant()
    problem = serializers.DictField(allow_null=True)


class ReportAnswer(Serializer[Any]):
    """Each part of a report; `complete` where every one was taken."""

    number = CharField()
    complete = serializers.BooleanField()
    parts = PartAnswer(many=True)


class ReportRow(Serializer[Any]):
    """A report from a site; `phone_at` is what the phone said, a remark."""

    at = Instant()
    phone_at = Instant()
    appointment = serializers.IntegerField(source="appointment_id", allow_null=True)
    photos = DocumentAnswer(many=True, source="photos.all")


class NumbersAnswer(Serializer[Any]):
    """What the barcodes on a photo say, each once; which of them is the meter's, a person says."""

    numbers = serializers.ListField(child=CharField())


def jobs_json(user: User) -> dict[str, Any]:
    now = city_now()
    told = {"at": now, "until": kept_until(now), "jobs": jobs_of(user, now)}
    answer: dict[str, Any] = JobsAnswer(told).data
    return answer
