"""Outages in public: what is off now, announced and over, as a page, as data, for calendars and for
readers of feeds; and whether one is known where somebody is a customer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import limits
from core.answers import page_of as answers_page
from core.api import body_of
from core.bodies import Body, NumberedField, read
from core.clock import city_now
from core.filters import narrowed, parameters_of
from core.forms import form_of
from core.ics import calendar_answer, calendar_file, escaped, utc
from core.paging import page_of, paged
from core.place import client_address
from disclosure.api import PublicView
from disclosure.cells import cell_of
from disclosure.feeds import Entry, atom
from disclosure.outage_map import outage_map
from disclosure.public import kept_page, metered, public_csv, public_file, public_page
from disclosure.queries import hotlines, known_district
from disclosure.serializers import Hotline, OutageNotice
from grid.points.models import POINT_MAX
from reliability.outages import queries, reading
from reliability.outages.answers import OutageAnswer
from reliability.outages.filters import ListFilter, OutageFilter
from reliability.outages.models import Outage
from reliability.outages.workflow import OutageState
from reliability.queries import notice
from rules.city import city_code
from rules.limits import Meter

#: A feed and a calendar hold what is off or announced, and what has ended in so many days.
FEED_DAYS: Final = 31
MOST_FED: Final = 500


@kept_page(by_the_minute=True)
def page(request: HttpRequest) -> HttpResponse:
    """What is off now where nothing else is asked for."""
    filters = ListFilter(request.GET, Outage.objects.all())
    found = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "shown": filters.wanted,
        "page": found,
        "rows": reading.rows_of(found.rows),
        **outage_map(),
        "notice": notice(district=filters.form.wanted("district")),
    }
    return render(request, "disclosure/outages.html", context, status=filters.form.status)


@public_page
def one_page(request: HttpRequest, number: str) -> HttpResponse:
    outage = queries.numbered(number)
    context = {
        "outage": outage,
        "title": reading.place_words(outage),
        "tags": reading.tags(outage),
        "sentence": reading.sentence(outage, city_now()),
        "facts": reading.facts(outage),
        "stages": reading.stages(outage),
    }
    return render(request, "disclosure/outage.html", context)


class Customer(Body):
    """The number of a customer, which is that of the meter."""

    customer_number = NumberedField(
        label=gettext_lazy("Customer number"),
        max_length=POINT_MAX,
        help_text=gettext_lazy("It stands on the bill and on the meter. It is not kept."),
    )


CustomerForm = form_of(Customer)
# It is sent and never stands in an address, nor in what a browser offers the next person.
CustomerForm.base_fields["customer_number"].widget.attrs["autocomplete"] = "off"


def known_for(customer_number: str, client: str) -> QuerySet[Outage]:
    """What is off or announced where a customer is connected; nothing for a number that nobody
    knows, so that nobody learns which there are.

    Raises:
        TooMany: the client asks too often.
    """
    limits.spend(Meter.OUTAGE_ADDRESS, client)
    return queries.of_customer(customer_number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_customer(request: HttpRequest) -> HttpResponse:
    form = CustomerForm(request.POST if request.method == "POST" else None)
    found: list[Outage] = []
    if form.is_valid():
        found = list(known_for(form.body()["customer_number"], client_address(request)))
    rows = reading.rows_of(found)
    context = {"form": form, "rows": rows, "asked": form.is_bound and form.is_valid()}
    status = 422 if form.errors else 200
    return render(request, "disclosure/outages_customer.html", context, status=status)


# For programs


@extend_schema_view(
    get=extend_schema(
        operation_id="disclosure_outages",
        responses=inline_serializer(
            "PublicOutages",
            {
                **answers_page(OutageAnswer).fields,
                "notice": OutageNotice(),
                "hotlines": Hotline(many=True),
            },
        ),
        parameters=parameters_of(OutageFilter),
    )
)
class OutagesView(PublicView):
    def get(self, request: Request) -> Response:
        """Outages, newest first, with every time of the record."""
        found = narrowed(OutageFilter, request, queries.whole())
        answer = paged(request, found, OutageAnswer, order=("-begins_at", "-id"))
        answer.data |= {
            "notice": OutageNotice(notice(district=request.query_params.get("district", ""))).data,
            "hotlines": hotlines(),
        }
        return answer


@extend_schema_view(get=extend_schema(responses=OutageAnswer))
class OutageView(PublicView):
    def get(self, request: Request, number: str) -> Response:
        """One outage."""
        return Response(OutageAnswer(queries.numbered(number)).data)


@extend_schema_view(post=extend_schema(request=Customer, responses=OutageAnswer(many=True)))
class CustomerView(APIView):
    """Open to everybody; kept by nobody."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """What is off or announced where a customer is connected; an empty list for a number that
        nobody knows."""
        said = read(Customer, body_of(request))
        found = known_for(said["customer_number"], client_address(request))
        return Response(OutageAnswer(found, many=True).data, headers={"Cache-Control": "no-store"})


def asked_lately(request: HttpRequest) -> QuerySet[Outage]:
    """As `lately`. Raises Invalid for a district that the city does not have."""
    return lately(known_district(request.GET.get("district", "")))


def lately(district: str = "") -> QuerySet[Outage]:
    """What is off or announced, and what has ended lately, of a district or all."""
    found = queries.lately(city_now() - timedelta(days=FEED_DAYS))
    return (found.filter(district=district) if district else found)[:MOST_FED]


COLUMNS: Final = tuple(
    name
    for name, field in OutageAnswer().fields.items()
    if not isinstance(field, serializers.SerializerMethodField)
)


@metered
@public_page
def table_csv(request: HttpRequest) -> HttpResponse:
    """What is off or announced, and what has ended lately, as a table."""
    return public_csv("outages", lines(asked_lately(request)))


def lines(found: QuerySet[Outage]) -> Iterator[list[str]]:
    """With the names of the columns first."""
    yield list(COLUMNS)
    for row in OutageAnswer(found, many=True).data:
        yield [cell_of(row[name]) for name in COLUMNS]


# For calendars


@metered
@public_page
def calendar(request: HttpRequest) -> HttpResponse:
    """A calendar to subscribe to."""
    text = calendar_file("Outages", map(_event, _planned(asked_lately(request))))
    return public_file(calendar_answer(text, "outages"))


@metered
@public_page
def one_calendar(request: HttpRequest, number: str) -> HttpResponse:
    outage = queries.numbered(number)
    text = calendar_file("Outages", map(_event, _planned([outage])))
    return public_file(calendar_answer(text, outage.number))


def _planned(found: Any) -> list[Outage]:
    """What nobody planned stands in no calendar."""
    return [outage for outage in found if outage.planned_from]


def _event(outage: Outage) -> Iterator[str]:
    cancelled = outage.state == OutageState.CANCELLED
    yield f"UID:{outage.ref}@{city_code()}.tongdian"
    yield f"DTSTAMP:{utc(outage.told_at)}"
    yield f"LAST-MODIFIED:{utc(outage.told_at)}"
    yield f"SEQUENCE:{outage.version}"
    assert outage.planned_from is not None  # `_planned`
    assert outage.planned_until is not None
    yield f"DTSTART:{utc(outage.off_at or outage.planned_from)}"
    yield f"DTEND:{utc(outage.on_at or outage.planned_until)}"
    what = _("Power off: {area}").format(area=outage.area)
    yield f"SUMMARY:{escaped(what)}"
    yield f"DESCRIPTION:{escaped(reading.sentence(outage, city_now()))}"
    yield f"LOCATION:{escaped(reading.place_words(outage))}"
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"


# For readers of feeds


@metered
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """Each step that must be seen is an entry of its own."""
    found = sorted(asked_lately(request), key=lambda outage: outage.told_at, reverse=True)
    return atom(
        request,
        name="outages",
        title=_("Outages"),
        path=reverse("disclosure:outages"),
        entries=map(_entry, found),
    )


def _entry(outage: Outage) -> Entry:
    return Entry(
        name=f"outage:{outage.number}:{outage.version}",
        title=f"{reading.tags(outage)[0]['text']} · {reading.place_words(outage)}",
        path=reverse("disclosure:outage", args=[outage.number]),
        text=reading.sentence(outage, city_now()),
        published=outage.announced_at,
        updated=outage.told_at,
    )
