"""Pages of enquiries at the desk, and the same for those who watch (/oversight/). Where they are
asked: `asking.py`."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import COUNTER, SUPERVISORS, SUPPLY_DESK
from applications.enquiries import queries
from applications.enquiries.actions import ENQUIRIES
from applications.enquiries.filters import ListFilter
from applications.enquiries.models import Enquiry
from applications.enquiries.reading import one_context, rows_of
from core.forms import form_of
from workflow.clocked.lists import Cell, Column, Listed
from workflow.clocked.pages import Pages, Side
from workflow.machine import acts_of

AT_WORK: Final = Side("enquiries", SUPPLY_DESK, "work:case")
WATCHED: Final = Side("oversight-enquiries", SUPERVISORS, "oversight:case")


def shown(enquiry: Enquiry, user: User, side: Side) -> dict[str, Any]:
    case = enquiry.application
    return {
        **one_context(enquiry),
        "case_url": reverse(side.case, args=[case.number]) if case else "",
    }


LISTED: Final = Listed(
    columns=(
        Column(gettext_lazy("Number"), lambda row: Cell(row.number, row.about)),
        Column(gettext_lazy("Place"), lambda row: Cell(row.place)),
        Column(gettext_lazy("Asked on"), lambda row: Cell(at=row.since)),
    ),
    none=gettext_lazy("No question waits for an answer"),
    then=gettext_lazy(
        "When somebody asks, the question stands here with the day by which it is answered."
    ),
    none_fits=gettext_lazy("No question fits these filters"),
    above="enquiries/_take_in.html",
)
PAGES: Final = Pages(
    templates="enquiries",
    heading=gettext_lazy("Questions"),
    back=gettext_lazy("Back to the question"),
    workflow=ENQUIRIES,
    at_work=AT_WORK,
    forms={name: form_of(said.body, rows=6) for name, said in acts_of(Enquiry).items()},
    filters=ListFilter,
    listed=queries.at_desk,
    find=queries.one_for,
    rows=rows_of,
    shows=LISTED,
    shown=shown,
    above=lambda _found, user: {"takes_in": user.role_in(*COUNTER) is not None},
)
