"""The style guide: every component with content as long as it gets in real work."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from approvals.wording import permit_name
from approvals.workflow import TURN, State
from core.clock import CITY
from core.templatetags.city import due_day, figure, short_instant, working_days
from core.widgets import DateParts, HintedRadios
from rules.names import Permit
from rules.registry import calendar

COLOURS = (
    ("ink", gettext_lazy("Text")),
    ("muted", gettext_lazy("Secondary text")),
    ("line", gettext_lazy("Lines")),
    ("wash", gettext_lazy("Tinted ground")),
    ("primary", gettext_lazy("Links, what is chosen")),
    ("spark", gettext_lazy("The one action, the live state")),
    ("success", gettext_lazy("Done")),
    ("warning", gettext_lazy("Soon due")),
    ("danger", gettext_lazy("Late, refused")),
    ("supplier", gettext_lazy("Supply company")),
    ("applicant", gettext_lazy("Applicant")),
    ("government", gettext_lazy("Government")),
)


class SampleForm(forms.Form):
    line = forms.CharField(
        label=gettext_lazy("Address of the connection"),
        help_text=gettext_lazy("Street, number, building, unit and door, as on the deed."),
        max_length=200,
    )
    phone = forms.CharField(
        label=gettext_lazy("Mobile phone"),
        help_text=gettext_lazy("For messages about this case; nothing else is sent."),
        widget=forms.TextInput(attrs={"class": "td-input--width-20", "inputmode": "tel"}),
    )
    voltage = forms.ChoiceField(
        label=gettext_lazy("Voltage"),
        choices=[
            ("low", gettext_lazy("Low voltage, 220 or 380 V")),
            ("high", gettext_lazy("High voltage, 10 kV and above")),
        ],
        widget=HintedRadios(hints={"low": gettext_lazy("Homes, shops, offices, charging posts.")}),
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("What the power is for"),
        choices=[
            ("commercial", gettext_lazy("Shop, restaurant or office")),
            ("industrial", gettext_lazy("Workshop or factory")),
            ("agricultural", gettext_lazy("Farming, irrigation")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    district = forms.ChoiceField(
        label=gettext_lazy("District"),
        choices=[("", gettext_lazy("Choose")), ("1", gettext_lazy("The high-tech zone"))],
    )
    wanted_on = forms.DateField(
        label=gettext_lazy("Day on which a visit suits you"),
        help_text=gettext_lazy("Any working day."),
        widget=DateParts,
        required=False,
    )
    identity = forms.FileField(
        label=gettext_lazy("Identity document"),
        help_text=gettext_lazy("PDF, JPEG or PNG, up to 20 MB."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Anything the customer manager should know"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=300,
        required=False,
    )
    password = forms.CharField(label=gettext_lazy("Password"), widget=forms.PasswordInput)
    mandate = forms.BooleanField(
        label=gettext_lazy("I apply for somebody else and hold their mandate"), required=False
    )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    form = SampleForm(
        {
            "line": _("Unit 2, door 1203, building 7, 188 Huidong Road, Ziliujing"),
            "wanted_on_year": "2026",
            "wanted_on_month": "13",
            "wanted_on_day": "2",
        },
        MultiValueDict({"identity": [SimpleUploadedFile("deed.pdf", b"%PDF-1.7")]}),
    )
    context = {
        "colours": COLOURS,
        "form": form,
        "headers": [_high_voltage(), _home()],
        "buttons": _buttons(),
        "table": _table(),
        "no_rows": {
            "caption": _("Open capacity"),
            "columns": [],
            "rows": [],
            "empty": {
                "title": _("No capacity figures are loaded yet"),
                "text": _(
                    "The supply company publishes them here. Until then ask at a counter; "
                    "an application is possible at any time."
                ),
                "url": "#apply",
                "action": _("Start an application"),
            },
        },
        "summary": _summary(),
        "tasks": [
            {"title": _("Who applies"), "url": "#1", "status": _("Done")},
            {
                "title": _("Documents"),
                "url": "#2",
                "hint": _("1 of 3 is here: the deed and the project approval are missing."),
                "status": _("Begun"),
                "tone": "primary",
            },
            {"title": _("Check and submit"), "status": _("Cannot start yet")},
        ],
        "queue": _queue(),
        "page": SimpleNamespace(next_url="#next", previous_url="#previous"),
        "problem_lines": [_("A message goes to your phone at each step.")],
    }
    return render(request, "portal/styleguide.html", context)


def _at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CITY)


def _span(
    holder: str, start: datetime, end: datetime | None, label: str, days: int
) -> dict[str, Any]:
    return {"holder": holder, "start": start, "end": end, "label": label, "working_days": days}


def _lane(permit: str, steps: list[tuple[str, int]]) -> dict[str, Any]:
    """A permit whose phases begin on days of September and end with the set."""
    starts = [_at(9, day) for _state, day in steps]
    found = zip(steps, starts, [*starts[1:], _at(10, 9, 16)], strict=True)
    phases = [
        {
            "phase": state,
            "word": State(state).label,
            "holder": TURN[State(state)],
            "start": start,
            "end": end,
            "working_days": calendar().used(start, end),
        }
        for (state, _day), start, end in found
    ]
    late = (date(2026, 9, 30), date(2026, 10, 9)) if permit == Permit.PLANNING else None
    return {"name": permit_name(permit), "phases": phases, "late": late}


def _weekends(first: date, last: date, *, but: set[date]) -> list[dict[str, Any]]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [{"date": d, "why": ""} for d in days if d.weekday() >= 5 and d not in but]


def _high_voltage() -> dict[str, Any]:
    holiday = [
        {"date": date(2026, 10, day), "why": _("National Day holiday")} for day in range(1, 8)
    ]
    made_up = [date(2026, 9, 20), date(2026, 10, 10)]
    off = {date(2026, 10, day) for day in range(1, 8)} | set(made_up)
    return {
        "number": "ZG20260914000318",
        "kind": _("High voltage, two sources"),
        "place": _(
            "Da'an district, Machongkou industrial park, plot 14, the new salt-lake workshop"
        ),
        "holder": "supplier",
        "sentence": _(
            "The supply company is replying with the supply plan: {left} left, {until}."
        ).format(left=working_days(3), until=due_day(date(2026, 10, 15))),
        "tags": [
            {"text": _("Supply plan"), "tone": "primary"},
            {"text": _("Filed at a counter"), "tone": ""},
            {"text": _("Provisional due date"), "tone": "warning"},
        ],
        "timeline": {
            "spans": [
                _span(
                    "supplier", _at(9, 14, 10, 20), _at(9, 16, 11), _("Checking the documents"), 2
                ),
                _span(
                    "applicant", _at(9, 16, 11), _at(9, 22, 15), _("Sending what was missing"), 5
                ),
                _span("supplier", _at(9, 22, 15), _at(9, 25, 9), _("Accepting"), 3),
                _span("government", _at(9, 25, 9), _at(10, 9, 16), _("Four permits at once"), 4),
                _span("supplier", _at(10, 9, 16), None, _("Replying with the supply plan"), 1),
            ],
            "now": _at(10, 12, 14, 5),
            "due_on": date(2026, 10, 15),
            "days_off": [*holiday, *_weekends(date(2026, 9, 14), date(2026, 10, 15), but=off)],
            "make_up": [{"date": day, "why": _("Make-up working day")} for day in made_up],
            "lanes": [
                _lane(Permit.PLANNING, [("received", 25), ("suspended", 29), ("accepted", 30)]),
                _lane(Permit.GREENING, [("received", 25), ("awaiting_supplement", 28)]),
            ],
        },
        "clocks": [{"title": _("How the 30 working days are counted"), "lines": _lines()}],
    }


def _lines() -> list[dict[str, Any]]:
    return [
        {
            "at": _at(9, 14, 10, 20),
            "text": _("Started: the application was filed. The day itself does not count."),
            "clause": _("Civil Code 201"),
            "kind": "started",
        },
        {
            "at": _at(9, 16, 11),
            "text": _("Paused: the applicant has the case."),
            "clause": "",
            "kind": "paused",
        },
        {
            "at": _at(9, 22, 15),
            "text": _("Goes on: everything is here."),
            "clause": "",
            "kind": "resumed",
        },
        {
            "at": None,
            "text": _(
                "1 to 7 October are not counted: National Day. "
                "20 September and 10 October are counted: make-up working days."
            ),
            "clause": "",
            "kind": "skipped",
        },
        {
            "at": _at(10, 15, 23, 59),
            "text": _("Last day: 30 working days are used then."),
            "clause": _("Plan 2(1)"),
            "kind": "due",
        },
    ]


def _home() -> dict[str, Any]:
    return {
        "number": "ZG20261119001207",
        "kind": _("Home"),
        "place": _("Ziliujing, Huidong Road 188"),
        "holder": "applicant",
        "sentence": _(
            "It is your turn: sign the contract. The supply company goes on as soon as you have."
        ),
        "tags": [{"text": _("Waiting for you"), "tone": "live"}],
        "timeline": {
            "spans": [
                _span("supplier", _at(11, 19, 9), _at(11, 19, 16), _("Accepting"), 0),
                _span("applicant", _at(11, 19, 16), None, _("Signing the contract"), 2),
            ],
            "now": _at(11, 23, 9, 30),
            "due_on": date(2026, 11, 24),
            "days_off": _weekends(date(2026, 11, 19), date(2026, 11, 24), but=set()),
        },
        "clocks": [],
    }


def _buttons() -> list[SimpleNamespace]:
    def button(action: str, label: str, reason: str = "", **more: str) -> SimpleNamespace:
        return SimpleNamespace(
            action=action,
            label=label,
            allowed=not reason,
            reason=reason,
            url=more.get("url", ""),
            tone=more.get("tone", ""),
        )

    return [
        button("reply_plan", _("Reply with the supply plan"), url="#reply"),
        button("accept", _("Accept"), _("Accepted on Tue 22 September already.")),
        button(
            "inspect",
            _("Inspect"),
            _("Only when the works are done and the applicant has asked for the inspection."),
        ),
        button("request_supplement", _("Ask for what is missing"), url="#ask"),
        button("withdraw", _("Withdraw the application"), url="#withdraw", tone="warning"),
    ]


def _table() -> dict[str, Any]:
    return {
        "caption": _("Outage time per customer"),
        "columns": [
            {"label": _("District")},
            {"label": _("This year"), "unit": _("hours"), "numeric": True},
            {"label": _("Target"), "unit": _("hours"), "numeric": True},
            {"label": _("Customers"), "unit": _("number"), "numeric": True},
        ],
        "rows": [
            [
                {"text": _("Ziliujing"), "url": "#district"},
                figure(3.417, 2),
                figure(5, 2),
                figure(214_530),
            ],
            [
                _("Rong county, with its twenty-one towns"),
                figure(11.2, 2),
                figure(15, 2),
                figure(198_004),
            ],
            [_("The high-tech zone"), None, figure(5, 2), figure(30_112)],
        ],
        "source": {
            "title": _("Outage records of the supply company"),
            "url": "#source",
            "as_of": date(2026, 11, 22),
            "csv_url": "#csv",
        },
    }


def _summary() -> list[dict[str, Any]]:
    return [
        {
            "key": _("Who applies"),
            "value": _("Zigong Salt-Lake Machinery Co., Ltd."),
            "url": "#who",
        },
        {"key": _("Identity number"), "value": "915***********3K2X", "url": "#id"},
        {
            "key": _("Address of the connection"),
            "lines": [_("Da'an district"), _("Machongkou industrial park, plot 14")],
            "url": "#where",
        },
        {"key": _("Capacity"), "value": "1,260 kW", "url": "#capacity"},
        {"key": _("Kind, by the rules"), "value": _("High voltage, two sources")},
    ]


def _queue() -> list[dict[str, Any]]:
    rows = [
        (
            _("late by 2 days"),
            100,
            "late",
            _("Reply with the supply plan"),
            "ZG20260914000318",
            _("Da'an, Machongkou"),
            _at(11, 12, 9),
        ),
        (
            _("today until 24:00"),
            92,
            "soon",
            _("Accept"),
            "ZG20261119001207",
            _("Ziliujing, Huidong Road"),
            _at(11, 20, 16, 40),
        ),
        (
            _("4 working days left"),
            35,
            "",
            _("Inspect the completed works"),
            "ZG20261123000042",
            _("Rong county, Xuyang"),
            _at(11, 23, 8, 5),
        ),
    ]
    names = ("word", "share", "tone", "asked", "number", "place", "since")
    return [dict(zip(names, row, strict=True)) | {"since": short_instant(row[6])} for row in rows]
