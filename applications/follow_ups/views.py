"""Pages of follow-ups: the same for the lead who closes them (/work/) and for those who watch
(/oversight/); and whom to call, for the lead alone."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import Role
from applications import casefile
from applications.follow_ups import queries
from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.filters import ListFilter
from applications.follow_ups.models import FollowUp
from applications.follow_ups.reading import one_context, rows_of
from applications.follow_ups.reveal import reveal
from applications.reveal import Reveal
from core.form_token import posted
from core.forms import form_of
from workflow.clocked.lists import Cell, Column, Listed
from workflow.clocked.pages import Pages, Side
from workflow.machine import acts_of
from workflow.pages import act_once, answer_form

AT_WORK: Final = Side("follow-ups", (Role.SUPPLY_LEAD,), "work:case")
WATCHED: Final = Side("oversight-follow-ups", (Role.REGULATOR, Role.LEAD_AGENCY), "oversight:case")
IdentityForm = form_of(Reveal, rows=2)


def shown(follow_up: FollowUp, user: User, side: Side) -> dict[str, Any]:
    return {
        **one_context(follow_up, user),
        "case_url": reverse(side.case, args=[follow_up.application.number]),
        "identity_url": reverse("follow-ups:identity", args=[follow_up.pk]),
    }


LISTED: Final = Listed(
    columns=(
        Column(gettext_lazy("Rating"), lambda row: Cell(row.level, row.stage)),
        Column(gettext_lazy("Number"), lambda row: Cell(row.number, row.kind)),
        Column(gettext_lazy("Place"), lambda row: Cell(row.place)),
        Column(gettext_lazy("Rated on"), lambda row: Cell(at=row.since)),
    ),
    none=gettext_lazy("No low rating is open"),
    then=gettext_lazy(
        "When a customer is not satisfied, it stands here at that moment, with the day by which "
        "somebody speaks to the customer."
    ),
    none_fits=gettext_lazy("No low rating fits these filters"),
    note=gettext_lazy(
        "What runs out first stands first. Nobody who took a step in a case, and nobody whose own "
        "case it is, sees how it was rated."
    ),
    above="oversight/_counts.html",
)
PAGES: Final = Pages(
    templates="follow_ups",
    heading=gettext_lazy("Low ratings to follow up"),
    back=gettext_lazy("Back to the low rating"),
    workflow=FOLLOW_UPS,
    at_work=AT_WORK,
    forms={name: form_of(said.body, rows=4) for name, said in acts_of(FollowUp).items()},
    filters=ListFilter,
    listed=queries.watched,
    find=queries.one_for,
    rows=rows_of,
    shows=LISTED,
    shown=shown,
    above=lambda found, _user: {"counts": queries.counts(found)},
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*AT_WORK.roles)
def identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to call: shown to the lead for a reason, and never by going back to the page."""
    user = person(request)
    one = queries.one_for(pk, user)
    FOLLOW_UPS.role_in(one, FOLLOW_UPS.acts(one)["close"], user)
    form = IdentityForm(posted(request))

    def act(_version: int) -> None:
        """Nothing moves: the version does not matter."""
        reveal(one, form.body(), by=user)

    def to_call() -> HttpResponse:
        context = {
            "case": one.application,
            "one_url": reverse("follow-ups:one", args=[one.pk]),
            "rows": casefile.who_rows(one.application),
        }
        return render(request, "follow_ups/identity.html", context)

    return answer_form(
        form,
        lambda: act_once(request, FOLLOW_UPS, one, {"identity": form.body()}, act),
        page=lambda form: PAGES.form_page(
            request, one, form, _("Show name, number and phone in full")
        ),
        overtaken=lambda problem: PAGES.drawn(request, FOLLOW_UPS.read_anew(one), problem),
        done=to_call,
    )
