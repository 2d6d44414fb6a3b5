"""Pages of suggested faults at the desk, and of what is to be clarified."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.decorators import role_required
from core.counting import bounded
from core.paging import page_of
from reliability.monitoring import queries, reading
from reliability.monitoring.actions import SUGGESTIONS
from reliability.monitoring.filters import SuggestionListFilter, UnclearListFilter
from reliability.monitoring.models import MonitoringEvent, Suggestion
from reliability.records import READERS, Pages, Words


def beside() -> dict[str, Any]:
    """How the systems stand, and how much of what they tell is unclear."""
    rows = queries.unclear().order_by(*MonitoringEvent.ORDER)
    return {"systems": reading.systems_table(), "unclear": bounded(rows)}


def elsewhere(one: Suggestion, action: str) -> str:
    """An outage is reported by its own form."""
    if action != "report":
        return ""
    return f"{reverse('work-outages:new')}?suggestion={one.number}"


PAGES: Final = Pages(
    name="fault-suggestions",
    words=Words(
        title=gettext_lazy("Faults suggested by monitoring"),
        one=gettext_lazy("Suggestion"),
        new="",
        nothing=gettext_lazy("No suggestion is here"),
        what=gettext_lazy(
            "Where monitoring tells that voltage was lost and no outage explains it, it stands "
            "here until somebody decides."
        ),
        made="",
    ),
    workflow=SUGGESTIONS,
    filters=SuggestionListFilter,
    order=lambda _filters: Suggestion.ORDER,
    found=queries.suggestions,
    shown=reading.shown,
    page_shown=reading.page_shown,
    list_template="reliability/suggestions.html",
    beside=beside,
    elsewhere=elsewhere,
)


@require_safe
@role_required(*READERS)
def unclear(request: HttpRequest) -> HttpResponse:
    """What was told and cannot be understood, newest first (待核实)."""
    filters = UnclearListFilter(request.GET, queries.unclear())
    page = page_of(request, filters.qs, order=MonitoringEvent.ORDER)
    context = {"form": filters.form, "page": page, "table": reading.unclear_table(page.rows)}
    return render(request, "reliability/unclear.html", context, status=filters.form.status)
