"""The public counts of signs of work outside the system, with what is counted and with what.

Nothing but counts: no case, no district, no addressee.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.templatetags.city import figure
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import public_csv, public_page
from disclosure.rows import parts
from disclosure.tables import Shown, drawn, span
from integrity import wording
from integrity.answers import threshold_json
from integrity.queries import Quarter, public_counts
from integrity.schema import PUBLIC_COUNTS
from integrity.signs import SIGNS, Sign
from integrity.states import State
from rectification import queries as orders
from rules.policy import Policy
from rules.registry import current
from rules.values import Valued

CSV_NAMES = ("quarter", "sign", *State.values, "total")


@public_page
def page(request: HttpRequest) -> HttpResponse:
    """How many signs were found in each quarter and what became of them; what each sign is."""
    policy = policy_of_today()
    context = {
        "counts": counts_table(public_counts()),
        "orders": orders_table(),
        "signs": [_shown(sign, policy) for sign in SIGNS.values()],
        "numbers": numbers_table(policy),
        "later": [{"name": name, "why": why} for name, why in wording.LATER],
    }
    return render(request, "disclosure/signs.html", context)


def policy_of_today() -> Policy:
    """The rules in force today in the whole city."""
    return current().in_force(on=queries.today())


def counts_table(found: list[Quarter]) -> dict[str, Any]:
    """The counts as a table."""
    columns = [
        Shown(_("Quarter"), lambda row: row.name),
        Shown(_("Sign"), lambda row: str(SIGNS[row.sign].name)),
        *(_state_column(state) for state in State),
        Shown(_("In all"), lambda row: figure(row.total), numeric=True),
    ]
    table = drawn(columns, found, _("Signs found, by what became of them"))
    return table | {
        "empty": {
            "title": _("No sign has been found so far"),
            "text": _("The record is looked through every minute; what is found is counted here."),
        }
    }


def _state_column(state: State) -> Shown:
    return Shown(str(state.label), lambda row: figure(row.states[state]), numeric=True)


def orders_table() -> dict[str, Any]:
    """The orders of the regulator by quarter, those that followed from a sign and all others."""
    columns = [
        Shown(_("Quarter"), lambda row: row.name),
        Shown(_("Orders issued"), lambda row: figure(row.issued), numeric=True),
        Shown(_("Became late"), lambda row: figure(row.late), numeric=True),
        Shown(_("Put right and closed"), lambda row: figure(row.closed), numeric=True),
    ]
    return drawn(columns, orders.public_counts(), _("Orders to put something right"))


def _shown(sign: Sign, policy: Policy) -> dict[str, Any]:
    """A sign as the page explains it; without its rows it is not computed, and says so."""
    rows = sign.rows(policy)
    return {
        "name": sign.name,
        "code": sign.code,
        "definition": sign.describe(_numbers(rows)) if rows is not None else "",
        "harmless": sign.harmless,
    }


def _numbers(rows: dict[str, Valued]) -> dict[str, int]:
    return {name: int(row.number) for name, row in rows.items()}


def numbers_table(policy: Policy) -> dict[str, Any]:
    """Every number that a sign is counted with; where all come from one place it is said once."""
    found = [
        (sign, name, row)
        for sign in SIGNS.values()
        for name, row in (sign.rows(policy) or {}).items()
    ]
    columns = [
        Shown(_("Sign"), lambda each: str(each[0].name)),
        Shown(_("What"), lambda each: str(each[0].thresholds[each[1]])),
        Shown(_("Value"), lambda each: wording.amount(each[2])),
    ]
    origins = sorted({_origin(row) for _sign, _name, row in found})
    if len(origins) > 1:
        columns.append(Shown(_("Where it comes from"), lambda each: _origin(each[2])))
    table = drawn(columns, found, _("The numbers, and where they come from"))
    return table | {"origin": origins[0] if len(origins) == 1 else ""}


def _origin(row: Valued) -> str:
    """Since when it is in force, by which clause of which source, and whose choice it is."""
    until = row.until - timedelta(days=1) if row.until else None
    said = [span(row.since, until), row.clause, row.source.title]
    return parts([*said, row.note] if row.note else said)


@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    """The counts as a file, in the reader's language."""
    return public_csv("signs", _lines(plain=False))


def _lines(*, plain: bool) -> Iterator[list[str]]:
    """The lines of the file; `plain` has fixed names and codes."""
    words = [_("Quarter"), _("Sign"), *(str(state.label) for state in State), _("In all")]
    yield list(CSV_NAMES) if plain else words
    for row in public_counts():
        sign = row.sign if plain else str(SIGNS[row.sign].name)
        yield [row.name, sign, *(str(row.states[state]) for state in State), str(row.total)]


class SignalsView(PublicView):
    """The public counts for programs, with what is counted and with what."""

    @extend_schema(responses=PUBLIC_COUNTS, operation_id="disclosure_signals")
    def get(self, request: Request) -> Response:
        """Counts by quarter and sign, and each sign with its thresholds in force today."""
        policy = policy_of_today()
        return Response(
            {
                "on": queries.today(),
                "rules_version": policy.version,
                "counts": [_count_json(row) for row in public_counts()],
                "orders": [_order_json(row) for row in orders.public_counts()],
                "signs": [_sign_json(sign, policy) for sign in SIGNS.values()],
                "later": [str(name) for name, _why in wording.LATER],
                "hotlines": queries.hotlines(),
            }
        )


class SignalsFile(PublicView):
    """The public counts as CSV with fixed names."""

    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_signals_csv")
    def get(self, request: Request) -> HttpResponse:
        """Quarter, sign, the count in each state, and the total."""
        return public_csv("signals", _lines(plain=True))


def _count_json(row: Quarter) -> dict[str, Any]:
    return {"quarter": row.name, "sign": row.sign, **row.states, "total": row.total}


def _order_json(row: orders.Quarter) -> dict[str, Any]:
    return {"quarter": row.name, "issued": row.issued, "late": row.late, "closed": row.closed}


def _sign_json(sign: Sign, policy: Policy) -> dict[str, Any]:
    rows = sign.rows(policy)
    return {
        "sign": sign.code,
        "name": str(sign.name),
        "definition": sign.describe(_numbers(rows)) if rows is not None else None,
        "harmless": [str(note) for note in sign.harmless],
        "thresholds": [threshold_json(row) for row in (rows or {}).values()],
    }
