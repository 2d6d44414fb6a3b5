"""Field work over HTTP: what is to be done today, what comes back, and the number on a photo."""

import json
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from accounts.roles import SUPPLIERS
from applications.actions import CASES
from applications.appointments.actions import APPOINTMENTS
from applications.appointments.models import Appointment
from applications.appointments.queries import one_of
from applications.field import actions, answers
from applications.field.barcodes import numbers_in
from applications.field.reading import of_case
from applications.field.serializers import Report
from applications.models import Application
from applications.queries import case_for, reads_as
from core import idempotency
from core.answers import page_of
from core.api import body_of, digest_of
from core.bodies import read
from core.form_token import WAITS
from core.owner import owner_of
from core.paging import paged
from core.parsers import JsonBody
from core.problems import FieldError, Forbidden, InFlight, Invalid, Malformed, Missing, Problem
from deadlines.sweep import settle
from documents.actions import digest_of as digest_of_file
from ledger.queries import last_step
from workflow.run import Workflow

NOT_THEIRS = _("Only those who go out for the supply company use this.")
NO_KEY = _("Send an Idempotency-Key, made when the work on site began: it is recorded once by it.")


def at_site(request: Request) -> User:
    """Raises Forbidden for those who are no manager anywhere."""
    user = user_of(request)
    if user.role_in(*SUPPLIERS) is None:
        raise Forbidden(NOT_THEIRS)
    return user


@extend_schema(responses=answers.JobsAnswer)
@api_view(["GET"])
def jobs(request: Request) -> Response:
    """What you go out for today: the appointments that are not recorded yet, and the meters that
    you took along."""
    return Response(answers.jobs_json(at_site(request)))


class ReportParts(serializers.Serializer[Any]):
    """A report with files: the report as JSON, the photos, and a contract signed on paper."""

    report = Report()
    photos = serializers.ListField(child=serializers.FileField(), required=False)
    contract = serializers.ListField(child=serializers.FileField(), required=False)


@extend_schema(
    request={"application/json": Report, "multipart/form-data": ReportParts},
    responses=answers.ReportAnswer,
    parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)],
)
@api_view(["POST"])
@parser_classes([MultiPartParser, JsonBody])
def reports(request: Request) -> Response:
    """Hand in what was done on site. Each part is taken by itself, and once: sent again, what was
    taken answers as it did, and what was refused is tried anew."""
    user = at_site(request)
    said = read(Report, said_in(request))
    case = case_for(said["number"], user)
    one = None if said["appointment"] is None else one_of(case, said["appointment"])
    actions.goes_there(case, one, user)
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise Invalid([FieldError("", NO_KEY)])
    settle(case.ref)
    parts = [
        taken(request, f"{key}:{name}", compared, act) | {"part": name}
        for name, compared, act in parts_of(request, said, case, one)
    ]
    complete = all(part["problem"] is None for part in parts)
    told = {"number": case.number, "complete": complete, "parts": parts}
    return Response(answers.ReportAnswer(told).data)


def said_in(request: Request) -> Any:
    """The report of a request: its JSON, or that of the part `report` where files come with it."""
    body = body_of(request)
    if not request.content_type.startswith("multipart/"):
        return body
    try:
        return json.loads(body.get("report", ""))
    except (ValueError, RecursionError) as error:
        raise Malformed(_("The part `report` must be a JSON object.")) from error


Part = tuple[str, Any, Callable[[], Any]]


def parts_of(
    request: Request, said: dict[str, Any], case: Application, one: Appointment | None
) -> list[Part]:
    """The parts of a report in the order in which they are taken, each with what makes it the same
    as another one. An appointment for signing is over with its contract, so it comes last."""
    user = user_of(request)
    photos, contract = request.FILES.getlist("photos"), request.FILES.getlist("contract")
    phone_at = said["phone_at"]
    found: list[Part] = [
        (
            "report",
            [phone_at, *map(digest_of_file, photos)],
            lambda: actions.report(case, one, phone_at=phone_at, photos=photos, by=user).at,
        )
    ]
    if act := said["case_act"]:
        files = [digest_of_file(each) for each in contract]
        found.append(("case_act", [act, files], doing(CASES, case, act, user, contract)))
    if (act := said["appointment_act"]) and one is not None:
        found.append(("appointment_act", act, doing(APPOINTMENTS, one, act, user)))
    return found


def doing(
    workflow: Workflow[Any], thing: Any, act: dict[str, Any], user: User, files: Any = ()
) -> Callable[[], Any]:
    """An act of the desk, to be taken as the desk takes it."""
    name = act["name"]
    workflow.make_ready(thing, name)

    def perform() -> Any:
        moved = workflow.perform(thing, name, by=user, body=act["body"], uploads=files)
        step = last_step(*workflow.ref(moved))
        return step.at if step else None

    return perform


def taken(request: Request, key: str, compared: Any, act: Callable[[], Any]) -> dict[str, Any]:
    """Take one part, once per key; a refusal is told and not kept, so that it can be mended.

    Raises:
        InFlight: the same report is being taken just now, and for longer than is waited for.
    """
    try:
        _status, answer = idempotency.once(
            owner=owner_of(request),
            route=f"POST {request.path}",
            key=key,
            digest=digest_of(compared),
            act=lambda: (200, {"at": act()}),
            wait=WAITS,
        )
    except InFlight:
        raise
    except Problem as problem:
        return {"taken_at": None, "problem": problem.as_json()}
    return {"taken_at": answer["at"], "problem": None}


@extend_schema(responses=page_of(answers.ReportRow))
@api_view(["GET"])
def case_reports(request: Request, number: str) -> Response:
    """The reports from the site of a case, the newest first, for both sides of it."""
    user = user_of(request)
    case = case_for(number, user)
    if reads_as(case, user) is None:
        raise Missing
    return paged(request, of_case(case), answers.ReportRow)


class Photo(serializers.Serializer[Any]):
    """A photo of a barcode."""

    photo = serializers.FileField()


@extend_schema(request={"multipart/form-data": Photo}, responses=answers.NumbersAnswer)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def barcodes(request: Request) -> Response:
    """Read the number of a meter off a photo of its barcode. Nothing is entered by it."""
    user = at_site(request)
    numbers = numbers_in(request.FILES.get("photo"), user)
    return Response(answers.NumbersAnswer({"numbers": numbers}).data)
