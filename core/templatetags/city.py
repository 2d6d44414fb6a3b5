"""How every page writes days, times, durations, money, holders and masked names.

Days and times are those of Asia/Shanghai, whatever the server's zone.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from core.clock import CITY
from core.links import link_to

register = template.Library()
register.simple_tag(link_to)

_WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOLDERS = {
    "supplier": pgettext_lazy("holder", "Supply company"),
    "applicant": pgettext_lazy("holder", "Applicant"),
    "government": pgettext_lazy("holder", "Government"),
}
_NOBODY = pgettext_lazy("holder", "Nobody")


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def _local(value: date) -> date:
    return value.astimezone(CITY) if isinstance(value, datetime) else value


def _written(pattern: str, value: date) -> str:
    """Fill a pattern with the parts of a day; a translation puts them in its own order."""
    return pattern.format(
        weekday=_WEEKDAYS[value.weekday()],
        day=value.day,
        month=_MONTHS[value.month - 1] if in_english() else value.month,
        year=value.year,
        time=value.strftime("%H:%M") if isinstance(value, datetime) else "",
    )


@register.filter
def day(value: date | None) -> str:
    """Mon 23 Nov 2026; in Chinese the year first and the weekday in brackets."""
    if not value:
        return ""
    return _written(_("{weekday} {day} {month} {year}"), _local(value))


@register.filter
def short_day(value: date | None) -> str:
    """Mon 23 Nov."""
    return _written(_("{weekday} {day} {month}"), _local(value)) if value else ""


@register.filter
def tiny_day(value: date | None) -> str:
    """23 Nov: for axes and dense tables."""
    return _written(_("{day} {month}"), _local(value)) if value else ""


@register.filter
def instant(value: datetime | None) -> str:
    """Mon 23 Nov 2026, 14:05."""
    if not value:
        return ""
    return _written(_("{weekday} {day} {month} {year}, {time}"), _local(value))


@register.filter
def short_instant(value: datetime | None) -> str:
    """Mon 23 Nov, 14:05."""
    return _written(_("{weekday} {day} {month}, {time}"), _local(value)) if value else ""


@register.filter
def due_day(value: date | None) -> str:
    """By the end of Fri 27 Nov (in Chinese: before 24:00): a last day, the whole of it."""
    if not value:
        return ""
    return _written(_("by the end of {weekday} {day} {month}"), _local(value))


@register.filter
def iso(value: date | None) -> str:
    return _local(value).isoformat() if value else ""


@register.filter
def working_days(count: int | None) -> str:
    if count is None:
        return ""
    return ngettext("{count} working day", "{count} working days", count).format(count=count)


@register.filter
def calendar_days(count: int | None) -> str:
    if count is None:
        return ""
    return ngettext("{count} day", "{count} days", count).format(count=count)


@register.filter
def and_then(before: str, then: str) -> str:
    """One sentence after another, which have a space between them in English alone."""
    return _("%(before)s %(then)s") % {"before": before, "then": then}


@register.filter
def figure(value: Decimal | float | None, places: int | None = None) -> str:
    """A number with its thousands parted: 1,000,000 or, with places, 4.20. None is a dash."""
    if value is None:
        return "–"
    number = Decimal(str(value))
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    elif number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    return f"{number:,f}"


@register.filter
def money(value: Decimal | float | None) -> str:
    """CNY 1,000,000; fen only where there are some."""
    if value is None:
        return "–"
    number = Decimal(str(value))
    places = 0 if number == number.to_integral_value() else 2
    return _("CNY {amount}").format(amount=figure(number, places))


@register.filter
def masked_phone(phone: str | None) -> str:
    """138****5678: enough to know one's own number by."""
    phone = phone or ""
    if len(phone) < 7:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


@register.filter
def masked_name(name: str | None) -> str:
    """The first character stays; of a longer name (a company) the first two and last two."""
    name = (name or "").strip()
    if len(name) > 6:
        return f"{name[:2]}{'*' * 4}{name[-2:]}"
    return name[:1] + "*" * (len(name) - 1)


@register.filter
def masked_id(number: str | None) -> str:
    """510***********1234: the first three and the last four characters of an identity number."""
    number = number or ""
    if len(number) < 9:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


@register.filter
def holder_name(holder: str | None) -> str:
    return str(_HOLDERS.get(holder or "", _NOBODY))


@register.filter
def pick(value: Any) -> str:
    """The text of {zh, en} in the reader's language; anything else as it is."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("en" if in_english() else "zh") or value.get("zh") or "")
    if hasattr(value, "zh") and hasattr(value, "en"):
        return str(value.en if in_english() else value.zh)
    return str(value)


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """A value of a mapping by a key that the template holds in a variable."""
    return (mapping or {}).get(key)


@register.filter
def headed(cells: Sequence[Any], columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The cells of a row of a table with the heads of their columns: each with all that is asked of
    it, since a template takes long to find that something is not there."""
    return [
        {
            "note": "",
            **(cell if isinstance(cell, Mapping) else {"text": cell, "url": ""}),
            "numeric": column.get("numeric"),
            "head": _head(column),
        }
        for cell, column in zip(cells, columns, strict=True)
    ]


def _head(column: Mapping[str, Any]) -> str:
    label, unit = column["label"], column.get("unit")
    return f"{label} ({unit})" if unit else str(label)
