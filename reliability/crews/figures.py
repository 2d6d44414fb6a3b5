"""The figures of repairs in words, for the desk and the public."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from core.templatetags.city import figure
from grid.points.models import AreaClass
from reliability.crews.times import Numbers, Row
from rules.city import city

#: The codes of what is told, in its order.
NUMBERS: Final = tuple(Numbers.__dataclass_fields__)
Cell = Callable[[Row], str]


def labels() -> dict[str, str]:
    return {
        "reported": _("Faults reported"),
        "arrived": _("Crew arrived"),
        "in_time": _("As promised"),
        "late": _("Late"),
        "waiting": _("Crew not there yet"),
        "unseen": _("Arrival not recorded"),
        "sent": _("Crew sent after, median"),
        "arrival": _("Arrived after, median"),
        "slow": _("Nine of ten arrived within"),
        "restoration": _("Power back after, median"),
    }


def _number(name: str) -> Cell:
    def cell(row: Row) -> str:
        if row.numbers is None:
            return _("too few faults")
        value = getattr(row.numbers, name)
        return _("too few for it") if value is None else figure(value)

    return cell


def months() -> tuple[str, Cell]:
    return _("Month"), lambda row: f"{row.month:%Y-%m}" if row.month else ""


def places() -> tuple[str, Cell]:
    def cell(row: Row) -> str:
        names = [str(city().district(code).name) for code in row.parts]
        return _(", ").join(names) or _("Whole city")

    return _("City or district"), cell


def classes() -> tuple[str, Cell]:
    def cell(row: Row) -> str:
        names = [str(AreaClass(code).label) for code in row.parts]
        return _(", ").join(names) or _("Whole city")

    return _("Class of area"), cell


def promises() -> tuple[str, Cell]:
    def cell(row: Row) -> str:
        return figure(row.promised) if row.promised else _("nothing promised")

    return _("Promised within, minutes"), cell


def table(
    rows: Sequence[Row], caption: str, heads: Sequence[tuple[str, Cell]] = ()
) -> dict[str, Any]:
    """For `components/data_table.html`; by month and district where no other heads are named."""
    heads = heads or (months(), places())
    cells = {label: _number(name) for name, label in labels().items()}
    minutes = set(list(cells)[NUMBERS.index("sent") :])
    return {
        "caption": caption,
        "columns": [
            *({"label": label} for label, _cell in heads),
            *(
                {"label": label, "numeric": True, "unit": _("minutes") if label in minutes else ""}
                for label in cells
            ),
        ],
        "rows": [[cell(row) for _label, cell in [*heads, *cells.items()]] for row in rows],
        "stack": True,
        "empty": {
            "title": _("No fault was reported in these months"),
            "text": _("How long repairs take is told here from the first fault on."),
        },
    }
