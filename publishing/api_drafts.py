"""Drafts of published tables over HTTP: what one would do, putting it right, having it checked,
publishing it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.api import answer_once, body_of
from core.bodies import read
from core.problems import FieldError, Invalid, WrongState
from core.reading import whole_number
from documents.actions import compared, takes
from publishing import actions, answers, formats, permissions, queries
from publishing.api import FILES, file_in, keeper
from publishing.outline import ROWS_OF, outline_of
from publishing.serializers import (
    PublishBody,
    TableDraftChange,
    TableFileBody,
    TableGiveBackBody,
    TableOfferBody,
)
from publishing.tables import table_of
from publishing.views.drafts import ROWS_A_PAGE
from publishing.views.tables import largest

FROM = OpenApiParameter("from", OpenApiTypes.INT, description="Rows that are left out before.")
PART = OpenApiParameter("of", str, enum=tuple(ROWS_OF), default="added")


@extend_schema(methods=["GET"], operation_id="publish_draft", responses=answers.TableDraft)
@extend_schema(
    methods=["PATCH"],
    operation_id="publish_change_draft",
    request=TableDraftChange,
    responses=answers.TableDraft,
)
@extend_schema(methods=["DELETE"], operation_id="publish_discard", responses={204: None})
@api_view(["GET", "PATCH", "DELETE"])
def draft(request: Request, pk: int) -> Response:
    """A draft of your own, or of a table that must be checked, and what publishing it would do; or
    change what goes with your own; or throw it away."""
    user = keeper(request)
    found = queries.draft(user, pk)
    if request.method == "GET":
        return Response(answers.draft_json(found, user))
    permissions.must_have_prepared(user, found)
    if request.method == "DELETE":
        actions.discard(draft=found)
        return Response(status=204)

    def act() -> tuple[int, Any]:
        body = body_of(request)
        said = read(TableDraftChange, body, draft=found)
        actions.change(draft=found, **{name: said[name] for name in said if name in body})
        return 200, answers.draft_json(queries.draft(user, found.pk), user)

    return answer_once(request, act)


@takes(largest)
@extend_schema(
    operation_id="publish_upload_again",
    request={"multipart/form-data": TableFileBody},
    responses=answers.TableDraft,
)
@api_view(["PUT"])
@parser_classes([MultiPartParser])
def upload_again(request: Request, pk: int) -> Response:
    """Put another file in the place of the rows of a draft; what goes with it stays."""
    user = keeper(request)
    found = queries.draft(user, pk)
    permissions.must_have_prepared(user, found)
    said = read(TableFileBody, {**body_of(request), **request.FILES.dict()})
    file, name = file_in(said, table_of(found.kind), user)

    def act() -> tuple[int, Any]:
        actions.upload_again(draft=found, file=file, file_name=name)
        return 200, answers.draft_json(queries.draft(user, found.pk), user, file.told)

    return answer_once(request, act, body=compared(request, request.FILES.values()))


@extend_schema(
    operation_id="publish_changes", parameters=[PART, FROM], responses=answers.TableChanges
)
@api_view(["GET"])
def changes(request: Request, pk: int) -> Response:
    """Every row that a draft would add, change or withdraw, by pages. 409 while a mistake is left:
    which row is meant is not known then."""
    user = keeper(request)
    found = queries.draft(user, pk)
    of, start = asked_part(request)
    if found.publication:
        raise WrongState(_("This draft is published already; begin a new one to correct it."))
    seen, table = outline_of(found, user), table_of(found.kind)
    if seen.troubles:
        raise WrongState(_("Put right what is wrong with the draft first."))
    places: Sequence[Any] = getattr(seen, of)
    last = min(start + ROWS_A_PAGE, len(places))

    def page(first: int) -> str:
        return replace_query_param(request.build_absolute_uri(), "from", first)

    told = {
        "results": [
            answers.change_json(table, each) for each in ROWS_OF[of](found, places[start:last])
        ],
        "all": len(places),
        "next": page(last) if last < len(places) else None,
        "previous": page(max(start - ROWS_A_PAGE, 0)) if start else None,
    }
    return Response(answers.TableChanges(told).data)


def asked_part(request: Request) -> tuple[str, int]:
    """Which rows, and how many are left out before. Raises Invalid."""
    of = request.query_params.get("of", "added")
    start = whole_number(request.query_params.get("from", "0"))
    errors = []
    if of not in ROWS_OF:
        reason = _("This is not one of the values that can be chosen.")
        errors.append(FieldError("/of", reason))
    if start is None:
        errors.append(FieldError("/from", _("This must be a whole number.")))
    if start is None or errors:
        raise Invalid(errors)
    return of, start


@extend_schema(operation_id="publish_draft_file", responses=FILES)
@api_view(["GET"])
def draft_file(request: Request, pk: int, ext: str) -> HttpResponse:
    """The rows of a draft as a file, `csv` or `xlsx`, to be put right and uploaded again."""
    return formats.draft_file(queries.draft(keeper(request), pk), ext)


@extend_schema(operation_id="publish_offer", request=TableOfferBody, responses=answers.TableDraft)
@api_view(["POST"])
def offer(request: Request, pk: int) -> Response:
    """Let a second person check your draft of a table that must be checked; until you take it back
    it stays as it is. 422 with what speaks against it."""
    user = keeper(request)
    found = queries.draft(user, pk)

    def act() -> tuple[int, Any]:
        actions.offer(draft=found, by=user, **read(TableOfferBody, body_of(request)))
        return 200, answers.draft_json(queries.draft(user, found.pk), user)

    return answer_once(request, act)


@extend_schema(operation_id="publish_take_back", request=None, responses=answers.TableDraft)
@api_view(["POST"])
def take_back(request: Request, pk: int) -> Response:
    """Stop offering your draft, to change it."""
    user = keeper(request)
    found = queries.draft(user, pk)

    def act() -> tuple[int, Any]:
        actions.take_back(draft=found, by=user)
        return 200, answers.draft_json(queries.draft(user, found.pk), user)

    return answer_once(request, act)


@extend_schema(
    operation_id="publish_give_back", request=TableGiveBackBody, responses=answers.TableDraft
)
@api_view(["POST"])
def give_back(request: Request, pk: int) -> Response:
    """Say why a draft that somebody offered to be checked is not published as it is."""
    user = keeper(request)
    found = queries.draft(user, pk)
    permissions.must_check(user, found)

    def act() -> tuple[int, Any]:
        actions.give_back(draft=found, by=user, **read(TableGiveBackBody, body_of(request)))
        return 200, answers.draft_json(queries.draft(user, found.pk), user)

    return answer_once(request, act)


@extend_schema(
    operation_id="publish_publish", request=PublishBody, responses=answers.PublicationAnswer
)
@api_view(["POST"])
def publish(request: Request, pk: int) -> Response:
    """Publish all of a draft or nothing; twice is the same publication. Where it must be checked,
    a second person does: 403 for whoever prepared it, and who could. 412 where another publication
    came between, and who published it; 422 with what speaks against it."""
    user = keeper(request)
    found = queries.draft(user, pk)
    permissions.must_publish(user, found)

    def act() -> tuple[int, Any]:
        said = read(PublishBody, body_of(request), draft=found)
        made = actions.publish(draft=found, by=user, **said)
        return 200, answers.PublicationAnswer(made).data

    return answer_once(request, act)
