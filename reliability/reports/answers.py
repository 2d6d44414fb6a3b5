"""What the API gives of reports. Who reported is in none of it but one's own copy."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField, ListField, Serializer

from core.answers import Count, Exact, Instant, MaybeChoice, MaybeInstant, MaybeText
from documents.queries import about
from documents.serializers import FileAnswer
from reliability.reports.actions import REPORTS
from reliability.reports.kinds import Outcome, ReportKind, Where
from reliability.reports.known import Known, known_of
from reliability.reports.models import Report
from reliability.reports.queries import CLOCKED, alike
from reliability.reports.reading import reads_place, street_words
from reliability.reports.workflow import ReportState
from workflow.buttons import WithButtons
from workflow.clocked.answers import ClockedRow


class PublicReportRow(ClockedRow):
    """A report without its words; `office` works it, `heard_by` hear of it."""

    clocked = CLOCKED
    id = IntegerField(source="pk")
    number = CharField()
    kind = serializers.ChoiceField(ReportKind.choices)
    where = MaybeChoice(Where.choices)
    district = CharField()
    office = CharField(help_text="`supply`, `district_lead`, or the code of a bureau")
    heard_by = ListField(child=CharField())
    state = serializers.ChoiceField(ReportState.choices)
    outcome = MaybeChoice(Outcome.choices)
    seen_at = Instant()
    reported_at = Instant()
    taken_on_at = MaybeInstant()
    closed_at = MaybeInstant()
    joined_to = serializers.SerializerMethodField()
    outage = serializers.SerializerMethodField()
    due_on = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    version = Count()

    @extend_schema_field(CharField(allow_null=True))
    def get_joined_to(self, report: Report) -> str | None:
        """The number of the report that it is answered with."""
        return report.joined_to.number if report.joined_to else None

    @extend_schema_field(CharField(allow_null=True))
    def get_outage(self, report: Report) -> str | None:
        """The number of the outage that it is of."""
        return report.outage.number if report.outage else None

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_due_on(self, report: Report) -> date | None:
        """The last day; null where the rules set none."""
        return self.clock_of(report).last_day


class KnownOutage(Serializer[Any]):
    """An outage that takes the power from the place; `sure` by the customer's number, else by the
    words of the street."""

    number = CharField(source="outage.number")
    area = CharField(source="outage.area")
    state = CharField(source="outage.state")
    until = MaybeInstant(help_text="When power is expected back; null: nobody has said it.")
    sure = BooleanField()


class PublicReportMoved(PublicReportRow, WithButtons):
    """The answer to a step: kept in plain for whoever repeats it, so without words."""

    workflow = REPORTS


class PublicReportMade(PublicReportMoved):
    """What whoever reports is told at once."""

    known_outages = serializers.SerializerMethodField()

    @extend_schema_field(KnownOutage(many=True))
    def get_known_outages(self, report: Report) -> Any:
        """Of power that is out: what is known of the place."""
        found: list[Known] = known_of(report) if report.kind == ReportKind.POWER_OUT else []
        return KnownOutage(found, many=True).data


class NoteRow(Serializer[Any]):
    at = Instant()
    role = CharField()
    office = CharField()
    text = MaybeText()


class PublicReportWhole(PublicReportMoved):
    """A report as a desk reads it; where power is out, the place is that of whoever reported, and
    only the office that works it reads more than the street."""

    place = serializers.SerializerMethodField()
    longitude = serializers.SerializerMethodField()
    latitude = serializers.SerializerMethodField()
    text = MaybeText(read_only=True, help_text="null: erased")
    answer = MaybeText(read_only=True)
    referred_to = MaybeText(read_only=True)
    penalty_by = MaybeText(read_only=True)
    penalty_clause = MaybeText(read_only=True)
    penalty_yuan = Exact(allow_null=True, read_only=True)
    joined = serializers.SerializerMethodField()
    alike = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(CharField(allow_null=True))
    def get_place(self, report: Report) -> str | None:
        whole = reads_place(report, self.context["user"])
        return (report.place if whole else street_words(report)) or None

    @extend_schema_field(Exact(allow_null=True))
    def get_longitude(self, report: Report) -> str | None:
        return self._degrees(report, "longitude")

    @extend_schema_field(Exact(allow_null=True))
    def get_latitude(self, report: Report) -> str | None:
        return self._degrees(report, "latitude")

    def _degrees(self, report: Report, name: str) -> str | None:
        value = getattr(report, name)
        told = value is not None and reads_place(report, self.context["user"])
        return str(value) if told else None

    @extend_schema_field(ListField(child=CharField()))
    def get_joined(self, report: Report) -> list[str]:
        """The numbers of those that are answered with it."""
        return list(report.joined.order_by("id").values_list("number", flat=True))

    @extend_schema_field(ListField(child=CharField()))
    def get_alike(self, report: Report) -> list[str]:
        """The numbers of older open ones that may be of the same thing."""
        return [each.number for each in alike(report)]

    @extend_schema_field(NoteRow(many=True))
    def get_notes(self, report: Report) -> Any:
        return NoteRow(report.notes.order_by("id"), many=True).data

    @extend_schema_field(FileAnswer(many=True))
    def get_files(self, report: Report) -> Any:
        return FileAnswer(about(REPORTS.subject, report.pk), many=True).data


class OwnPublicReport(Serializer[Any]):
    """A report as it is given to whoever made it; `outcome` and `answer` are those of the report
    that it is joined to, if any."""

    number = CharField()
    kind = serializers.ChoiceField(ReportKind.choices)
    where = MaybeChoice(Where.choices)
    district = CharField()
    place = MaybeText()
    longitude = Exact(allow_null=True)
    latitude = Exact(allow_null=True)
    point = MaybeText()
    text = MaybeText()
    phone = MaybeText(help_text="null for whoever reported with an account")
    seen_at = Instant()
    reported_at = Instant()
    state = serializers.ChoiceField(ReportState.choices)
    outcome = MaybeChoice(Outcome.choices, source="head.outcome")
    answer = MaybeText(source="head.answer")
    closed_at = MaybeInstant(source="head.closed_at")


class Reporter(Serializer[Any]):
    """Whom to call, for the office that works the report."""

    phone = MaybeText()
