"""Pages of complaints about interruptions: where one is made, and the same pages of it for the
regulator who decides (/oversight/), the supply company (/work/) and whoever complained
(/interruptions/), with an account or a phone that has shown a code."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, signed_in
from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from applications.enquiries.asking import asking_page
from applications.views.visit import starting
from core.form_token import posted
from core.forms import form_of
from core.place import one_client
from core.problems import Missing
from oversight.forms import DAYS
from oversight.interruptions import queries
from oversight.interruptions.actions import INTERRUPTIONS, complain
from oversight.interruptions.filters import ListFilter
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.reading import by_when, one_context, own_rows, rows_of
from oversight.interruptions.workflow import COMPANY, NewInterruption
from workflow.clocked.lists import Cell, Column, Listed
from workflow.clocked.pages import Pages, Side
from workflow.machine import acts_of

OWN: Final = Side("own-interruptions", (Role.APPLICANT,), "", frame="base.html", lists=False)
AT_WORK: Final = Side("interruptions", COMPANY, "")
WATCHED: Final = Side("oversight-interruptions", SUPERVISORS, "")
ComplaintForm = form_of(NewInterruption, rows=6)
#: Complaints of one's own that the page lists, the newest; the copy of one's data has all.
SHOWN: Final = 20


def shown(complaint: InterruptionComplaint, user: User, side: Side) -> dict[str, Any]:
    context = one_context(complaint, user)
    if not side.lists:
        context |= {
            "list_url": reverse("own-interruptions:new"),
            "list_label": _("Power cut off wrongly"),
        }
    return context


LISTED: Final = Listed(
    columns=(
        Column(
            gettext_lazy("Enterprise"),
            lambda row: Cell(row.enterprise, row.number) if row.enterprise else Cell(row.number),
        ),
        Column(gettext_lazy("State"), lambda row: Cell(tags=row.tags)),
        Column(gettext_lazy("Place"), lambda row: Cell(row.place)),
        Column(gettext_lazy("Cut since"), lambda row: Cell(at=row.began_at)),
        Column(gettext_lazy("Complained on"), lambda row: Cell(at=row.since)),
    ),
    none=gettext_lazy("No complaint waits for a decision"),
    then=gettext_lazy(
        "When an enterprise complains that its supply was interrupted wrongly, it stands here at "
        "that moment, with the day by which the regulator decides."
    ),
    none_fits=gettext_lazy("No complaint fits these filters"),
    note=gettext_lazy(
        "Where the power is still off stands first, then what runs out first. When the supply was "
        "cut, and whether it is back, is what whoever complained says."
    ),
)
PAGES: Final = Pages(
    templates="interruptions",
    heading=gettext_lazy("Complaints about interruptions"),
    back=gettext_lazy("Back to the complaint"),
    workflow=INTERRUPTIONS,
    at_work=WATCHED,
    forms={
        name: form_of(said.body, rows=6, files=said.files, controls={"days": DAYS})
        for name, said in acts_of(InterruptionComplaint).items()
    },
    filters=ListFilter,
    listed=queries.watched,
    find=queries.staffed,
    rows=rows_of,
    shows=LISTED,
    shown=shown,
)
COMPANY_PAGE: Final = replace(PAGES, at_work=AT_WORK, listed=queries.at_company)
OWN_PAGE: Final = replace(PAGES, at_work=OWN, find=queries.own)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complaining(request: HttpRequest) -> HttpResponseBase:
    """Complain. Whoever is not known yet shows a phone, or signs in, and comes back."""
    if not isinstance(request.user, User) and request.method != "POST":
        return starting(request, onward=reverse("own-interruptions:new"))
    return _complaining(request)


@signed_in
def _complaining(request: HttpRequest) -> HttpResponse:
    user = person(request)

    def done(number: str) -> HttpResponse:
        said = _("Your complaint %(number)s is with the regulator. Here you can add photos to it.")
        messages.success(request, said % {"number": number})
        return redirect("own-interruptions:one", queries.own_numbered(number, user).pk)

    return asking_page(
        request,
        ComplaintForm(posted(request)),
        lambda body: complain(body=body, by=user, client=one_client(request)).number,
        label=_("Send the complaint"),
        template="interruptions/complain.html",
        context={"by_when": by_when(), "before": own_rows(queries.own_of(user)[:SHOWN])},
        done=done,
    )


@never_cache
@require_safe
def follow(request: HttpRequest) -> HttpResponseBase:
    """Find a complaint of one's own by its number; without an account its phone shows itself."""
    if not isinstance(request.user, User):
        return starting(request, onward=request.get_full_path())
    try:
        one = queries.own_numbered(request.GET.get("number", ""), request.user)
    except Missing:
        refused = _("There is no complaint of yours with this number.")
        context = {"refused": refused, "before": own_rows(queries.own_of(request.user)[:SHOWN])}
        return render(request, "interruptions/follow.html", context, status=404)
    return redirect("own-interruptions:one", one.pk)
