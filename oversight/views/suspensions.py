"""Reviews that stand still by law for longer than the bureau expected (行政许可法 45)."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from approvals.exclusions import LONGEST, exclusions, overrun
from approvals.offices import office_of
from approvals.wording import permit_name
from core.clock import city_now
from core.paging import page_of
from oversight.filters import DistrictFilter
from oversight.late import watched
from oversight.lists import permits_of
from rules.city import city


@require_safe
@role_required(*OVERSIGHT)
def suspensions(request: HttpRequest) -> HttpResponse:
    """The longest over first: of which permit, on which ground, since when and by how much."""
    now = city_now()
    filters = DistrictFilter(request.GET, overrun(permits_of(watched(person(request)))))
    page = page_of(request, filters.qs, order=LONGEST)
    prefetch_related_objects(page.rows, "excluded")
    context = {
        "form": filters.form,
        "page": page,
        "rows": [
            {
                "permit": permit,
                "name": permit_name(permit.permit),
                "number": permit.line_works.application,
                "bureau": office_of(permit),
                "district": str(city().district(permit.district).name),
                "one": exclusions(permit, now)[-1],
            }
            for permit in page.rows
        ],
    }
    return render(request, "oversight/suspensions.html", context, status=filters.form.status)
