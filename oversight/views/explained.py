"""The share of cases with the rules explained before their filing (办理一户、宣传一户)."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from applications.models import Application
from core.templatetags.city import day, figure
from oversight import explained as reads
from oversight.explained import Explained, Share
from oversight.filters import DistrictFilter
from oversight.late import watched
from oversight.models import FilingDay
from rules.city import city


@require_safe
@role_required(*OVERSIGHT)
def explained(request: HttpRequest) -> HttpResponse:
    districts = watched(person(request))
    form = DistrictFilter(request.GET, FilingDay.objects.none()).form
    found = reads.figures(districts, district=form.wanted("district"))
    context = {"form": form, "table": table_of(found) if found.places else None}
    return render(request, "oversight/explained.html", context, status=form.status)


def table_of(found: Explained) -> dict[str, Any]:
    """All together first, then each district and channel."""
    channels = Application.Channel
    return {
        "caption": _("Filed cases with the rules explained"),
        "columns": [
            {"label": _("District")},
            {"label": _("Channel")},
            *({"label": _("Filed since %(day)s") % {"day": day(one.since)}, "numeric": True}
              for one in found.total),
        ],
        "rows": [
            [_("All together"), "–", *cells(found.total)],
            *(
                [
                    str(city().district(place.district).name),
                    str(channels(place.channel).label),
                    *cells(place.periods),
                ]
                for place in found.places
            ),
        ],
        "stack": True,
    }  # fmt: skip


def cells(periods: Iterable[Share]) -> list[str | None]:
    """How many of how many, and the share; None where nothing was filed."""
    text = _("%(explained)s of %(filed)s (%(share)s%%)")
    return [
        None
        if one.share is None
        else text
        % {
            "explained": figure(one.explained),
            "filed": figure(one.filed),
            "share": figure(100 * one.share, 1),
        }
        for one in periods
    ]
