"""Payments and refunds over HTTP; and what payment providers tell of them."""

import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.roles import COMPANY
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.bodies import Empty, read
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.place import client_address
from core.problems import Forbidden, Missing, NotSigned, TooLarge
from deadlines.sweep import settle
from money import providers
from money.charges import queries as charges
from money.payments import answers, queries
from money.payments.actions import PAYMENTS, REFUNDS, order_for
from money.payments.filters import PaymentFilter
from money.payments.models import Payment, Refund
from money.payments.receiving import take as take_told
from money.payments.receiving import take_refund
from money.payments.rounds import look_up, place
from money.payments.serializers import NewRefund
from money.providers.interface import NoticeRefused, Outcome, RefundTold
from rules.limits import limits
from workflow.api import bodies_of, take


@extend_schema(
    methods=["GET"], operation_id="payments_of_charge", responses=page_of(answers.PaymentSummary)
)
@extend_schema(
    methods=["POST"],
    operation_id="payments_order",
    request=None,
    responses={200: answers.PaymentOrdered},
)
@api_view(["GET", "POST"])
def of_charge(request: Request, number: str, pk: int) -> Response:
    """List what was ordered and received for a charge, the oldest first; or have it ordered, and
    say where it is paid. Asked again, it is the same order while it can be paid."""
    user = user_of(request)
    charge = charges.one_for(number, pk, user)
    if request.method == "GET":
        return paged(request, queries.in_charge(charge), answers.PaymentSummary)
    settle(charge.application.ref)
    # Not how much: that is the charge's.
    read(Empty, body_of(request))
    one = order_for(charge, user)
    back = request.build_absolute_uri(reverse("charges:one", args=[number, pk]))
    placed = place(one, client=client_address(request), back=back)
    one.pay_url = placed.address if placed.outcome is Outcome.TAKEN else None  # type: ignore[attr-defined]
    answer = answers.PaymentOrdered.of(one, user)
    return with_version(Response(answer), one.version)


@extend_schema(responses=answers.PaymentAnswer)
@api_view(["GET"])
def payment(request: Request, number: str, pk: int, order: str) -> Response:
    """One payment, with its refunds."""
    user = user_of(request)
    one = queries.one_of(charges.one_for(number, pk, user), order)
    answer = answers.PaymentAnswer.of(one, user)
    return with_version(Response(answer), one.version)


@extend_schema(request=None, responses=answers.PaymentMoved)
@api_view(["POST"])
def looked_up(request: Request, number: str, pk: int, order: str) -> Response:
    """Have the provider asked now what has become of an order; the worker asks by itself too."""
    user = user_of(request)
    one = look_up(queries.one_of(charges.one_for(number, pk, user), order))
    return Response(answers.PaymentMoved.of(one, user))


@extend_schema(request=bodies_of("PaymentAct", Payment), responses=answers.PaymentMoved)
@api_view(["POST"])
def action(request: Request, number: str, pk: int, order: str, name: str) -> Response:
    """One step of a payment: apply, dismiss."""
    user = user_of(request)
    one = queries.one_of(charges.one_for(number, pk, user), order)
    if name == "order":
        raise Missing
    return take(
        request,
        PAYMENTS,
        one,
        name,
        lambda moved: answers.PaymentMoved.of(moved, user),
    )


@extend_schema(request=NewRefund, responses={201: answers.RefundMoved})
@api_view(["POST"])
def refunds(request: Request, number: str, pk: int, order: str) -> Response:
    """Refund a part of a payment, or what is left of it."""
    user = user_of(request)
    one = queries.one_of(charges.one_for(number, pk, user), order)
    settle(one.application.ref)
    new = Refund(application=one.application, payment=one)

    def act() -> tuple[int, Any]:
        asked = REFUNDS.perform(new, "ask", by=user, body=body_of(request))
        return 201, answers.RefundMoved.of(asked, user)

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(request=bodies_of("RefundAct", Refund), responses=answers.RefundMoved)
@api_view(["POST"])
def refund_action(request: Request, number: str, pk: int, refund: str, name: str) -> Response:
    """One step of a refund: retry."""
    user = user_of(request)
    if name == "ask":
        raise Missing
    return take(
        request,
        REFUNDS,
        queries.refund_of(charges.one_for(number, pk, user), refund),
        name,
        lambda moved: answers.RefundMoved.of(moved, user),
    )


@extend_schema(
    operation_id="payments_list",
    parameters=parameters_of(PaymentFilter),
    responses=page_of(answers.PaymentSummary),
)
@api_view(["GET"])
def payments(request: Request) -> Response:
    """Payments in the districts of somebody of the supply company, the newest first."""
    user = user_of(request)
    if user.role_in(*COMPANY) is None:
        raise Forbidden(_("Only the supply company has a list of its payments."))
    return paged(
        request, narrowed(PaymentFilter, request, queries.at_desk(user)), answers.PaymentSummary
    )


@extend_schema(
    operation_id="payment_notices",
    auth=[],
    request=OpenApiTypes.BINARY,
    responses={
        200: answers.NoticeTaken,
        401: OpenApiResponse(description="`not-signed`"),
        404: OpenApiResponse(description="No such provider, or no such order of ours."),
        413: OpenApiResponse(description="`too-large`"),
    },
)
@never_cache
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def notices(request: Request, provider: str) -> Response:
    """What a payment provider tells of an order or a refund, signed by it (docs/payments.md). What
    it says is compared with the order, and answered once it is written down."""
    if not providers.is_open() or providers.of().name != provider:
        raise Missing
    if int(request.META.get("CONTENT_LENGTH") or 0) > limits().payments.kilobytes * 1024:
        raise TooLarge
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        told = providers.of().notice(headers, request.body, now=time.time())
    except NoticeRefused:
        raise NotSigned from None
    if isinstance(told, RefundTold):
        take_refund(provider, told)
    elif told is not None:
        take_told(provider, told)
    return Response(answers.NoticeTaken({"code": "SUCCESS", "message": "OK"}).data)
