"""Cases over HTTP: each view is one action or one query."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.mandates import Right
from accounts.roles import COMPANY
from applications import documents, drafts, line_works
from applications.accesses import AccessesAnswer, accesses_json
from applications.actions import CASES
from applications.answers import (
    CaseAnswer,
    CaseRow,
    DocumentAnswer,
    FoundCases,
    PolicyAnswer,
    TimelineAnswer,
    case_json,
    clocks_json,
    rows_json,
    timeline_json,
)
from applications.begun import as_cases
from applications.declaration import Declaration
from applications.explained import policy_json
from applications.inspections.answers import InspectionsAnswer, inspections_json
from applications.mandates.api import PARTY
from applications.models import WORKFLOWS, Application
from applications.owncase import OwnCase, own_case_json
from applications.owndata import OwnDataAnswer, own_data_json
from applications.packages import actions as packages
from applications.queries import case_for, drafts_of, ways
from applications.reveal import Identity, Reveal, reveal
from applications.states import State
from applications.waiting.queries import LONGEST_FIRST
from applications.work.filters import CaseFilter
from applications.work.search import Search, search
from approvals.answers import LineWorksAnswer, round_json
from approvals.api import works_page
from approvals.filters import WorksFilter
from approvals.models import LineWorks
from approvals.queries import may_see_works
from approvals.roads.meeting import met
from approvals.routing import DecisionsAnswer, decisions_json
from approvals.serializers import LineWorks as LineWorksBody
from core.answers import page_of
from core.api import answer_once, body_of, version_of, with_version
from core.clock import city_now
from core.filters import narrowed, parameters_of
from core.paging import NEWEST_FIRST, paged
from core.problems import FieldError, Invalid, Missing, WrongState
from core.reading import whole_number
from deadlines.serializers import CaseClocksSerializer
from deadlines.sweep import settle
from documents.actions import digest_of
from workflow.api import bodies_of, take

M = TypeVar("M", bound=Model)
CASE_ACT = bodies_of("CaseAct", *WORKFLOWS.values())


@extend_schema(
    methods=["GET"],
    operation_id="applications_list",
    responses=page_of(CaseRow),
    parameters=[*parameters_of(CaseFilter), PARTY],
)
@extend_schema(
    methods=["POST"], request=Declaration, responses={201: CaseAnswer}, parameters=[PARTY]
)
@api_view(["GET", "POST"])
def applications(request: Request) -> Response:
    """List the cases that one may see, or with `state=draft` one's own drafts, newest first, those
    that may be closed (`closable=true`) the longest first; or write down a new draft."""
    if request.method == "GET":
        user = user_of(request)
        if request.query_params.get("state") == State.DRAFT:
            begun = of_party(drafts_of(user), request)
            return paged(request, begun, lambda rows: rows_json(as_cases(rows), user))
        cases = narrowed(CaseFilter, request, of_party(Application.objects.all(), request))
        closable = request.query_params.get("closable") == "true"
        return paged(
            request,
            cases,
            lambda rows: rows_json(rows, user),
            order=LONGEST_FIRST if closable else NEWEST_FIRST,
            ways=ways(user),
        )

    def act() -> tuple[int, Any]:
        party = party_asked(request)
        case = drafts.draft(body=body_of(request), by=user_of(request), party=party)
        return 201, case_json(case, user_of(request))

    return _versioned(answer_once(request, act))


@extend_schema(request=Search, responses=FoundCases)
@api_view(["POST"])
def applications_search(request: Request) -> Response:
    """The cases of one's desk, or of the districts that one watches over, by name, phone or full
    address, exactly; the newest first. It is written down that one looked, and by what."""
    user = user_of(request)
    found = search(body_of(request), user)
    return Response({"results": rows_json(found.cases, user), "complete": found.complete})


@extend_schema(methods=["GET"], responses=CaseAnswer)
@extend_schema(methods=["PATCH"], request=Declaration, responses=CaseAnswer)
@api_view(["GET", "PATCH"])
def application(request: Request, number: str) -> Response:
    """One case as the person may see it; a draft can be changed."""
    case = case_for(number, user_of(request))
    if request.method == "GET":
        return with_version(Response(case_json(case, user_of(request))), case.version)

    def act() -> tuple[int, Any]:
        changed = drafts.redraft(
            application=case,
            body=body_of(request),
            by=user_of(request),
            version=version_of(request),
        )
        return 200, case_json(changed, user_of(request))

    return _versioned(answer_once(request, act))


def party_asked(request: Request) -> int | None:
    """`?party=`, one for which the person acts; raises Invalid for any other."""
    asked = request.query_params.get("party")
    if asked is None:
        return None
    party = whole_number(asked)
    if party is None or party not in user_of(request).acts_for(Right.READ):
        raise Invalid([FieldError("/party", _("You act for no such party."))])
    return party


def of_party(rows: QuerySet[M], request: Request) -> QuerySet[M]:
    """Those of the party that is asked for, or all."""
    party = party_asked(request)
    return rows if party is None else rows.filter(filed_by=party)


def _versioned(response: Response) -> Response:
    return with_version(response, response.data["version"])


@extend_schema(request=CASE_ACT, responses=CaseAnswer)
@api_view(["POST"])
def action(request: Request, number: str, name: str) -> Response:
    """One transition of a case; the body is the action's own."""
    user = user_of(request)
    case = case_for(number, user)
    said = CASES.acts(case).get(name)
    if said and not said.here:
        raise Missing
    return take(request, CASES, case, name, lambda after: case_json(after, user))


@extend_schema(request={"multipart/form-data": documents.Upload}, responses={201: DocumentAnswer})
@api_view(["POST"])
@parser_classes([MultiPartParser])
def case_documents(request: Request, number: str) -> Response:
    """Hand in a file for a requirement of the checklist."""
    case = case_for(number, user_of(request))
    requirement = str(body_of(request).get("requirement", ""))
    upload = request.FILES.get("file")

    def act() -> tuple[int, Any]:
        document = documents.add(
            application=case, requirement=requirement, upload=upload, by=user_of(request)
        )
        return 201, DocumentAnswer(document).data

    body = {"requirement": requirement, "file": digest_of(upload)}
    return answer_once(request, act, body=body)


@extend_schema(responses=PolicyAnswer)
@api_view(["GET"])
def case_policy(request: Request, number: str) -> Response:
    """The rules of a case, or of a draft by now, as they are explained to its applicant."""
    case = case_for(number, user_of(request))
    if not case.kind:
        raise WrongState(_("It is of no kind yet: fill in what is missing first."))
    return Response(policy_json(case, case.rules(city_now())))


@extend_schema(request=Reveal, responses=Identity)
@api_view(["POST"])
def case_identity(request: Request, number: str) -> Response:
    """Name, number and phone in full, for a reason that the record keeps."""
    case = case_for(number, user_of(request))
    settle(case.ref)

    def act() -> tuple[int, Any]:
        reveal(application=case, body=body_of(request), by=user_of(request))
        return 200, {}  # what is kept for whoever repeats it holds nothing personal

    answer_once(request, act)
    return Response(Identity(case).data)


@extend_schema(responses=AccessesAnswer)
@api_view(["GET"])
def case_accesses(request: Request, number: str) -> Response:
    """Who looked at what is kept of the applicant, for the applicant."""
    user = user_of(request)
    return Response(accesses_json(case_for(number, user), user))


@extend_schema(responses=OwnDataAnswer, tags=["account"])
@api_view(["GET"])
def own_data(request: Request) -> Response:
    """What is kept of oneself; the copy with all files and messages is at /account/data/."""
    return Response(own_data_json(user_of(request)))


@extend_schema(responses=OwnCase)
@api_view(["GET"])
def case_data(request: Request, number: str) -> Response:
    """Everything that is kept of oneself in one case, in full."""
    user = user_of(request)
    return Response(own_case_json(case_for(number, user), user))


@extend_schema(responses=InspectionsAnswer)
@api_view(["GET"])
def case_inspections(request: Request, number: str) -> Response:
    """Every review and inspection of a case, and what the next one looks at."""
    return Response(inspections_json(case_for(number, user_of(request))))


@extend_schema(responses=TimelineAnswer)
@api_view(["GET"])
def case_timeline(request: Request, number: str) -> Response:
    """Every step of a case, oldest first."""
    return Response(timeline_json(case_for(number, user_of(request))))


@extend_schema(responses=CaseClocksSerializer)
@api_view(["GET"])
def case_clocks(request: Request, number: str) -> Response:
    """Every clock of a case, explained line by line; who held it when, whose the delay was, and who
    was warned when."""
    return Response(clocks_json(case_for(number, user_of(request))))


@extend_schema(
    methods=["GET"],
    operation_id="line_works_list",
    responses=page_of(LineWorksAnswer),
    parameters=parameters_of(WorksFilter),
)
@extend_schema(
    methods=["POST"],
    request=LineWorksBody,
    responses={200: DecisionsAnswer, 201: LineWorksAnswer},
    parameters=[OpenApiParameter("dry_run", OpenApiTypes.BOOL)],
)
@api_view(["GET", "POST"])
def line_works_root(request: Request) -> Response:
    """List line works; or post those of a case, with `dry_run` only asking what they need."""
    if request.method == "GET":
        return works_page(request)
    body = body_of(request)
    number = body.get("application")
    if request.query_params.get("dry_run") in ("1", "true"):
        asked = case_for(str(number), user_of(request)) if number else None
        found = line_works.decide(body=body, application=asked)
        prepares = asked and user_of(request).role_in(*COMPANY, district=asked.district)
        closed = met(packages.prepared(asked), found.works) if asked and prepares else ()
        return Response(decisions_json(found.policy, found.works, found.kept, closed))
    if not isinstance(number, str):
        raise Invalid([FieldError("/application", _("Name the case by its number."))])
    case = case_for(number, user_of(request))
    return _enter_line_works(request, case, "post_line_works", version_of(request))


def _enter_line_works(
    request: Request, case: Application, action: str, version: int | None
) -> Response:
    settle(case.ref)

    def act() -> tuple[int, Any]:
        body = body_of(request)
        CASES.perform(case, action, by=user_of(request), body=body, version=version)
        return 201, round_json(line_works.newest_round(case))

    return answer_once(request, act)


@extend_schema(request=LineWorksBody, responses={201: LineWorksAnswer})
@api_view(["POST"])
def change_line_works(request: Request, pk: int) -> Response:
    """Post the changed line after a refusal: the next round of permits."""
    line = LineWorks.objects.filter(pk=pk).first()
    if line is None or not may_see_works(user_of(request), line):
        raise Missing
    case, seen = line_works.case_of(line), version_of(request)
    # A program names the version of the line; under the lock the case's own is compared.
    version = case.version if seen == line.version else -1
    return _enter_line_works(request, case, "change_line_works", None if seen is None else version)
