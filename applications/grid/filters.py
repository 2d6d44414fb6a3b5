"""What narrows the lists of elements, of the page and of the API alike; all of it by GET."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from accounts.models import User
from applications.grid import queries
from core.filters import ALL, PageFilter
from grid.models import CODE_MAX, ElementKind
from rules.city import city
from rules.filters import NOTHING

#: Every district, where a person has some only.
EVERY: Final = "all"
YES: Final = [("1", "")]


class DistrictFilter(PageFilter):
    """Whoever has a role in some districts begins with those."""

    district = ChoiceFilter(
        label=_("District"),
        empty_label=_("My districts"),
        choices=lambda: [(EVERY, _("Every district")), *city().district_choices],
        method="placed",
        error_messages=NOTHING,
    )

    def placed(self, rows: QuerySet[Any], _name: str, _district: str) -> QuerySet[Any]:
        return rows

    def districts(self, user: User) -> Sequence[str] | None:
        """Whose elements are asked for; None: all."""
        wanted = self.form.wanted("district")
        if wanted == EVERY:
            return None
        if wanted:
            return [wanted]
        own = queries.own_districts(user)
        return own if own is None else sorted(own)


class ElementFilter(DistrictFilter):
    q = CharFilter(
        label=_("Code or name"),
        method="named",
        max_length=CODE_MAX,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    kind = ChoiceFilter(
        label=_("What it is"), empty_label=ALL, choices=ElementKind.choices, error_messages=NOTHING
    )
    short = ChoiceFilter(method="only_short", choices=YES, widget=forms.HiddenInput)
    limited = ChoiceFilter(method="only_limited", choices=YES, widget=forms.HiddenInput)

    def named(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(Q(code__startswith=words) | Q(name__icontains=words))

    def only_short(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows.filter(element__in=list(queries.shortages()))

    def only_limited(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        return rows.filter(limited=True)

    def districts(self, user: User) -> Sequence[str] | None:
        """Who looks for one by its name looks for it everywhere."""
        named = self.form.wanted("q") and not self.form.wanted("district")
        return None if named else super().districts(user)

    def ways(self, user: User) -> list[Q] | None:
        """Each district by itself: an index has the order of one. None narrows nothing."""
        districts = self.districts(user)
        return None if districts is None else [Q(district=code) for code in districts]
