"""What the public and the desks read of an element besides what was published: its figures now."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.templatetags.city import figure
from grid.models import Connected, Free, Offered, Waiting
from publishing.columns import Column, Number

LARGEST_KVA = 9_999_999_999


def figures() -> dict[str, Column]:
    """The columns that `with_figures` computes, in kVA but for the last."""

    def column(title: Any) -> Number:
        return Number(title, unit="kVA", places=2, largest=LARGEST_KVA, required=False)

    return {
        "connected_kva": column(_("Connected since")),
        "offered_kva": column(_("Offered")),
        "open_kva": column(_("Open capacity")),
        "waiting": Number(_("Waiting cases"), places=0, largest=LARGEST_KVA),
    }


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
    found: QuerySet[Any] = rows.annotate(
        connected_kva=Connected("element"),
        offered_kva=Offered("element"),
        open_kva=Free("element"),
        waiting=Coalesce(Subquery(waiting), 0),
    )
    return found
