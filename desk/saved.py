"""Filters that are kept by a name, for oneself or for the people of one's role and organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from django import forms
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, RoleGrant, User
from accounts.roles import role_words
from core.filters import FilterForm
from core.forms import BodyForm, TextField
from core.problems import FieldError, Invalid, Missing, QuotaReached
from core.statements import Given, Read
from core.ways import any_of
from desk.lists import LISTS, lists_of
from desk.models import NAME_MAX, SavedFilter
from rules.limits import Quota, limits

#: What may change of one that is kept; what it narrows by is another filter.
CHANGES: Final = ("name", "first", "role", "organisation")
#: Of a request: the filters that were read for it.
KEPT: Final = "_saved_filters"


def circles(user: User, name: str) -> list[tuple[str, int]]:
    """The roles that somebody holds of those whose list it is, each with where."""
    held = [(role.value, place) for role in LISTS[name].roles for place in user.organisations(role)]
    return list(dict.fromkeys(held))


def own(user: User) -> QuerySet[SavedFilter]:
    """Of the lists that somebody has."""
    found = SavedFilter.objects.filter(owner=user, list__in=lists_of(user))
    return found.select_related("organisation").order_by("list", "name", "id")


def shown(user: User, name: str) -> list[SavedFilter]:
    """Of one list: one's own, then what others of one's role and organisation share as long as they
    are of them; by name."""
    of_list, now = circles(user, name), timezone.now()
    if not of_list:
        return []
    read = _shown(len(of_list), 2 * limits().quotas[Quota.FILTERS])
    places = [value for role, place in of_list for value in (place, role)]
    return read(user.pk, *places, now, now, name, user.pk)


@cache
def _shown(circles: int, most: int) -> Read[SavedFilter]:
    """Read before every list of somebody of so many circles."""

    def rows() -> QuerySet[SavedFilter]:
        shared = any_of(Q(organisation=Given(), role=Given()) for _each in range(circles))
        of_them = RoleGrant.objects.held_at(Given()).filter(  # type: ignore[arg-type]
            user=OuterRef("owner"), role=OuterRef("role"), organisation=OuterRef("organisation")
        )
        found = SavedFilter.objects.filter(
            Q(owner=Given()) | shared & Exists(of_them), list=Given()
        )
        others = Case(When(owner=Given(), then=Value(0)), default=Value(1))
        return found.order_by(others, "name", "id")[:most]

    return Read(rows)


def shown_on(request: HttpRequest) -> list[SavedFilter] | None:
    """Those of the list that a request asks for, read once; None on a page that is no such list."""
    match, user = request.resolver_match, request.user
    if match is None or match.view_name not in LISTS or not isinstance(user, User):
        return None
    if not hasattr(request, KEPT):
        setattr(request, KEPT, shown(user, match.view_name))
    found: list[SavedFilter] = getattr(request, KEPT)
    return found


def own_one(user: User, pk: int) -> SavedFilter:
    """Raises Missing: there is none, or it is somebody else's."""
    found = own(user).filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


def first_for(request: HttpRequest) -> str:
    """The query with which the list of a request begins for its reader; empty where it begins with
    everything."""
    filters = shown_on(request) or ()
    return next((one.query for one in filters if one.first and one.owner_id == request.user.pk), "")


def outlived(one: SavedFilter, form: FilterForm) -> bool:
    """Whether a list is opened by a filter that asks for something that is there no more."""
    asked = parse_qsl(one.query)
    return all(form.data.get(name) == value for name, value in asked) and any(
        form.wanted(name) != value for name, value in asked
    )


class FilterNameForm(BodyForm):
    """The name of a filter, who has it, and whether one's list begins with it."""

    name = TextField(label=gettext_lazy("Name of the filter"), max_length=NAME_MAX)
    shared = forms.ChoiceField(
        label=gettext_lazy("Who can use it"),
        help_text=gettext_lazy("Whoever uses it sees only what they may see anyway."),
        required=False,
    )
    first = forms.BooleanField(label=gettext_lazy("My list begins with it"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, user: User, kept: SavedFilter) -> None:
        super().__init__(data)
        of_list = circles(user, kept.list)
        places = Organisation.objects.in_bulk([place for _role, place in of_list])
        field: Any = self.fields["shared"]
        field.choices = [("", _("Only me"))] + [
            (f"{role}.{place}", f"{role_words(role)} · {places[place]}") for role, place in of_list
        ]
        if kept.pk:
            shared = f"{kept.role}.{kept.organisation_id}" if kept.role else ""
            self.initial = {"name": kept.name, "shared": shared, "first": kept.first}


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says."""

    name: str
    shared: str
    first: bool


def save(user: User, kept: SavedFilter, said: Said) -> None:
    """Keep a new filter by a name, or change how one's own is kept.

    Raises:
        Missing: it was deleted meanwhile. Invalid: another one of its list has this name.
        QuotaReached: somebody has as many as one may.
    """
    role, _point, place = said.shared.partition(".")
    with transaction.atomic():
        # One at a time of each person, so that one alone is the first.
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        of_list = own(user).filter(list=kept.list)
        if of_list.filter(name=said.name).exclude(pk=kept.pk).exists():
            raise Invalid([FieldError("/name", _("You have a filter of this name already."))])
        most = limits().quotas[Quota.FILTERS]
        if not kept.pk and own(user).count() >= most:
            raise QuotaReached(_("You have %(count)s filters. Delete one first.") % {"count": most})
        if said.first:
            of_list.filter(first=True).update(first=False)
        found = own_one(user, kept.pk) if kept.pk else kept
        found.name, found.first = said.name, said.first
        found.role, found.organisation_id = role, int(place) if place else None
        found.save(update_fields=CHANGES if kept.pk else None)


def forget(*, grant: RoleGrant, granted: bool, **_more: Any) -> None:
    """With somebody's last role of a list go the filters that were saved there."""
    if not granted:
        user = User.objects.get(pk=grant.user_id)
        SavedFilter.objects.filter(owner=user).exclude(list__in=lists_of(user)).delete()
