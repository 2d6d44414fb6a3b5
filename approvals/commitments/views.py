"""The list of what is to be checked afterwards, for the bureaus, and for those who watch."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import BUREAU_ROLES, OVERSIGHT, Role
from approvals.commitments.filters import ChecksFilter
from approvals.commitments.pages import barred_words, listed
from approvals.commitments.queries import at_desk, barred_bureaus, watched
from approvals.queries import bureaus_listed
from core.clock import city_now
from core.paging import page_of
from core.problems import Text
from rules.city import city


@dataclass(frozen=True, slots=True)
class Side:
    """From where somebody looks: the page of a permit, and the list that leads here."""

    one: str
    back: str
    back_label: Text


DESK = Side("bureau:permit", "bureau:list", _("Permits to decide"))
WATCHING = Side("oversight:permit", "oversight:late", _("What is late"))


@require_safe
@role_required(*BUREAU_ROLES, Role.DIGITAL)
def desk(request: HttpRequest) -> HttpResponse:
    user = person(request)
    filters = ChecksFilter(request.GET, at_desk(user), bureaus=bureaus_listed(user))
    return checks(request, filters, DESK)


@require_safe
@role_required(*OVERSIGHT)
def oversight(request: HttpRequest) -> HttpResponse:
    found = watched(person(request).districts(*OVERSIGHT))
    filters = ChecksFilter(request.GET, found, bureaus=len(city().bureaus))
    return checks(request, filters, WATCHING)


def checks(request: HttpRequest, filters: ChecksFilter, side: Side) -> HttpResponse:
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "page": page,
        "rows": listed(page.rows, city_now()),
        "side": side,
        "barred": barred_words(barred_bureaus()),
    }
    return render(request, "approvals/checks.html", context, status=filters.form.status)
