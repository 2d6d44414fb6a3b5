"""Published tables over HTTP, for the programs of those who keep them: what their pages do."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from core.answers import page_of
from core.api import answer_once, body_of
from core.bodies import read
from core.filters import CURSOR, invalid
from core.paging import paged
from documents.actions import compared, takes
from publishing import actions, answers, formats, permissions, queries
from publishing.forms import FileForm
from publishing.models import Format, PublishedRow
from publishing.rows import corrected, text_of_rows
from publishing.serializers import (
    RowCorrectionBody,
    RowWithdrawalBody,
    TableRowsBody,
    TableUploadBody,
    UndoBody,
)
from publishing.tables import Table
from publishing.views.tables import largest

#: A table's files.
FILES = {
    (200, formats.MEDIA[Format.CSV].partition(";")[0]): OpenApiTypes.STR,
    (200, formats.MEDIA[Format.XLSX]): OpenApiTypes.BINARY,
}


def keeper(request: Request) -> User:
    """Raises Forbidden for whoever keeps none of the tables."""
    user = user_of(request)
    permissions.must_keep_any(user)
    return user


def keeper_of(request: Request, kind: str) -> tuple[User, Table]:
    """Raises Forbidden for whoever does not keep the table, Missing where there is none."""
    user = keeper(request)
    return user, permissions.kept_table(user, kind)


@extend_schema(operation_id="publish_tables", responses=answers.KeptTable(many=True))
@api_view(["GET"])
def tables(request: Request) -> Response:
    """The tables that you keep."""
    kept = permissions.kept_by(keeper(request))
    return Response(answers.tables_json(kept, queries.newest_of_all()))


@takes(largest)
@extend_schema(
    methods=["GET"],
    operation_id="publish_drafts",
    parameters=CURSOR,
    responses=page_of(answers.TableDraftSummary),
)
@extend_schema(
    methods=["POST"],
    operation_id="publish_upload",
    request={"multipart/form-data": TableUploadBody},
    responses={201: answers.TableDraft},
)
@api_view(["GET", "POST"])
@parser_classes([MultiPartParser])
def drafts(request: Request, kind: str) -> Response:
    """List your drafts that are not published yet, the newest first; or upload a file of the table:
    a file with mistakes is kept as a draft too, so that they can be read."""
    user, table = keeper_of(request, kind)
    if request.method == "GET":
        return paged(request, queries.open_drafts(user, kind), answers.TableDraftSummary)
    said = read(TableUploadBody, {**body_of(request), **request.FILES.dict()})
    file, name = file_in(said, table, user)

    def act() -> tuple[int, Any]:
        begun = actions.begin(
            kind=kind,
            by=user,
            text=file.text,
            format=file.format,
            file_name=name,
            **{each: said[each] for each in ("source", "note", "whole")},
        )
        return 201, answers.draft_json(queries.draft(user, begun.pk), user, file.told)

    return answer_once(request, act, body=compared(request, request.FILES.values()))


@extend_schema(
    operation_id="publish_to_check",
    parameters=CURSOR,
    responses=page_of(answers.TableDraftSummary),
)
@api_view(["GET"])
def to_check(request: Request, kind: str) -> Response:
    """List what others have offered to be checked, the oldest first: publish a draft, or give it
    back."""
    user, _table = keeper_of(request, kind)
    return paged(request, queries.to_check(user, kind), answers.TableDraftSummary, order=("id",))


def file_in(said: dict[str, Any], table: Table, user: User) -> tuple[formats.Uploaded, str]:
    """The file of a body, with its name. Raises Invalid: it is too large, or no file of the
    table."""
    form = FileForm(table, said, {"file": said["file"]}, by=user)
    if not form.is_valid():
        raise invalid(form.errors)
    return form.cleaned_data["file"], form.cleaned_data["file_name"]


@extend_schema(
    methods=["GET"],
    operation_id="publish_rows",
    parameters=CURSOR,
    responses=page_of(answers.TableRow),
)
@extend_schema(
    methods=["POST"],
    operation_id="publish_enter_rows",
    request=TableRowsBody,
    responses={201: answers.TableDraft},
)
@api_view(["GET", "POST"])
def rows(request: Request, kind: str) -> Response:
    """List the rows of the table that stand, those of other districts too; or enter rows, which are
    a draft at first."""
    user, table = keeper_of(request, kind)
    if request.method == "GET":
        standing = queries.rows_of(table).select_related("publication")
        return paged(
            request,
            standing,
            lambda rows: [answers.row_json(table, row) for row in rows],
            order=table.order,
        )

    def act() -> tuple[int, Any]:
        said = read(TableRowsBody, body_of(request))
        by_pointer = {f"/rows/{index}": row for index, row in enumerate(said.pop("rows"))}
        text = text_of_rows(table, by_pointer)
        begun = actions.begin(kind=kind, by=user, text=text, **said)
        return 201, answers.draft_json(queries.draft(user, begun.pk), user)

    return answer_once(request, act)


@extend_schema(methods=["GET"], operation_id="publish_row", responses=answers.TableRow)
@extend_schema(
    methods=["POST"],
    operation_id="publish_correct_row",
    request=RowCorrectionBody,
    responses={201: answers.TableDraft},
)
@api_view(["GET", "POST"])
def row(request: Request, kind: str, pk: int) -> Response:
    """A row of the districts that you keep, as it was published; or correct it, as a draft at
    first."""
    user, table = keeper_of(request, kind)
    found = queries.kept_row(table, user, pk)
    if request.method == "GET":
        return Response(answers.row_json(table, found))

    def act() -> tuple[int, Any]:
        said = read(RowCorrectionBody, body_of(request))
        must_stand(found)
        cells = corrected(table, found, said.pop("values"))
        begun = actions.begin(
            kind=kind, by=user, text=text_of_rows(table, {"/values": cells}), **said
        )
        return 201, answers.draft_json(queries.draft(user, begun.pk), user)

    return answer_once(request, act)


def must_stand(found: PublishedRow) -> None:
    """Raises Faster where somebody has replaced the row."""
    if found.replaced_in:
        raise actions.overtaken(found.replaced_in)


@extend_schema(
    operation_id="publish_withdraw_row",
    request=RowWithdrawalBody,
    responses={201: answers.TableDraft},
)
@api_view(["POST"])
def withdraw(request: Request, kind: str, pk: int) -> Response:
    """Take a row out of the table, as a draft at first."""
    user, table = keeper_of(request, kind)
    found = queries.kept_row(table, user, pk)

    def act() -> tuple[int, Any]:
        said = read(RowWithdrawalBody, body_of(request))
        must_stand(found)
        begun = actions.begin_withdrawal(row=found, kind=kind, by=user, **said)
        return 201, answers.draft_json(queries.draft(user, begun.pk), user)

    return answer_once(request, act)


@extend_schema(
    operation_id="publish_publications",
    parameters=CURSOR,
    responses=page_of(answers.PublicationAnswer),
)
@api_view(["GET"])
def publications(request: Request, kind: str) -> Response:
    """The history of the table, the newest publication first."""
    keeper_of(request, kind)
    return paged(request, queries.publications(kind), answers.PublicationAnswer, order=("-number",))


@extend_schema(operation_id="publish_undo", request=UndoBody, responses={201: answers.TableDraft})
@api_view(["POST"])
def undo(request: Request, kind: str, number: int) -> Response:
    """Let the table stand as before one of its publications, as a draft at first."""
    user, _table = keeper_of(request, kind)
    publication = queries.publication(kind, number)

    def act() -> tuple[int, Any]:
        said = read(UndoBody, body_of(request))
        begun = actions.begin_undoing(publication=publication, by=user, **said)
        return 201, answers.draft_json(queries.draft(user, begun.pk), user)

    return answer_once(request, act)


@extend_schema(operation_id="publish_table_file", responses=FILES)
@api_view(["GET"])
def table_file(request: Request, kind: str, ext: str) -> HttpResponse:
    """The rows of the districts that you keep as a file, `csv`, `xlsx` or `geojson`, with the names
    and codes of programs; it can be changed and uploaded again."""
    user, table = keeper_of(request, kind)
    kept = queries.kept_rows(table, permissions.own_parts(user, table))
    return formats.table_file(table.columns, ext, kind, kept, plain=True)
