from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import person, signed_in
from core.paging import page_of
from core.reading import whole_number
from notifications import texts
from notifications.models import Message


@signed_in
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    user = person(request)
    mine = Message.objects.to(user).select_related("outbox")
    page = page_of(request, mine, order=Message.ORDER)
    context = {
        "page": page,
        "cases": by_case(page.rows),
        "unread": Message.objects.to(user).unread().count(),
        "up_to": max((message.pk for message in page.rows), default=0),
    }
    return render(request, "notifications/messages.html", context)


def by_case(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Those of one case together, where its first one stands."""
    found: dict[UUID, dict[str, Any]] = {}
    for message in messages:
        number = message.context.get("number", "")
        case = found.setdefault(message.outbox.case_ref, {"number": number, "rows": []})
        case["rows"].append((message, texts.shown(message)))
    return list(found.values())


@signed_in
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
