import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import account_only, person, role_required
from accounts.roles import Role
from core.bodies import read
from core.counting import bounded, counted
from core.events import Topic
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Invalid, Missing
from core.reading import whole_number
from notifications import delivery, queries, quiet, stopping, texts
from notifications.bindings import actions as bindings
from notifications.bindings.models import BOUND
from notifications.bulk.actions import resent
from notifications.choices import CHOSEN, TOPICS, choices_of, choose
from notifications.models import Delivery, Message
from rules.delivery import Channel

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


ENDS = ("begin", "until")
MODE_FIELD = forms.ChoiceField(
    choices=quiet.MODES, widget=forms.RadioSelect, label=gettext_lazy("Quiet hours")
)
QuietForm = form_of(quiet.QuietHours, controls={"mode": MODE_FIELD})


@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponseBase:
    """What a box says of a topic over a channel counts only where the page had that box."""
    party = person(request).party_id
    if request.method == "POST":
        asked, ticked = request.POST.getlist("asked"), request.POST.getlist("wanted")
        said = {
            topic.value: {
                channel.value: name in ticked
                for channel in CHOSEN
                if (name := f"{topic.value}.{channel.value}") in asked
            }
            for topic in Topic
        }
        choose(party, {"topics": said})
        notices.success(request, _("Your choice has been saved."))
        return redirect("notifications:channels")
    return _channels(request, QuietForm(initial=_quiet_initial(party)))


def _quiet_initial(party: int) -> dict[str, str]:
    hours = quiet.hours_of(party)
    ends = {name: hours[name].strftime(quiet.CLOCK) if hours[name] else "" for name in ENDS}
    return {"mode": hours["mode"], **ends}


def _channels(request: HttpRequest, form: BodyForm) -> HttpResponse:
    party = person(request).party_id
    choices = choices_of(party)
    rows = [
        (TOPICS[topic], [(each, each.topics[number]) for each in choices])
        for number, topic in enumerate(Topic)
    ]
    context = {
        "choices": choices,
        "rows": rows,
        "codes": bindings.waiting_codes(party),
        "city": quiet.city_hours(),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "notifications/channels.html", context, status=status)


@account_only
@require_POST
def quiet_hours(request: HttpRequest) -> HttpResponseBase:
    form = QuietForm(request.POST)
    if form.is_valid():
        try:
            quiet.choose(person(request).party_id, read(quiet.QuietHours, form.body()))
        except Invalid as problem:
            form.refused(problem)
        else:
            notices.success(request, _("Your choice has been saved."))
            return redirect("notifications:channels")
    return _channels(request, form)


@account_only
@require_POST
def binding_code(request: HttpRequest, channel: str) -> HttpResponseBase:
    """Make the code that is typed in over there; the page of channels shows it while it holds."""
    if channel not in BOUND:
        raise Missing
    bindings.ask_code(person(request).party_id, channel)
    return redirect("notifications:channels")


@account_only
@require_POST
def binding_end(request: HttpRequest, channel: str) -> HttpResponseBase:
    if bindings.end(person(request).party_id, channel):
        notices.success(request, _("Nothing more is sent there."))
    else:
        notices.info(request, _("It was connected no more."))
    return redirect("notifications:channels")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at a link changes nothing: scanners of mail follow all of them. What is sent from the
    page stops the messages; mailboxes send it by themselves (RFC 8058), so the link alone is
    the proof."""
    one = stopping.read(token)
    if request.method == "POST":
        one.act()
    return render(request, "notifications/stop.html", {"stop": one})


@administrators_only
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was given up, and of what nobody knows; without addresses."""
    page = page_of(request, queries.in_trouble(), order=("-id",))
    context = {
        "page": page,
        "counts": counted(queries.watched()),
        "held": counted(queries.held()),
        "circuits": queries.circuits(),
        "missing": [(Channel(each).label, names) for each, names in queries.missing().items()],
    }
    return render(request, "notifications/deliveries.html", context)


@administrators_only
@require_POST
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    row = get_object_or_404(Delivery, pk=delivery_id)
    if delivery.again(row):
        if row.broadcast_id:
            resent(row)
        log.info("delivery %s is sent again by account %s", row.pk, person(request).pk)
        notices.success(request, _("The message is sent once more."))
    else:
        notices.info(request, _("Nothing was to be done: it is on its way or has arrived."))
    return redirect("notifications:deliveries")
