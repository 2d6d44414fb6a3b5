"""Orders of materials and meters over HTTP; and what the supply chain's system tells of them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.signed import SIGNED, take_signed
from applications.materials import answers
from applications.materials.actions import ORDERS, take_event
from applications.materials.models import MaterialOrder
from applications.materials.queries import of_case, one_of
from applications.materials.serializers import NewMaterialOrder, SupplyChainEvent
from applications.materials.workflow import is_connected
from applications.queries import case_for
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.paging import CursorPages
from deadlines.sweep import settle
from rules.materials import material_rules
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"],
    operation_id="material_orders_list",
    responses=page_of(answers.MaterialOrderRow),
)
@extend_schema(
    methods=["POST"], request=NewMaterialOrder, responses={201: answers.MaterialOrderMoved}
)
@api_view(["GET", "POST"])
def orders(request: Request, number: str) -> Response:
    """List what was ordered for a case, the newest first; or order an item."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        pages = CursorPages()
        rows = pages.paginate_queryset(of_case(case), request) or []
        for one in rows:
            one.application = case
        return pages.get_paginated_response(answers.MaterialOrderRow(rows, many=True).data)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        new = MaterialOrder(application=case)
        one = ORDERS.perform(new, "order", by=user, body=body_of(request))
        return 201, answers.moved_answer(one, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(responses=answers.MaterialItem(many=True))
@api_view(["GET"])
def items(request: Request, number: str) -> Response:
    """What can be ordered for a case; empty where no system of the supply chain is connected."""
    case = case_for(number, user_of(request))
    found = material_rules().of_voltage(case.voltage) if is_connected() else []
    return Response(answers.MaterialItem(found, many=True).data)


@extend_schema(
    request=bodies_of("MaterialOrderAct", MaterialOrder), responses=answers.MaterialOrderMoved
)
@api_view(["POST"])
def action(request: Request, number: str, ref: UUID, name: str) -> Response:
    """One step of an order: cancel."""
    user = user_of(request)
    one = one_of(case_for(number, user), ref)
    return take(request, ORDERS, one, name, lambda moved: answers.moved_answer(moved, user))


@extend_schema(
    operation_id="supply_chain_events",
    auth=[],
    parameters=SIGNED,
    request=SupplyChainEvent,
    responses={
        200: answers.EventTaken,
        401: OpenApiResponse(description="`not-signed`"),
        413: OpenApiResponse(description="`too-large`"),
    },
)
@never_cache
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def events(request: Request) -> Response:
    """What the supply chain's system tells of an order, signed; each `webhook-id` is taken once
    (docs/supply-chain.md)."""

    def act() -> tuple[int, Any]:
        return 200, answers.EventTaken(take_event(body_of(request))).data

    return take_signed(request, settings.SUPPLY_CHAIN_EVENT_SECRETS, owner="supply-chain", act=act)
