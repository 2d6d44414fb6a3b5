from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    Serializer,
)

from accounts.api import user_of
from approvals import sets
from approvals.serializers import Chase
from approvals.sets import SetFilter, SetRow
from approvals.workflow import State
from core.answers import Day, Instant, page_of
from core.api import answer_once, body_of
from core.bodies import read
from core.clock import city_now
from core.filters import checked, parameters_of
from core.paging import paged
from deadlines.sweep import settle


class AwaitedPermit(Serializer[Any]):
    """A permit of the set that waits, and for whom."""

    permit_id = IntegerField(source="permit.pk")
    permit = CharField(source="permit.permit")
    party = CharField(help_text="`supplier`, or a bureau's code")
    state = ChoiceField(State.choices, source="permit.state")
    chased = BooleanField(help_text="a chase waits for the party's answer")


class SetAnswer(Serializer[Any]):
    """A set of permits under way, with its joint clock."""

    id = IntegerField(source="round.pk")
    application = CharField(source="number")
    district = CharField(source="round.line_works.district")
    opened_at = Instant(source="round.opened_at")
    due_on = Day(source="clock.due_on")
    late = BooleanField(source="left.late")
    awaited = AwaitedPermit(many=True)


@extend_schema(
    operation_id="sets_list",
    responses=page_of(SetAnswer),
    parameters=parameters_of(SetFilter),
    tags=["permits"],
)
@api_view(["GET"])
def set_list(request: Request) -> Response:
    """List the sets of permits under way that one coordinates, by the time that each has left."""
    filters = SetFilter(request.query_params, sets.under_way(user_of(request)))
    return paged(
        request,
        checked(filters),
        lambda found: SetAnswer(sets.rows_of(found, city_now()), many=True).data,
        order=sets.ORDER,
    )


@extend_schema(request=Chase, responses=SetAnswer, tags=["permits"])
@api_view(["POST"])
def set_chase(request: Request, pk: int) -> Response:
    """Chase everybody who is awaited for a set and was not yet; each permit has its entry."""
    user = user_of(request)
    found = sets.round_for(user, pk)
    settle(found.line_works.case_ref)

    def act() -> tuple[int, Any]:
        sets.chase_set(found, user, read(Chase, body_of(request)))
        row: SetRow = sets.row_of(found)
        return 200, SetAnswer(row).data

    return answer_once(request, act)
