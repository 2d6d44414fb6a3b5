"""The publicity calendar in public: a page, a file for calendars, data."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.clock import begin_of, city_now
from core.ics import calendar_answer, calendar_file, escaped, utc
from core.templatetags.city import day, instant
from disclosure.api import PublicView
from disclosure.public import kept_page, metered, public_file, public_page
from disclosure.queries import hotlines, today
from disclosure.rows import noted
from disclosure.serializers import PublicityCalendar
from disclosure.table_pages import page_of_table
from disclosure.tables import Shown, districts_words, drawn
from money.prices.notice import Notice
from oversight import publicity
from oversight.publicity import Entry, Sort
from publishing.models import Publication
from rules.city import city_code


def what(entry: Entry) -> str:
    """The table, with the districts whose figures are due."""
    label = str(entry.kind.label)
    return noted(label, districts_words(entry.places)) if entry.places else label


def happens(entry: Entry) -> str:
    """What the day is of, in words."""
    if entry.sort == Sort.DUE:
        if entry.as_of is None:
            return _("Figures are to be published; none ever were")
        return _("New figures are to be published; those of {day} stand").format(
            day=day(entry.as_of)
        )
    if entry.sort == Sort.BEGINS:
        words = ngettext("%(count)s row takes effect", "%(count)s rows take effect", entry.rows)
    else:
        words = ngettext(
            "%(count)s row is in force for the last day",
            "%(count)s rows are in force for the last day",
            entry.rows,
        )
    return words % {"count": entry.rows}


def basis(entry: Entry) -> str:
    """By what the day is known."""
    if entry.rule is None:
        return _("as published")
    if entry.rule.ours:
        return noted(entry.rule.clause, _("how often, is the city's own choice"))
    return str(entry.rule.clause)


def late_words(entry: Entry) -> str:
    """By how much something is overdue."""
    words = ngettext("overdue by %(count)s day", "overdue by %(count)s days", entry.late_by)
    return words % {"count": entry.late_by}


def _columns(*more: Shown) -> Sequence[Shown]:
    return (
        Shown(_("Day"), lambda entry: day(entry.day)),
        *more,
        Shown(
            _("What"),
            lambda entry: {"text": what(entry), "url": reverse(page_of_table(entry.kind))},
        ),
        Shown(_("What is due, begins or ends"), happens),
        Shown(_("By what"), basis),
    )


@kept_page()
def page(request: HttpRequest) -> HttpResponse:
    entries = publicity.calendar()
    late = [entry for entry in entries if entry.overdue]
    coming = [entry for entry in entries if not entry.overdue]
    notice = Notice.at(city_now())
    context = {
        "late": late and drawn(_columns(Shown(_("By how much"), late_words)), late, _("Overdue")),
        "coming": drawn(_columns(), coming, _("What comes")),
        "lately": drawn(_lately_columns(), publicity.lately(), _("Published in the last 31 days")),
        "first_price_day": notice.first_day,
        "clause": notice.rule.clause,
    }
    return render(request, "disclosure/calendar.html", context)


def _lately_columns() -> Sequence[Shown]:
    def link(publication: Publication) -> dict[str, str]:
        args = [publication.kind, publication.number]
        return {
            "text": str(publication.get_kind_display()),
            "url": reverse("disclosure:publication", args=args),
        }

    return (
        Shown(_("Published at"), lambda one: instant(one.published_at)),
        Shown(_("What"), link),
        Shown(_("New rows"), lambda one: str(one.added), numeric=True),
        Shown(_("Corrected"), lambda one: str(one.changed), numeric=True),
        Shown(_("Withdrawn"), lambda one: str(one.withdrawn), numeric=True),
        Shown(_("Source"), lambda one: one.source),
    )


@metered
@public_page
def ics(request: HttpRequest) -> HttpResponse:
    """A calendar to subscribe to."""
    text = calendar_file(
        "Publicity", map(partial(_event, utc(begin_of(today()))), publicity.calendar())
    )
    return public_file(calendar_answer(text, "publicity"))


def _event(stamp: str, entry: Entry) -> Iterator[str]:
    title = f"{what(entry)} · {happens(entry)}"
    if entry.overdue:
        title = _("Overdue: {title}").format(title=title)
    yield f"UID:{entry.kind}-{entry.sort}-{entry.day}-{entry.as_of}@{city_code()}.tongdian"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"SUMMARY:{escaped(title)}"
    yield f"DESCRIPTION:{escaped(basis(entry))}"
    yield "TRANSP:TRANSPARENT"


@extend_schema_view(
    get=extend_schema(operation_id="disclosure_calendar", responses=PublicityCalendar)
)
class CalendarView(PublicView):
    def get(self, request: Request) -> Response:
        """What is overdue, what comes by day, and what was published in the last 31 days."""
        found: dict[str, Any] = {
            "entries": publicity.calendar(), "published": publicity.lately(),
            "hotlines": hotlines(),
        }  # fmt: skip
        return Response(PublicityCalendar(found).data)
