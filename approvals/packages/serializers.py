"""The body of a package, and what programs are told of one."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.packages.models import CONTRACTOR_MAX
from approvals.packages.route import RouteField, length_of
from approvals.roads.fields import RoadsField
from approvals.roads.meeting import MetAnswer
from core.answers import Count, Exact, MaybeDay, MaybeInstant, MaybeText
from core.bodies import Body, LeftOut, PhoneField, WordsField
from core.problems import Text
from documents.models import Document
from documents.serializers import FileAnswer


class DayField(LeftOut, serializers.DateField):
    """A day of the calendar, such as 2026-03-09; it may be left out."""

    default_error_messages = {
        "invalid": _("This must be a day such as 2026-03-09."),
        "datetime": _("This must be a day such as 2026-03-09."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "default": None} | kwargs)


class PackageBody(Body):
    """What goes to all bureaus with a line, its attachments apart. All of it may be left out until
    it is sent."""

    route = RouteField(
        label=_("Route of the line"),
        help_text=_(
            "One point a line, longitude then latitude in degrees (CGCS2000), or a LineString of "
            "GeoJSON. It holds, and so does a drawing that is attached: one of them is needed."
        ),
    )
    roads = RoadsField(
        label=_("Closed roads that the line digs"),
        help_text=_("By their numbers in the register; those that the route shows need no naming."),
        required=False,
        default=list,
    )
    begins_on = DayField(label=_("The works begin"))
    ends_on = DayField(label=_("The works end"))
    contractor = WordsField(
        label=_("Company that builds"),
        one_line=True,
        required=False,
        max_length=CONTRACTOR_MAX,
    )
    contact = WordsField(
        label=_("Whom to ask there"), one_line=True, required=False, max_length=CONTRACTOR_MAX
    )
    phone = PhoneField(label=_("Phone"), required=False)

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        begins, ends = _day(data.get("begins_on")), _day(data.get("ends_on"))
        if begins and ends and ends < begins:
            yield "ends_on", _("The works end before they begin.")


def _day(value: Any) -> date | None:
    """What is no day is refused as that, by its own field."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


class AttachmentBody(Body):
    """A file of a package, by the code of what it is. With a government's approval to dig a closed
    road comes what `approvals.roads.approving.ApprovalBody` asks."""

    requirement = WordsField(one_line=True)
    file = serializers.FileField(
        allow_empty_file=True,
        error_messages=dict.fromkeys(("required", "null", "invalid"), _("Choose a file.")),
    )

    def validate_requirement(self, requirement: str) -> str:
        if requirement not in self.context["thing"]:
            reason = _("No permit of this line looks at such a document.")
            raise serializers.ValidationError(str(reason))
        return requirement


class ApprovalAnswer(serializers.Serializer[Any]):
    """What the file of a government's approval says, and which roads of the register it names."""

    number = serializers.CharField()
    government = serializers.CharField()
    approved_on = serializers.DateField()
    roads = serializers.ListField(child=serializers.CharField())


class AttachmentAnswer(FileAnswer):
    """A file of a package: what it is, where it is opened; never its name."""

    id = serializers.UUIDField(source="ref")
    requirement = serializers.CharField()
    road_approval = ApprovalAnswer(allow_null=True, read_only=True)


class PackageAnswer(serializers.Serializer[Any]):
    """A package. `sha256` names it as it is now: a program that sends it says this one.

    `missing` says in words what it still needs; empty where it can be sent, or was. `closed_roads`:
    what it meets today of the roads that may not be dug; empty once the permit is decided.
    """

    application = serializers.CharField()
    version = Count(source="package.version")
    sha256 = serializers.SerializerMethodField()
    round = serializers.IntegerField(source="package.round.number", allow_null=True, default=None)
    sent_at = MaybeInstant(source="package.sent_at")
    address = MaybeText()
    route = serializers.SerializerMethodField()
    length_m = serializers.SerializerMethodField()
    roads = serializers.ListField(child=serializers.CharField(), source="package.roads")
    closed_roads = MetAnswer(many=True, source="met")
    begins_on = MaybeDay(source="package.begins_on")
    ends_on = MaybeDay(source="package.ends_on")
    contractor = MaybeText(source="package.contractor")
    contact = MaybeText()
    phone = MaybeText()
    attachments = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(serializers.CharField())
    def get_sha256(self, seen: Any) -> str:
        return str(seen.package.sha256 or seen.package.digest())

    @extend_schema_field(
        serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    )
    def get_route(self, seen: Any) -> list[list[float]]:
        return list(seen.package.route)

    @extend_schema_field(Exact(allow_null=True))
    def get_length_m(self, seen: Any) -> str | None:
        return str(length_of(seen.package.route)) if seen.package.route else None

    @extend_schema_field(AttachmentAnswer(many=True))
    def get_attachments(self, seen: Any) -> Any:
        files: list[Document] = seen.files
        return AttachmentAnswer(files, many=True).data
