"""Reporting something, and reading what came of it."""

from typing import Any, Final

from django import forms
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
from applications.enquiries.asking import asking_page
from applications.views.visit import starting
from core.form_token import posted
from core.forms import FILES, FilesField, SeveralFiles, form_of
from core.place import one_client
from core.problems import Missing
from core.widgets import line_of
from documents.queries import about
from reliability.reports.actions import REPORTS, report
from reliability.reports.bodies import NewReport
from reliability.reports.kinds import ReportKind, Where
from reliability.reports.queries import own_numbered, reported_by
from reliability.reports.reading import by_when, own_context, own_rows
from rules.limits import Quota, limits

#: Pictures alone, whatever else documents may be.
PICTURES: Final = "image/jpeg,image/png,image/heic,image/heif"
#: Reports of one's own that the page lists, the newest; the copy of one's data has all.
SHOWN: Final = 20
DEGREES: Final = ("longitude", "latitude")
_Fields: Final = form_of(
    NewReport,
    rows=5,
    controls={
        **{
            name: forms.CharField(
                label=NewReport().fields[name].label,
                required=False,
                widget=line_of(10, inputmode="decimal"),
            )
            for name in DEGREES
        },
        "where": forms.ChoiceField(
            label=NewReport().fields["where"].label,
            choices=Where.choices,
            widget=forms.RadioSelect,
        ),
    },
)


class ReportForm(_Fields):  # type: ignore[misc,valid-type]
    """What somebody says of a thing of one kind; the kind is that of the page."""

    evidence = FilesField(
        label=gettext_lazy("Photos"),
        required=False,
        widget=SeveralFiles(attrs={"accept": PICTURES, "multiple": True}),
    )

    def __init__(self, *args: Any, kind: ReportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        del self.fields["kind"]
        del self.fields["where" if kind == ReportKind.POWER_OUT else "point"]
        most = limits().quotas[Quota.REPORT_PHOTOS]
        words = _("Up to %(count)d. Where and when they were taken is cut out of the files.")
        self.fields[FILES].help_text = words % {"count": most}

    def body(self) -> dict[str, Any]:
        return {"kind": self.kind.value, **super().body()}

    def field_of(self, pointer: str) -> str | None:
        name: str | None = super().field_of(pointer)
        return FILES if name in ("photos", "file") else name


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What can be reported, and what was reported before."""
    user = request.user
    before = list(reported_by(user)[:SHOWN]) if isinstance(user, User) else []
    kinds = [
        {"kind": kind.value, "label": kind.label, "by_when": by_when(kind)} for kind in ReportKind
    ]
    return render(request, "reports/start.html", {"kinds": kinds, "reports": own_rows(before)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Report something. Whoever is not known yet shows a phone, or signs in, and comes back."""
    if kind not in ReportKind.values:
        raise Missing
    if not isinstance(request.user, User) and request.method != "POST":
        return starting(request, onward=reverse("reports:new", args=[kind]))
    return _new(request, kind=ReportKind(kind))


@signed_in
def _new(request: HttpRequest, *, kind: ReportKind) -> HttpResponse:
    user = person(request)
    form = ReportForm(posted(request), request.FILES or None, kind=kind)

    def take(body: dict[str, Any]) -> str:
        client = one_client(request)
        return report(body=body, by=user, client=client, photos=form.uploads()).number

    def done(number: str) -> HttpResponse:
        messages.success(request, _("Your report is sent: %(number)s.") % {"number": number})
        return redirect("reports:one", number)

    return asking_page(
        request,
        form,
        take,
        template="reports/new.html",
        context={"kind": kind, "by_when": by_when(kind), "label_of_kind": kind.label},
        label=_("Send the report"),
        done=done,
    )


@never_cache
@signed_in
@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """A report of one's own."""
    found = own_numbered(number, person(request))
    photos = about(REPORTS.subject, found.pk).filter(uploaded_by=found.party_id)
    return render(request, "reports/own.html", own_context(found) | {"photos": photos})
