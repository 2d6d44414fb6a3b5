"""What the customer of a counter confirms, over HTTP: a code is sent for a decision, and taken; the
act is taken at its common address then."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.actions import CASES
from applications.answers import CaseAnswer, case_json
from applications.counter.actions import choice_of, place_of, take_code, take_for
from applications.counter.confirming import GO, send, send_decision
from applications.counter.serializers import CodeField, Decided, DecidedByCode
from applications.forms import ProgressForm
from applications.models import Application, act_named
from applications.queries import case_for
from applications.views.progress import found_by
from core.api import answer_once, body_of, version_of, with_version
from core.bodies import PHONE_MAX, Body, WordsField, read
from core.parsers import JsonBody
from core.place import one_client
from core.problems import Missing, WrongState
from deadlines.sweep import settle
from documents.actions import digest_of

CONFIRM = "confirm_decision"


class Said(Body):
    """What the customer says at a counter: the phone of the case."""

    phone = WordsField(max_length=PHONE_MAX, one_line=True)


class Choice(Said):
    """The same with the code that the customer was sent; or, as parts of a form, the signed paper
    as `files`."""

    code = CodeField(required=False)


@extend_schema(request=Decided, responses={204: None}, operation_id="ask_confirmation")
@api_view(["POST"])
def ask(request: Request, number: str) -> Response:
    """Send the customer of a counter a code for a decision: an act with its body, as it stands."""
    case, said = _of_clerk(request, number), read(Decided, body_of(request))

    def act() -> tuple[int, Any]:
        if reason := CASES.why_not(case, said["action"]):
            raise WrongState(reason)
        send(case, said["action"], said["body"], client=one_client(request))
        return 204, None

    return answer_once(request, act)


@extend_schema(request=DecidedByCode, responses=CaseAnswer, operation_id="confirm_decision")
@api_view(["POST"])
def confirm(request: Request, number: str) -> Response:
    """Take the code that the customer reads out: the act can be taken with this very body then."""
    case, said = _of_clerk(request, number), read(DecidedByCode, body_of(request))
    user, decided = user_of(request), {"action": said["action"], "body": said["body"]}
    settle(case.ref)
    take_code(case, said["action"], said["body"], said["code"])

    def act() -> tuple[int, Any]:
        version = version_of(request)
        moved = CASES.perform(case, CONFIRM, by=user, body=decided, version=version)
        return 200, case_json(moved, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


def _of_clerk(request: Request, number: str) -> Application:
    """Raises Missing where the case is not for this person's eyes, Forbidden where the counter that
    has it is another one."""
    user = user_of(request)
    case = case_for(number, user)
    CASES.role_in(case, act_named(CONFIRM), user)
    return case


@extend_schema(request=Said, responses={204: None}, operation_id="ask_counter")
@api_view(["POST"])
def ask_counter(request: Request, number: str) -> Response:
    """Send the customer of a case a code with which it goes on at one's own counter."""
    said = read(Said, body_of(request))
    case = _said(request, number, said["phone"])
    place = place_of(user_of(request))

    def act() -> tuple[int, Any]:
        if reason := CASES.why_not(case, GO):
            raise WrongState(reason)
        send_decision(case, GO, {"office": place}, client=one_client(request))
        return 204, None

    return answer_once(request, act, body={"case": case.number})


@extend_schema(
    request={"application/json": Choice, "multipart/form-data": Choice},
    responses=CaseAnswer,
    operation_id="go_to_counter",
)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def go_to_counter(request: Request, number: str) -> Response:
    """Take a case to one's own counter, with the customer's code or signed paper."""
    said, uploads = read(Choice, body_of(request)), request.FILES.getlist("files")
    case, user = _said(request, number, said["phone"]), user_of(request)
    settle(case.ref)
    if said["code"]:
        take_for(case, choice_of(case, place_of(user)), said["code"])

    def act() -> tuple[int, Any]:
        moved = CASES.perform(case, GO, by=user, uploads=uploads)
        return 200, case_json(moved, user)

    same = {"case": case.number, "files": [digest_of(each) for each in uploads]}
    response = answer_once(request, act, body=same)
    return with_version(response, response.data["version"])


def _said(request: Request, number: str, phone: str) -> Application:
    """The case of a number and phone; raises Forbidden for whoever is at no counter, Missing where
    there is none, TooMany after too many wrong pairs."""
    place_of(user_of(request))
    form = ProgressForm({"number": number, "phone": phone})
    found = found_by(request, form) if form.is_valid() else None
    if not isinstance(found, Application):
        raise Missing
    user_of(request).said_case = found.ref
    return found
