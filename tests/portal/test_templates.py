"""How forms and components are drawn, and what the stylesheet may not hold."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from core.clock import CITY
from core.templatetags.timeline import timeline_geometry
from core.widgets import DateParts, HintedRadios
from portal.templatetags.page import collect_errors
from workflow.buttons import Button, Choices

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"


class Sample(forms.Form):
    line = forms.CharField(label="Line", help_text="As on the deed.")
    voltage = forms.ChoiceField(
        label="Voltage",
        choices=[("low", "Low"), ("high", "High")],
        widget=HintedRadios(hints={"low": "Homes."}),
    )
    day = forms.DateField(label="Day", widget=DateParts)
    note = forms.CharField(label="Note", widget=forms.Textarea, max_length=300, required=False)
    deed = forms.FileField(label="Deed")


def drawn(form: forms.Form) -> str:
    with override("en"):
        return " ".join(str(form).split())


def test_every_control_has_a_label_and_names_its_hint_and_its_error() -> None:
    html = drawn(Sample({}))
    assert '<label class="td-label" for="id_line">' in html
    assert 'aria-describedby="id_line_helptext id_line_error"' in html
    assert html.count('id="id_line_helptext"') == html.count('id="id_line_error"') == 1


def test_a_group_is_a_fieldset_whose_options_carry_their_hints() -> None:
    html = drawn(Sample())
    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>\s*Voltage", html)
    assert 'id="id_voltage_0" value="low" aria-describedby="id_voltage_0-hint"' in html
    assert '<div class="td-hint td-radios__hint" id="id_voltage_0-hint">Homes.</div>' in html


def test_no_control_leaves_the_telling_of_errors_to_the_browser() -> None:
    html = drawn(Sample())
    assert re.findall(r"\srequired\b", html) == []
    assert "maxlength" not in html.replace("data-maxlength", "")


def test_an_optional_field_says_so() -> None:
    assert drawn(Sample()).count("(optional)") == 1


def test_the_summary_says_the_same_words_as_the_fields_and_leads_to_the_first_control() -> None:
    form = Sample({"day_year": "2026", "day_month": "13", "day_day": "2"})
    with override("en"):
        found = [(error.text, error.href) for error in collect_errors(form)]
        html = str(form)
    assert found == [
        ("Enter: Line", "#id_line"),
        ("Choose: Voltage", "#id_voltage_0"),
        ("Enter a valid date.", "#id_day_day"),
        ("Upload: Deed", "#id_deed"),
    ]
    for text, href in found:
        assert text in html
        assert f'id="{href[1:]}"' in html


def test_the_title_of_a_refused_form_begins_with_error() -> None:
    with override("en"):
        refused = render_to_string("base.html", {"form": Sample({})})
        fresh = render_to_string("base.html", {"form": Sample()})
    assert "<title>Error: Getting electricity – Tongdian</title>" in refused
    assert "<title>Getting electricity – Tongdian</title>" in fresh


@pytest.mark.parametrize(("language", "order"), [("en", "dmy"), ("zh-hans", "ymd")])
def test_a_date_is_asked_for_in_the_order_of_the_language(language: str, order: str) -> None:
    with override(language):
        html = str(Sample())
    assert "".join(part[0] for part in re.findall(r'name="day_(\w+)"', html)) == order


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_date_in_parts_is_read_as_a_date(language: str) -> None:
    class OnlyDay(forms.Form):
        day = forms.DateField(widget=DateParts)

    with override(language):
        form = OnlyDay({"day_year": "2026", "day_month": "2", "day_day": "9"})
        assert form.is_valid()
        assert form.cleaned_data == {"day": date(2026, 2, 9)}


def test_what_was_typed_as_a_date_stays_even_when_it_is_none() -> None:
    html = drawn(Sample({"day_year": "2026", "day_month": "second", "day_day": "31"}))
    assert re.findall(r'name="day_\w+" type="text" inputmode="numeric" value="([^"]*)"', html) == [
        "31",
        "second",
        "2026",
    ]


def test_the_primary_act_alone_has_the_accent_and_what_is_stopped_is_told_in_a_line() -> None:
    choices = Choices(
        now=[
            Button("inspect", "inspect", True, None, primary=True),
            Button("request", "request", True, None),
            Button("withdraw", "withdraw", True, None, tone="warning"),
        ],
        stopped=[Button("ask", "ask", True, "Asked already.")],
        after="After that: energise.",
    )
    html = render_to_string("components/action_buttons.html", {"choices": choices})
    assert re.findall(r'<button type="(\w+)"[^>]*class="([^"]+)"', html) == [
        ("submit", "td-button"),
        ("submit", "td-button td-button--secondary"),
        ("submit", "td-button td-button--warning"),
    ]
    reasons = re.findall(r'<p class="td-actions__reason"[^>]*>([^<]*)</p>', html)
    assert [reason.strip() for reason in reasons] == [
        "ask：Asked already.",
        "After that: energise.",
    ]
    assert "disabled" not in html


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=CITY)


def timeline() -> dict[str, Any]:
    return {
        "spans": [
            {"holder": "supplier", "start": at(2, 12), "end": at(4, 12)},
            {"holder": "applicant", "start": at(4, 12), "end": at(4, 12)},
            {"holder": "supplier", "start": at(4, 12), "end": None},
        ],
        "now": at(7),
        "due_on": date(2026, 11, 11),
        "days_off": [{"date": date(2026, 11, day), "why": ""} for day in (1, 7, 8)],
        "make_up": [],
    }


def test_the_timeline_stands_on_calendar_days() -> None:
    bar = timeline_geometry(timeline())
    assert bar is not None
    assert (bar.first, bar.last) == (date(2026, 11, 2), date(2026, 11, 11))
    assert [(block.x, block.width) for block in bar.blocks] == [
        (5.0, 20.0),
        (25.0, 0.4),
        (25.0, 25.0),
    ]
    assert bar.today is not None
    assert bar.due is not None
    assert (bar.today.x, bar.due.x, bar.due.anchor) == (50.0, 100.0, "end")
    assert [(mark.day.day, mark.x, mark.width) for mark in bar.days_off] == [
        (7, 50.0, 10.0),
        (8, 60.0, 10.0),
    ]


def test_a_late_case_reaches_to_today() -> None:
    bar = timeline_geometry(timeline() | {"now": at(20, 12)})
    assert bar is not None
    assert bar.due is not None
    assert (bar.last, bar.due.x) == (date(2026, 11, 20), round(10 / 19 * 100, 3))


def test_a_case_that_has_not_begun_has_no_bar() -> None:
    assert timeline_geometry({"spans": []}) is None
    assert render_to_string("components/timeline_bar.html", {"timeline": None}).strip() == ""


def test_the_picture_and_the_table_behind_it_say_the_same() -> None:
    with override("en"):
        html = render_to_string("components/timeline_bar.html", {"timeline": timeline()})
    holders = re.findall(r'<rect class="td-fill--(\w+)" x=', html)
    rows = re.findall(r'<span class="td-nowrap">([^<]+)</span>', html)
    assert holders == ["supplier", "applicant", "supplier"]
    assert rows == ["Supply company", "Applicant", "Supply company"]


def test_figures_without_data_say_no_data() -> None:
    table = {
        "caption": "Outages",
        "columns": [{"label": "District"}, {"label": "Time", "unit": "h", "numeric": True}],
        "rows": [["Rong", None], ["Da'an", "0.00"]],
    }
    with override("en"):
        html = render_to_string("components/data_table.html", {"table": table})
    found = re.findall(r"<td[^>]*numeric[^>]*>(.*?)</td>", html, re.DOTALL)
    assert [cell.strip() for cell in found] == ['<span class="td-muted">no data</span>', "0.00"]


def test_every_component_says_what_it_needs() -> None:
    silent = [
        str(path.relative_to(TEMPLATES))
        for path in sorted(TEMPLATES.glob("components/*.html"))
        if not path.read_text(encoding="utf-8").startswith("{% comment %}")
    ]
    assert silent == []


def test_the_stylesheet_holds_nothing_that_is_not_ours_to_use() -> None:
    css = (STATIC / "css" / "tongdian.css").read_text(encoding="utf-8")
    rules = re.sub(r"\[href\^=[^]]+\]", "", css.split("*/", 1)[1])
    assert re.findall(r"(?i)gds|transport|crown|@font-face|@import|govuk|https?:", rules) == []
    assert re.findall(r"url\((?!data:)[^)]*\)", rules) == []


@pytest.mark.parametrize("path", sorted(STATIC.glob("js/*.js")), ids=lambda path: path.name)
def test_no_script_asks_another_host(path: Path) -> None:
    """The name of SVG is no address; Leaflet's link to itself is not drawn (assets/js/map.mjs)."""
    addresses = re.findall(r"https?://[^\s\"']+", path.read_text(encoding="utf-8"))
    assert set(addresses) <= {"http://www.w3.org/2000/svg", "https://leafletjs.com"}
    assert path.name == "map.js" or addresses == []


@pytest.mark.parametrize(
    ("foreground", "ground"),
    [
        ("ink", "paper"), ("ink", "wash"), ("muted", "paper"), ("muted", "wash"),
        ("primary", "paper"), ("primary", "wash"), ("primary", "primary-tint"), ("ink", "spark"),
        ("ink", "spark-dark"), ("success", "paper"), ("warning", "paper"), ("danger", "paper"),
        ("danger", "danger-tint"), ("paper", "supplier"), ("paper", "applicant"),
        ("paper", "government"),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(foreground: str, ground: str) -> None:
    css = (STATIC / "css" / "tongdian.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--td-([a-z-]+):\s*(#[0-9a-f]{3,6})", css))
    assert contrast(colours[foreground], colours[ground]) >= 4.5


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "problem"])
def test_an_error_page_needs_neither_a_request_nor_the_database(name: str) -> None:
    with override("en"):
        html = render_to_string(f"{name}.html", {"reference": "a1b2c3d4"})
    assert re.findall(r'href="tel:(\d+)"', html) == ["12398", "95598", "96598"]
    assert html.count("<h1") == 1
