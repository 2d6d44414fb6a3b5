"""What cases are charged, and what of it is paid to affiliates of the supply company."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from core.paging import page_of
from money.charges.queries import NEWEST_FIRST, charged
from oversight.filters import ChargeFilter
from oversight.late import watched
from rules.city import city


@require_safe
@role_required(*OVERSIGHT)
def charges(request: HttpRequest) -> HttpResponse:
    """Newest first: of which case, by which item and basis, how much, and who is paid."""
    filters = ChargeFilter(request.GET, charged(watched(person(request))))
    page = page_of(request, filters.qs, order=NEWEST_FIRST)
    context = {
        "form": filters.form,
        "page": page,
        "rows": [
            {"charge": row, "district": str(city().district(row.district).name)}
            for row in page.rows
        ],
    }
    return render(request, "oversight/charges.html", context, status=filters.form.status)
