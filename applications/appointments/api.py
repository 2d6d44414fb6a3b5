"""Appointments over HTTP."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.actions import CASES
from applications.answers import CaseAnswer, case_json
from applications.appointments import answers, queries
from applications.appointments.actions import APPOINTMENTS
from applications.appointments.models import Appointment
from applications.appointments.serializers import NewAppointment
from applications.appointments.slots import free
from applications.appointments.workflow import purpose_of
from applications.models import act_named
from applications.queries import case_for
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.bodies import read
from core.clock import city_now
from core.paging import CursorPages
from core.parsers import JsonBody
from core.problems import WrongState
from deadlines.sweep import settle
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="appointments_list",
    responses=page_of(answers.AppointmentRow),
)
@extend_schema(
    methods=["POST"],
    operation_id="appointments_book",
    request=NewAppointment,
    responses={
        201: answers.AppointmentMoved,
        409: OpenApiResponse(description="`time-taken`: `free` has the next ones."),
    },
)
@api_view(["GET", "POST"])
def appointments(request: Request, number: str) -> Response:
    """List the appointments of a case, the newest first; or book one of the free times."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        pages = CursorPages()
        rows = pages.paginate_queryset(queries.of_case(case), request) or []
        for one in rows:
            one.application = case
        return pages.get_paginated_response(answers.AppointmentRow(rows, many=True).data)
    said = dict(body_of(request))
    read(NewAppointment, said)
    new = Appointment(application=case, purpose=said.pop("purpose"))
    settle(case.ref)

    def act() -> tuple[int, Any]:
        one = APPOINTMENTS.perform(new, "book", by=user, body=said)
        return 201, answers.AppointmentMoved.of(one, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(responses=answers.TimesAnswer)
@api_view(["GET"])
def times(request: Request, number: str) -> Response:
    """The free times of whoever comes, by working day."""
    case = case_for(number, user_of(request))
    purpose = purpose_of(case)
    staff = queries.who_comes(case, purpose) if purpose else None
    days = free(case, staff, city_now()) if staff else {}
    rows = [
        {"day": day, "times": [slot._asdict() for slot in slots]} for day, slots in days.items()
    ]
    return Response(answers.TimesAnswer({"purpose": purpose, "days": rows}).data)


@extend_schema(responses=answers.AppointmentAnswer)
@api_view(["GET"])
def appointment(request: Request, number: str, pk: int) -> Response:
    """One appointment."""
    user = user_of(request)
    one = queries.one_for(number, pk, user)
    answer = answers.AppointmentAnswer.of(one, user)
    return with_version(Response(answer), one.version)


@extend_schema(request=bodies_of("AppointmentAct", Appointment), responses=answers.AppointmentMoved)
@api_view(["POST"])
def action(request: Request, number: str, pk: int, name: str) -> Response:
    """One step of an appointment: move, cancel, record_held, record_not_held."""
    user = user_of(request)
    return take(
        request,
        APPOINTMENTS,
        queries.one_for(number, pk, user),
        name,
        lambda moved: answers.AppointmentMoved.of(moved, user),
    )


class SignedPaper(serializers.Serializer[Any]):
    """The contract that the customer has signed at the appointment, scanned."""

    files = serializers.ListField(child=serializers.FileField())


@extend_schema(request={"multipart/form-data": SignedPaper}, responses=CaseAnswer)
@api_view(["POST"])
@parser_classes([MultiPartParser, JsonBody])
def contract(request: Request, number: str, pk: int) -> Response:
    """Enter the contract of a high-voltage case, signed at the appointment that is being held."""
    user = user_of(request)
    one = queries.one_for(number, pk, user)
    CASES.role_in(one.application, act_named("enter_signature"), user)
    if reason := queries.why_no_signature(one):
        raise WrongState(reason)
    return take(
        request, CASES, one.application, "enter_signature", lambda case: case_json(case, user)
    )
