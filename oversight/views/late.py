from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import COORDINATORS, ISSUERS, OVERSIGHT, SUPERVISORS, Role, role_words
from applications import reveal
from applications.queries import case_for
from applications.work.permits import permit_context
from applications.work.reading import read_context
from approvals.actions import PERMITS
from approvals.pages import own_buttons
from approvals.queries import permit_for
from core.clock import city_now, local_date
from core.counting import Count
from core.events import words_of
from core.paging import page_of
from core.templatetags.city import calendar_days, day, figure, instant
from oversight import findings, loaded, publicity
from oversight import late as reads
from oversight.filters import LateFilter
from oversight.forms import LoadedFilter
from oversight.homes import PERIODS
from oversight.late import LateClock
from oversight.models import RectificationOrder
from oversight.pages import finding_rows, orders_about
from oversight.views.homes import homes_table
from publishing.sheets import BOM, written
from rules.city import city
from workflow.buttons import choices

watching = role_required(*OVERSIGHT)

CSV_CHUNK = 500


@require_safe
@watching
def late(request: HttpRequest) -> HttpResponse:
    districts = reads.watched(person(request))
    filters = LateFilter(request.GET, districts)
    district = filters.form.wanted("district")
    page = page_of(request, filters.qs, order=reads.ORDER)
    context = {
        "unpublished": len(publicity.overdue()),
        "form": filters.form,
        "page": page,
        "rows": list(rows(reads.with_cases(page.rows))),
        "counts": counts_table(reads.counts(filters.here)),
        "homes": homes_table(districts, district),
        "shown": shown_table({district} if district else districts),
        "query": request.GET.urlencode(),
        "may_order": person(request).role_in(*ISSUERS) is not None,
        "reads_enquiries": person(request).role_in(*SUPERVISORS) is not None,
        "reads_ratings": person(request).role_in(Role.REGULATOR, Role.LEAD_AGENCY) is not None,
    }
    return render(request, "oversight/late.html", context, status=filters.form.status)


def rows(found: Iterable[LateClock]) -> Iterator[dict[str, Any]]:
    now, names = city_now(), dict(reads.parties())
    for row in found:
        yield {
            "number": row.number,
            "has_case": row.has_case,
            "clock": row.limit,
            "permit_id": row.permit_id,
            "follow_up_id": row.follow_up_id,
            "enquiry_id": row.enquiry_id,
            "party": names[row.party],
            "shares": [
                {"party": names[one.party], "days": calendar_days(one.days)} for one in row.awaited
            ],
            "district": str(city().district(row.district).name),
            "due_on": row.due_on,
            "since": row.late_since,
            "ended_at": row.ended_at,
            "days": calendar_days(row.days_late(now)),
        }


def counts_table(counts: dict[str, dict[str, Count]]) -> dict[str, Any]:
    return {
        "caption": _("Limits passed, by who was awaited since"),
        "columns": [
            {"label": _("Who is awaited")},
            {"label": _("Awaited now"), "numeric": True},
            {"label": _("In all"), "numeric": True},
        ],
        "rows": [
            [
                {"text": name, "url": f"?party={code}"},
                str(counts[code]["open"]),
                str(counts[code]["total"]),
            ]
            for code, name in reads.parties()
        ],
    }


def shown_table(districts: set[str] | None) -> dict[str, Any]:
    """How often staff saw in full who a case is for."""
    today = local_date(city_now())
    starts = [today - timedelta(days=period - 1) for period in PERIODS]
    return {
        "caption": _("Names, numbers and phones seen in full, by role"),
        "columns": [
            {"label": _("Role")},
            *({"label": _("Since %(day)s") % {"day": day(start)}, "numeric": True}
              for start in starts),
        ],
        "rows": [
            [role_words(role), *map(figure, found)]
            for role, found in reveal.counts(districts, starts).items()
        ],
        "stack": True,
    }  # fmt: skip


def showings_table(found: Iterable[reveal.Showing]) -> dict[str, Any]:
    """Who saw it in one case, and why."""
    rows = [
        [instant(row.at), role_words(row.role), words_of(row.kind), row.reason] for row in found
    ]
    return {
        "caption": _("Name, number and phone seen in full"),
        "columns": [
            {"label": _("At what time")},
            {"label": _("Role")},
            {"label": _("What")},
            {"label": _("Reason given")},
        ],
        "rows": rows,
        "stack": True,
    }


@require_safe
@watching
def late_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a file, with the filters of the page; nothing personal is in it."""
    filters = LateFilter(request.GET, reads.watched(person(request)))
    filters.form.check()
    clocks, language = filters.qs.iterator(chunk_size=CSV_CHUNK), get_language() or ""

    def pieces() -> Iterator[str]:
        # It is read when the request is over, and its language with it.
        with override(language):
            head = [
                _("Case"), _("Limit"), _("Who is awaited"), _("District"), _("Last day"),
                _("Late since"), _("Ended"), _("Days late"), _("Days by who was awaited"),
            ]  # fmt: skip
            now, names = city_now(), dict(reads.parties())
            yield written([head])
            while chunk := reads.with_cases(islice(clocks, CSV_CHUNK)):
                lines = [
                    [
                        row.number,
                        row.limit,
                        names[row.party],
                        str(city().district(row.district).name),
                        row.due_on.isoformat(),
                        row.late_since.isoformat(),
                        row.ended_at.isoformat() if row.ended_at else "",
                        str(row.days_late(now)),
                        "; ".join(f"{names[one.party]} {one.days}" for one in row.awaited),
                    ]
                    for row in chunk
                ]
                yield written(lines).removeprefix(BOM)

    response = StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="late.csv"'
    return response


@require_safe
@watching
def rules(request: HttpRequest) -> HttpResponse:
    form = LoadedFilter(request.GET)
    kind = form.kind
    found = loaded.versions(kind)
    page = page_of(request, found.none() if form.errors else found, order=loaded.ORDER)
    table = versions_table(loaded.described(kind, page.rows), counted=kind == loaded.CALENDAR)
    context = {"form": form, "page": page, "table": table}
    return render(request, "oversight/rules.html", context, status=form.status)


def versions_table(found: Iterable[loaded.LoadedVersion], *, counted: bool) -> dict[str, Any]:
    """`counted`: whether the clocks that each of them moved are shown."""
    heads = [_("Let in"), _("What is new"), _("Approved by"), _("Reason given")]
    effects = [_("Last days moved"), _("Last days made final")] if counted else []
    return {
        "caption": _("Versions, newest first"),
        "stack": True,
        "columns": [
            *({"label": head} for head in heads),
            *({"label": head, "numeric": True} for head in effects),
            {"label": _("Version")},
        ],
        "rows": [
            [
                instant(row.loaded_at),
                _("; ").join(row.changes) or _("not recorded"),
                row.approved_by,
                row.reason or "–",
                *([figure(row.moved), figure(row.settled)] if counted else []),
                row.version,
            ]
            for row in found
        ],
    }


@require_safe
@watching
def case(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    found = case_for(number, user)
    context = read_context(found, user) | {
        "permit_url": "oversight:permit",
        "charge_url": "oversight-charges:one",
    }
    new = RectificationOrder(subject_kind=RectificationOrder.Subject.CASE, subject_ref=found.ref)
    context |= orders_about(found.ref, user, new, f"case={found.number}")
    context["showings"] = showings_table(reveal.showings(found))
    context["findings"] = finding_rows(findings.about(user, found.ref))
    return render(request, "oversight/case.html", context)


@require_safe
@watching
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = permit_for(user, pk)
    context = permit_context(found, user)
    new = RectificationOrder(subject_kind=RectificationOrder.Subject.PERMIT, subject_ref=found.ref)
    context |= orders_about(found.case_ref, user, new, f"permit={found.pk}")
    context["back_url"] = reverse("oversight:case", args=[context["number"]])
    if user.role_in(*COORDINATORS, district=found.district):
        context["coordinating"] = choices(PERMITS, found, user, own_buttons(found, user))
    return render(request, "oversight/permit.html", context)
