"""What the public and the desks read of an element besides what was published: its figures now."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.city import figure
from grid.models import Connected, Element, ElementKind, Free, Offered, Waiting
from publishing.columns import Choice, Column, Number, Text

LARGEST_KVA = 9_999_999_999


def figures() -> dict[str, Column]:
    """The columns that `with_figures` computes. Of what limits an element from above the public
    reads the kind and the reason, and not which one it is."""

    def column(title: Any) -> Number:
        return Number(title, unit="kVA", places=2, largest=LARGEST_KVA, required=False)

    return {
        "connected_kva": column(_("Connected since")),
        "offered_kva": column(_("Offered")),
        "open_kva": column(_("Open capacity")),
        "waiting": Number(_("Waiting cases"), places=0, largest=LARGEST_KVA),
        "limited_above": Choice(_("Limited by what feeds it"), ElementKind.choices, required=False),
        "limited_above_reason": Text(_("Why that is limited"), longest=300, required=False),
    }


def limit_words(element: Element) -> str:
    """Why an element takes nobody, for the company: that it is limited, or which one that feeds it;
    empty where nothing limits it."""
    by = element.limited_by
    if by is None or by.row is None:
        return ""
    if by.pk == element.pk:
        return gettext("Is limited: %(reason)s") % {"reason": by.row.reason}
    said = {"name": by.row.name, "kind": by.row.get_kind_display(), "reason": by.row.reason}
    return gettext("Is fed by %(name)s (%(kind)s), which is limited: %(reason)s") % said


def kva_words(value: Decimal | None) -> str:
    return gettext("unknown") if value is None else figure(value.normalize())


def with_figures(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of elements that stand, each with its figures at this moment.

    What is open is that of the whole way up, never below 0; null: unknown.
    """
    waiting = (
        Waiting.objects.filter(element__row=OuterRef("pk"), ended_at=None)
        .order_by().values("element").annotate(n=Count("pk")).values("n")
    )  # fmt: skip
    found: QuerySet[Any] = rows.select_related("element__limited_by__row").annotate(
        connected_kva=Connected("element"),
        offered_kva=Offered("element"),
        open_kva=Free("element"),
        waiting=Coalesce(Subquery(waiting), 0),
    )
    return found
