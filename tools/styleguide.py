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
from core.problems import Text
from core.templatetags.city import due_day, figure, short_instant, working_days
from core.widgets import DateParts, HintedRadios
from rules.names import Permit
from rules.registry import calendar
from workflow.buttons import Button, Choices

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


def _at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CITY)


def _span(
    holder: str, start: datetime, end: datetime | None, label: Text, days: int
) -> dict[str, Any]:
    return {"holder": holder, "start": start, "end": end, "label": label, "working_days": days}


def _weekends(first: date, last: date, *, but: set[date]) -> list[dict[str, Any]]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [{"date": d, "why": ""} for d in days if d.weekday() >= 5 and d not in but]


LINES = [
    {
        "at": _at(9, 14, 10, 20),
        "text": gettext_lazy("Started: the application was filed. The day itself does not count."),
        "clause": gettext_lazy("Civil Code 201"),
        "kind": "started",
    },
    {
        "at": _at(9, 16, 11),
        "text": gettext_lazy("Paused: the applicant has the case."),
        "clause": "",
        "kind": "paused",
    },
    {
        "at": _at(9, 22, 15),
        "text": gettext_lazy("Goes on: everything is here."),
        "clause": "",
        "kind": "resumed",
    },
    {
        "at": None,
        "text": gettext_lazy(
            "1 to 7 October are not counted: National Day. "
            "20 September and 10 October are counted: make-up working days."
        ),
        "clause": "",
        "kind": "skipped",
    },
    {
        "at": _at(10, 15, 23, 59),
        "text": gettext_lazy("Last day: 30 working days are used then."),
        "clause": gettext_lazy("Plan 2(1)"),
        "kind": "due",
    },
]
HOME = {
    "number": "ZG20261119001207",
    "kind": gettext_lazy("Home"),
    "place": gettext_lazy("Ziliujing, Huidong Road 188"),
    "holder": "applicant",
    "sentence": gettext_lazy(
        "It is your turn: sign the contract. The supply company goes on as soon as you have."
    ),
    "tags": [{"text": gettext_lazy("Waiting for you"), "tone": "live"}],
    "timeline": {
        "spans": [
            _span("supplier", _at(11, 19, 9), _at(11, 19, 16), gettext_lazy("Accepting"), 0),
            _span("applicant", _at(11, 19, 16), None, gettext_lazy("Signing the contract"), 2),
        ],
        "now": _at(11, 23, 9, 30),
        "due_on": date(2026, 11, 24),
        "days_off": _weekends(date(2026, 11, 19), date(2026, 11, 24), but=set()),
    },
    "clocks": [],
}
TABLE = {
    "caption": gettext_lazy("Outage time per customer"),
    "columns": [
        {"label": gettext_lazy("District")},
        {"label": gettext_lazy("This year"), "unit": gettext_lazy("hours"), "numeric": True},
        {"label": gettext_lazy("Target"), "unit": gettext_lazy("hours"), "numeric": True},
        {"label": gettext_lazy("Customers"), "unit": gettext_lazy("number"), "numeric": True},
    ],
    "rows": [
        [
            {"text": gettext_lazy("Ziliujing"), "url": "#district"},
            figure(3.417, 2),
            figure(5, 2),
            figure(214_530),
        ],
        [
            gettext_lazy("Rong county, with its twenty-one towns"),
            figure(11.2, 2),
            figure(15, 2),
            figure(198_004),
        ],
        [gettext_lazy("The high-tech zone"), None, figure(5, 2), figure(30_112)],
    ],
    "source": {
        "title": gettext_lazy("Outage records of the supply company"),
        "url": "#source",
        "as_of": date(2026, 11, 22),
        "csv_url": "#csv",
    },
}
SUMMARY = [
    {
        "key": gettext_lazy("Who applies"),
        "value": gettext_lazy("Zigong Salt-Lake Machinery Co., Ltd."),
        "url": "#who",
    },
    {"key": gettext_lazy("Identity number"), "value": "915***********3K2X", "url": "#id"},
    {
        "key": gettext_lazy("Address of the connection"),
        "lines": [
            gettext_lazy("Da'an district"),
            gettext_lazy("Machongkou industrial park, plot 14"),
        ],
        "url": "#where",
    },
    {"key": gettext_lazy("Capacity"), "value": "1,260 kW", "url": "#capacity"},
    {"key": gettext_lazy("Kind, by the rules"), "value": gettext_lazy("High voltage, two sources")},
]
NO_ROWS = {
    "caption": gettext_lazy("Open capacity"),
    "columns": [],
    "rows": [],
    "empty": {
        "title": gettext_lazy("No capacity figures are loaded yet"),
        "text": gettext_lazy(
            "The supply company publishes them here. Until then ask at a counter; "
            "an application is possible at any time."
        ),
        "url": "#apply",
        "action": gettext_lazy("Start an application"),
    },
}
TASKS = [
    {"title": gettext_lazy("Who applies"), "url": "#1", "status": gettext_lazy("Done")},
    {
        "title": gettext_lazy("Documents"),
        "url": "#2",
        "hint": gettext_lazy("1 of 3 is here: the deed and the project approval are missing."),
        "status": gettext_lazy("Begun"),
        "tone": "primary",
    },
    {"title": gettext_lazy("Check and submit"), "status": gettext_lazy("Cannot start yet")},
]


QUEUE: list[dict[str, Any]] = [
    {
        "word": gettext_lazy("late by 2 days"),
        "share": 100,
        "tone": "late",
        "asked": gettext_lazy("Reply with the supply plan"),
        "number": "ZG20260914000318",
        "place": gettext_lazy("Da'an, Machongkou"),
        "since": _at(11, 12, 9),
    },
    {
        "word": gettext_lazy("today until 24:00"),
        "share": 92,
        "tone": "soon",
        "asked": gettext_lazy("Accept"),
        "number": "ZG20261119001207",
        "place": gettext_lazy("Ziliujing, Huidong Road"),
        "since": _at(11, 20, 16, 40),
    },
    {
        "word": gettext_lazy("4 working days left"),
        "share": 35,
        "tone": "",
        "asked": gettext_lazy("Inspect the completed works"),
        "number": "ZG20261123000042",
        "place": gettext_lazy("Rong county, Xuyang"),
        "since": _at(11, 23, 8, 5),
    },
]


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
        "headers": [_high_voltage(), HOME],
        "choices": choices(),
        "table": TABLE,
        "no_rows": NO_ROWS,
        "summary": SUMMARY,
        "tasks": TASKS,
        "queue": [row | {"since": short_instant(row["since"])} for row in QUEUE],
        "page": SimpleNamespace(next_url="#next", previous_url="#previous"),
        "problem_lines": [_("A message goes to your phone at each step.")],
    }
    return render(request, "portal/styleguide.html", context)


def choices() -> Choices:
    return Choices(
        now=[
            Button("reply_plan", _("Reply with the supply plan"), True, None, "#reply", "", True),
            Button("request_supplement", _("Ask for what is missing"), True, None, "#ask"),
            Button("withdraw", _("Withdraw the application"), True, None, "#withdraw", "warning"),
        ],
        stopped=[
            Button(
                "inspect",
                _("Inspect"),
                True,
                _("Only when the works are done and the applicant has asked for the inspection."),
            )
        ],
        after=_("After that: the applicant answers the supply plan."),
    )


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
        "clocks": [{"title": _("How the 30 working days are counted"), "lines": LINES}],
    }
