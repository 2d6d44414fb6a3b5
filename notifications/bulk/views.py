"""Pages of what goes to many, for administrators: how far it is, a stop, and going on."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.roles import Role
from core.paging import page_of
from core.problems import Missing, Text, WrongState
from core.templatetags.city import short_instant
from notifications.bulk import actions
from notifications.bulk.models import Broadcast
from notifications.bulk.queries import ORDER, progress_of, rest_of

log = logging.getLogger("tongdian.notifications")
administrators_only = role_required(Role.ADMINISTRATOR)
ACTIONS: Final[Mapping[str, Callable[[int], Any]]] = {
    "stop": actions.stop,
    "resume": actions.resume,
}
DONE: Final[Mapping[str, Text]] = {
    "stop": gettext_lazy("Nothing more is sent of it."),
    "resume": gettext_lazy("The rest is being sent."),
}
NOT_YOURS: Final = gettext_lazy("Only administrators see this.")
#: Of the rest, by the numbers of their deliveries, so many are shown.
SHOWN: Final = 100


@administrators_only
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    page = page_of(request, Broadcast.objects.all(), order=ORDER)
    return render(request, "notifications/broadcasts.html", {"page": page})


@administrators_only
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _one_page(request, get_object_or_404(Broadcast, pk=pk))


def _one_page(request: HttpRequest, found: Broadcast) -> HttpResponse:
    progress = progress_of(found)
    rest = list(rest_of(found)[:SHOWN])
    context = {
        "broadcast": found,
        "progress": progress,
        "facts": facts(found, progress),
        "may_stop": found.state in Broadcast.OPEN,
        "may_resume": found.current and found.state in actions.GOES_ON,
        "rest": {
            "caption": _("Who has not got it yet, by the numbers of their messages"),
            "columns": [
                {"label": _("Message")},
                {"label": pgettext("channel", "Way")},
                {"label": pgettext("delivery", "State")},
                {"label": pgettext("delivery", "Reason")},
                {"label": _("Tries"), "numeric": True},
            ],
            "rows": [
                [row.pk, row.get_channel_display(), row.get_state_display(),
                 row.get_reason_display() or "–", row.tries]
                for row in rest
            ],
            "stack": True,
        },
    }  # fmt: skip
    return render(request, "notifications/broadcast.html", context)


def facts(found: Broadcast, progress: Any) -> list[dict[str, Text]]:
    """For `components/summary_list.html`."""
    rows: list[tuple[Text, Any]] = [
        (_("Written"), short_instant(found.created_at)),
        (_("People at that instant"), progress.people),
        (_("Of these with their messages made"), progress.planned),
        (_("Sent"), progress.sent),
        (_("Waiting"), progress.waiting),
    ]
    others: list[tuple[Text, int]] = [
        (_("Perhaps sent, being asked about"), progress.unknown),
        (_("Left before it was sent"), progress.left),
        (_("Overtaken by a newer message"), progress.overtaken),
        (_("Given up for now"), progress.rest),
        (_("Refused or undeliverable"), progress.refused),
    ]
    rows += [(key, count) for key, count in others if count]
    if found.resume_at:
        rows.append((_("Goes on by itself"), short_instant(found.resume_at)))
    return [{"key": key, "value": str(value)} for key, value in rows]


@administrators_only
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
    """Stop one, or go on with the rest; a second click finds it done."""
    found = get_object_or_404(Broadcast, pk=pk)
    if action not in ACTIONS:
        raise Missing
    try:
        ACTIONS[action](pk)
    except WrongState as problem:
        notices.info(request, str(problem.detail))
    else:
        log.info("broadcast %s: %s by account %s", pk, action, person(request).pk)
        done = (
            _("Nothing more is sent of it.") if action == "stop" else _("The rest is being sent.")
        )
        notices.success(request, done)
    return redirect("notifications:broadcast", found.pk)
