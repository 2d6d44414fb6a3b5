"""Cases that the supply company closed because nothing came from the applicant."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT
from applications.lists import ENDED, ENDED_ORDER
from applications.models import Application
from applications.states import State
from applications.wording import kind_words
from core.counting import counted
from core.paging import page_of
from oversight.filters import DistrictFilter
from oversight.late import watched
from oversight.lists import lying_in
from rules.city import city


@require_safe
@role_required(*OVERSIGHT)
def closings(request: HttpRequest) -> HttpResponse:
    """Newest first: what each waited for, since when, when the applicant was reminded, and why it
    was closed; beside it how many were closed, and how many withdrawn by their applicants."""
    here = lying_in(watched(person(request)), Application.objects.filter(ENDED))
    filters = DistrictFilter(request.GET, here.filter(state=State.CLOSED))
    page = page_of(request, filters.qs, order=ENDED_ORDER)
    ended = DistrictFilter(request.GET, here).qs
    counts = counted(
        {
            state.value: ended.filter(state=state).order_by(*ENDED_ORDER)
            for state in (State.CLOSED, State.WITHDRAWN)
        }
    )
    after = Application.objects.filter(continues__in=[case.pk for case in page.rows])
    again = dict(after.values_list("continues_id", "number"))
    context = {
        "form": filters.form,
        "page": page,
        "rows": [
            {
                "case": case,
                "kind": kind_words(case.kind),
                "district": str(city().district(case.district).name),
                "again": again.get(case.pk, ""),
            }
            for case in page.rows
        ],
        "counts": _("Closed: %(closed)s. Withdrawn by the applicants: %(withdrawn)s.")
        % {name: str(count) for name, count in counts.items()},
    }
    return render(request, "oversight/closings.html", context, status=filters.form.status)
