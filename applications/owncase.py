"""All of one case, for the person whose it is, as a program or the copy of one's data has it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from applications.accesses import AccessAnswer, accesses
from applications.answers import (
    CaseAnswer,
    TimelineAnswer,
    case_json,
    timeline_json,
)
from applications.appointments.answers import AppointmentAnswer
from applications.appointments.queries import booked_ever
from applications.corrections.models import IdentityCorrection
from applications.correspondence.models import Attempt
from applications.correspondence.queries import messages_of
from applications.correspondence.serializers import AttemptRow, MessageRow
from applications.declaration import Declaration
from applications.enquiries.answers import OwnEnquiry
from applications.field.answers import ReportRow
from applications.field.reading import of_case
from applications.inspections.answers import InspectionsAnswer, inspections_json
from applications.materials.answers import MaterialOrderRow
from applications.materials.queries import ordered_ever
from applications.models import Application
from applications.owndata import OwnDocument, documents_json, of_the_person
from applications.ownmoney import OwnCharge, OwnComplaint
from applications.plans.answers import PlanAnswer
from applications.plans.queries import plans_of
from applications.rentals.answers import RentalAnswer
from applications.rentals.queries import rented_ever
from core.answers import Exact, Instant, MaybeChoice, MaybeInstant, MaybeText
from core.problems import Forbidden


class RatingsAnswer(serializers.Serializer[Any]):
    """What the person said of the service, and for not agreeing or withdrawing."""

    acceptance_rating = serializers.IntegerField(allow_null=True)
    acceptance_comment = MaybeText()
    rating = serializers.IntegerField(allow_null=True)
    rating_comment = MaybeText()
    reason = MaybeText(source="applicant_reason")


class OwnCorrection(serializers.ModelSerializer[IdentityCorrection]):
    """A proposed correction of name and number, which are kept as long as it waits."""

    name = MaybeText()
    id_number = MaybeText()
    answer = MaybeText()
    outcome = MaybeChoice(IdentityCorrection.Outcome.choices)
    proposed_at = Instant()
    ended_at = MaybeInstant()

    class Meta:
        model = IdentityCorrection
        fields = ("proposed_at", "name", "id_number", "reason", "outcome", "answer", "ended_at")


class OwnCase(serializers.Serializer[Any]):
    """All of one case: as the API tells it, with what was declared, in full, who looked, and what
    was written and said beside its steps."""

    case = serializers.SerializerMethodField()
    declaration = Declaration(source="*")
    timeline = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    appointments = serializers.SerializerMethodField()
    rentals = serializers.SerializerMethodField()
    inspections = serializers.SerializerMethodField()
    field_reports = serializers.SerializerMethodField()
    meter_number = MaybeText(
        help_text="Once energised, one customer of the grid is counted by it, until the person of "
        "the case is erased."
    )
    meter_reading = Exact(allow_null=True)
    said = RatingsAnswer(source="*")
    enquiries = serializers.SerializerMethodField()
    charges = serializers.SerializerMethodField()
    complaints = serializers.SerializerMethodField()
    identity_corrections = serializers.SerializerMethodField()
    plans = serializers.SerializerMethodField()
    materials = serializers.SerializerMethodField()
    accesses = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()
    calls = serializers.SerializerMethodField()

    @extend_schema_field(CaseAnswer)
    def get_case(self, case: Application) -> dict[str, Any]:
        return case_json(case, self.context["user"])

    @extend_schema_field(TimelineAnswer)
    def get_timeline(self, case: Application) -> dict[str, Any]:
        return timeline_json(case)

    @extend_schema_field(OwnDocument(many=True))
    def get_documents(self, case: Application) -> Any:
        return documents_json(self.context["user"], case)

    @extend_schema_field(OwnEnquiry(many=True))
    def get_enquiries(self, case: Application) -> Any:
        return OwnEnquiry(case.enquiries.order_by("id"), many=True).data

    @extend_schema_field(OwnCharge(many=True))
    def get_charges(self, case: Application) -> Any:
        found = case.charges.select_related("fee_item").prefetch_related("payments__refunds")
        return OwnCharge(found.order_by("id"), many=True).data

    @extend_schema_field(OwnComplaint(many=True))
    def get_complaints(self, case: Application) -> Any:
        return OwnComplaint(case.complaints.order_by("id"), many=True).data

    @extend_schema_field(InspectionsAnswer)
    def get_inspections(self, case: Application) -> dict[str, Any]:
        return inspections_json(case)

    @extend_schema_field(ReportRow(many=True))
    def get_field_reports(self, case: Application) -> Any:
        return ReportRow(of_case(case), many=True).data

    @extend_schema_field(OwnCorrection(many=True))
    def get_identity_corrections(self, case: Application) -> Any:
        return OwnCorrection(case.identity_corrections.order_by("id"), many=True).data

    @extend_schema_field(PlanAnswer(many=True))
    def get_plans(self, case: Application) -> Any:
        """With what the person contests in each line."""
        return PlanAnswer(plans_of(case), many=True).data

    @extend_schema_field(MaterialOrderRow(many=True))
    def get_materials(self, case: Application) -> Any:
        """With the numbers of the meters that were delivered."""
        return MaterialOrderRow(ordered_ever(case), many=True).data

    @extend_schema_field(AppointmentAnswer(many=True))
    def get_appointments(self, case: Application) -> Any:
        return AppointmentAnswer(booked_ever(case), many=True, context=self.context).data

    @extend_schema_field(RentalAnswer(many=True))
    def get_rentals(self, case: Application) -> Any:
        return RentalAnswer(rented_ever(case), many=True, context=self.context).data

    @extend_schema_field(AccessAnswer(many=True))
    def get_accesses(self, case: Application) -> Any:
        return AccessAnswer(accesses(case, most=None), many=True).data

    @extend_schema_field(MessageRow(many=True))
    def get_messages(self, case: Application) -> Any:
        return MessageRow(messages_of(case), many=True).data

    @extend_schema_field(AttemptRow(many=True))
    def get_calls(self, case: Application) -> Any:
        return AttemptRow(Attempt.objects.of_case(case), many=True).data


def own_case_json(case: Application, user: User) -> dict[str, Any]:
    """Raises Forbidden for everybody but the person: staff see who a case is for for a reason."""
    if not of_the_person(case, user):
        raise Forbidden(_("Only the person whose data it is gets all of it."))
    answer: dict[str, Any] = OwnCase(case.workflow(), context={"user": user}).data
    return answer
