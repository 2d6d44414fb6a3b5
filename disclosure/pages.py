"""The tables of the page of service standards."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.city import figure
from disclosure.permits import PermitStandard, RouteLine, days_words, route_name
from disclosure.rows import Said, parts
from disclosure.standards import KindStandard, Standards, documents_words, source_words
from disclosure.tables import Context, Shown, drawn, span


def standards_tables(found: Standards) -> Context:
    """Every table of the page, by its name in the template."""
    return {
        "limits": drawn(_limit_columns(), found.kinds, _("Limits by kind of application")),
        "three_zero": drawn(_value_columns(), found.three_zero, _("Three-zero service")),
        "steps": drawn(_step_columns(), found.kinds, _("Steps by kind of application")),
        "documents": drawn(_document_columns(), _documents(found), _("Documents: nothing else")),
        "permits": [_permit(permit) for permit in found.permits],
        "joint": drawn(_value_columns(), found.joint, _("Limits for all permits")),
        "history": drawn(_value_columns(), found.history, _("What was in force when")),
        "not_adopted": drawn(
            _value_columns(), found.not_adopted, _("Known and not in force in this city")
        ),
    }


def _limit_columns() -> list[Shown]:
    return [
        Shown(_("Kind"), lambda kind: kind.name),
        Shown(_("Limit"), lambda kind: figure(kind.days), _("working days"), numeric=True),
        Shown(_("Counted over"), lambda kind: kind.counted),
        *_origin(lambda kind: kind.limit),
    ]


def _origin(row_of: Callable[[Any], Said]) -> list[Shown]:
    """Where a value comes from: since when until when, by which clause, source and trust."""
    return [
        Shown(_("In force"), lambda each: span(row_of(each).since, row_of(each).until)),
        Shown(_("Clause"), lambda each: row_of(each).clause),
        Shown(_("Source and trust"), lambda each: source_words(row_of(each))),
    ]


def _value_columns() -> list[Shown]:
    return [
        Shown(_("What"), lambda row: row.name),
        Shown(_("Value"), lambda row: row.value),
        Shown(_("In force"), _in_force),
        Shown(_("Clause"), lambda row: row.clause),
        Shown(_("Source and trust"), source_words),
    ]


def _in_force(row: Said) -> str:
    words = span(row.since, row.until)
    return parts([words, row.note]) if row.note else words


def _step_columns() -> list[Shown]:
    return [
        Shown(_("Kind"), lambda kind: kind.name),
        Shown(_("Number of steps"), lambda kind: figure(len(kind.steps)), numeric=True),
        Shown(_("In this order"), lambda kind: " → ".join(kind.steps)),
        *_origin(lambda kind: kind.steps_row),
    ]


def _document_columns() -> list[Shown]:
    return [
        Shown(_("Kind"), lambda row: row[0].name),
        Shown(_("When"), lambda row: row[1]),
        Shown(_("Documents"), lambda row: parts(document.name for document in row[2])),
        *_origin(lambda row: row[3]),
    ]


def _documents(found: Standards) -> list[tuple[KindStandard, str, Any, Said]]:
    return [
        (kind, stage, documents, row)
        for kind in found.kinds
        for stage, documents, row in documents_words(kind)
    ]


def _permit(permit: PermitStandard) -> Context:
    """One permit: heading, table of routes, laws."""
    columns = [
        Shown(_("Route"), lambda line: route_name(line.route)),
        Shown(_("When"), lambda line: line.condition),
        Shown(_("Limit"), _days),
        *_origin(lambda line: line.row),
    ]
    table = drawn(columns, permit.routes, permit.name)
    return {"permit": permit, "table": table}


def _days(line: RouteLine) -> str:
    return days_words(line.days) or _("none")
