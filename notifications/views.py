import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import account_only, person, role_required
from accounts.roles import Role
from core.counting import bounded, counted
from core.paging import page_of
from core.reading import whole_number
from notifications import delivery, queries, texts
from notifications.choices import CHOSEN, choices_of, choose
from notifications.models import Delivery, Message

log = logging.getLogger("tongdian.notifications")
administrators_only = role_required(Role.ADMINISTRATOR)


@account_only
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    user = person(request)
    mine = Message.objects.to(user).select_related("outbox")
    page = page_of(request, mine, order=Message.ORDER)
    context = {
        "page": page,
        "cases": by_case(page.rows),
        "unread": bounded(Message.objects.to(user).unread()),
        "up_to": max((message.pk for message in page.rows), default=0),
    }
    return render(request, "notifications/messages.html", context)


def by_case(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Those of one case together, where its first one stands; one of no case by itself."""
    found: dict[UUID | int, dict[str, Any]] = {}
    for message in messages:
        case_ref = message.outbox.case_ref or message.outbox_id
        number = message.context.get("number", "")
        case = found.setdefault(case_ref, {"number": number, "rows": []})
        case["rows"].append((message, texts.shown(message)))
    return list(found.values())


@account_only
@require_POST
def mark_read(request: HttpRequest) -> HttpResponseBase:
    up_to = request.POST.get("up_to", "")[:18]
    count = Message.objects.to(person(request)).mark_read(whole_number(up_to) or 0)
    notices.success(
        request,
        ngettext(
            "%(count)d message is marked as read.", "%(count)d messages are marked as read.", count
        )
        % {"count": count},
    )
    return redirect("notifications:messages")


@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponseBase:
    """What the box says of a channel counts only where the page had a box for it."""
    party = person(request).party_id
    if request.method == "POST":
        asked = request.POST.getlist("asked")
        ticked = request.POST.getlist("wanted")
        choose(party, {each: each in ticked for each in CHOSEN if each in asked})
        notices.success(request, _("Your choice has been saved."))
        return redirect("notifications:channels")
    return render(request, "notifications/channels.html", {"choices": choices_of(party)})


@administrators_only
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was given up, and of what nobody knows; without addresses."""
    page = page_of(request, queries.in_trouble(), order=("-id",))
    context = {"page": page, "counts": counted(queries.watched())}
    return render(request, "notifications/deliveries.html", context)


@administrators_only
@require_POST
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    row = get_object_or_404(Delivery, pk=delivery_id)
    if delivery.again(row):
        log.info("delivery %s is sent again by account %s", row.pk, person(request).pk)
        notices.success(request, _("The message is sent once more."))
    else:
        notices.info(request, _("Nothing was to be done: it is on its way or has arrived."))
    return redirect("notifications:deliveries")
