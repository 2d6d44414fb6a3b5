"""Homes against their target, and the open ones that are past it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from core.paging import page_of
from core.templatetags.city import day, figure, holder_name, working_days
from oversight import homes as reads
from oversight.filters import DistrictFilter
from oversight.late import watched
from rules.city import city


@require_safe
@role_required(*OVERSIGHT)
def homes(request: HttpRequest) -> HttpResponse:
    """The figures, and the list of open homes past their target."""
    districts = watched(person(request))
    filters = DistrictFilter(request.GET, reads.past_target(districts))
    page = page_of(request, filters.qs, order=reads.ORDER)
    context = {
        "form": filters.form,
        "page": page,
        "rows": [
            {
                "number": row.number,
                "district": str(city().district(row.district).name),
                "filed_on": row.filed_on,
                "target_on": row.target_on,
                "days": working_days(row.days),
                "holder": holder_name(row.holder),
            }
            for row in reads.open_homes(page.rows)
        ],
        "homes": homes_table(districts, filters.form.wanted("district")),
    }
    return render(request, "oversight/homes.html", context, status=filters.form.status)


def homes_table(districts: set[str] | None, district: str) -> dict[str, Any]:
    found = reads.figures(districts, district=district)
    query = f"?{urlencode({'district': district})}" if district else ""
    link = {
        "text": _("%(past)s of %(open)s open")
        % {"past": str(found.past_target), "open": figure(found.open)},
        "url": reverse("oversight:homes") + query,
    }
    return {
        "caption": _("Homes: from filing to power on"),
        "columns": [
            {"label": _("Energised since")},
            {"label": _("Homes energised"), "numeric": True},
            {"label": _("Mean"), "unit": _("working days"), "numeric": True},
            {"label": _("Target"), "unit": _("working days"), "numeric": True},
            {"label": _("Open now, past the target")},
            {
                "label": _("Mean if all open ones ended now"),
                "unit": _("working days"),
                "numeric": True,
            },
        ],
        "rows": [
            [
                day(row.since),
                figure(row.cases),
                None if row.mean is None else figure(row.mean, 2),
                figure(found.target.days),
                link,
                None if row.with_open is None else figure(row.with_open, 2),
            ]
            for row in found.averages
        ],
        "stack": True,
        "source": {
            "title": found.target.source.title,
            "clause": found.target.clause,
            "as_of": found.today,
        },
    }
