"""What an entry commits to, as rows to read; what stands elsewhere on the sheet is left out."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.wording import RATINGS
from approvals.models import Round
from approvals.wording import GROUNDS, ROUTES, works_rows
from core.templatetags.city import figure, money, working_days
from rules.city import city
from rules.works import Works

Lines = list[str]
Reader = Callable[[Any], Lines]
Rows = list[tuple[str, Lines]]


def _plain(value: Any) -> Lines:
    return [line for line in str(value).splitlines() if line.strip()]


def _many(value: Any) -> Lines:
    return [line for one in value for line in _plain(one)]


def _truth(value: Any) -> Lines:
    return [_("Yes") if value else _("No")]


def _items(value: Any) -> Lines:
    """What was named as missing: documents with reasons, or the texts of a bureau."""
    return [line for one in value for line in _plain(_item(one))]


def _item(one: Any) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    name = document_name(str(one.get("requirement")))
    return _("{document}: {reason}").format(document=name, reason=one.get("reason"))


def _works(value: Any) -> Lines:
    round_ = Round(**Round.columns(Works.parse(value)))
    return [_("{key}: {value}").format(**row) for row in works_rows(round_)]


def document_name(code: str) -> str:
    """Return the name of a document that a checklist asks for."""
    return str(city().requirement_names.get(code, code))


#: In the order in which they are read. A value that is empty is left out.
SAID: dict[str, tuple[str | Promise, Reader]] = {
    "passed": (gettext_lazy("Passed"), _truth),
    "agree": (gettext_lazy("Agrees to the supply plan"), _truth),
    "summary": (gettext_lazy("Supply plan"), _plain),
    "items": (gettext_lazy("Named as missing"), _items),
    "findings": (gettext_lazy("Findings"), _many),
    "conditions": (gettext_lazy("Conditions"), _plain),
    "reason": (gettext_lazy("Reason"), _plain),
    "clause": (gettext_lazy("By"), _plain),
    "ground": (gettext_lazy("Ground"), lambda code: [str(GROUNDS.get(code, code))]),
    "expected_days": (gettext_lazy("Expected to take"), lambda days: [working_days(days)]),
    "meter_number": (gettext_lazy("Number of the meter"), _plain),
    "item": (gettext_lazy("Item of the fee catalogue"), _plain),
    "quantity": (gettext_lazy("Quantity"), lambda value: [figure(Decimal(value))]),
    "amount_yuan": (gettext_lazy("Amount"), lambda value: [money(Decimal(value))]),
    "level": (gettext_lazy("Rating"), lambda level: [str(RATINGS.get(level, level))]),
    "comment": (gettext_lazy("Comment on the service"), _plain),
    "route": (gettext_lazy("How it is decided"), lambda code: [str(ROUTES.get(code, code))]),
    "works": (gettext_lazy("Works"), _works),
    "rules": (gettext_lazy("Rules"), _plain),
}


def rows(data: Mapping[str, Any]) -> Rows:
    """Return what was said, in the reader's language."""
    found = [
        (str(label), reader(data[name]))
        for name, (label, reader) in SAID.items()
        if data.get(name) not in (None, "")
    ]
    return [(label, lines) for label, lines in found if lines]


def documents(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the documents that the entry commits to: name and SHA-256, as they came in."""
    rows = data.get("documents", [])
    return [(document_name(row["requirement"]), row["sha256"]) for row in rows]
