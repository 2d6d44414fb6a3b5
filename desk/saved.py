"""Filters that are kept by a name, for oneself or for the people of one's role and organisation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, RoleGrant, User
from accounts.roles import role_words
from core.forms import BodyForm, TextField
from core.problems import FieldError, Invalid, Missing, QuotaReached
from core.ways import any_of
from desk.filters import TodoFilter
from desk.models import NAME_MAX, SavedFilter
from desk.queries import ROLES
from rules.limits import Quota, limits

#: What may change of one that is kept; what it narrows by is another filter.
CHANGES: Final = ("name", "first", "role", "organisation")


def circles(user: User) -> list[tuple[str, int]]:
    """The roles of a desk that somebody holds, each with where."""
    held = [(role.value, place) for role in ROLES for place in user.organisations(role)]
    return list(dict.fromkeys(held))


def own(user: User) -> QuerySet[SavedFilter]:
    found = SavedFilter.objects.filter(owner=user).select_related("organisation")
    return found.order_by("name", "id")


def shown(user: User) -> list[SavedFilter]:
    """One's own, then what others of one's role and organisation share as long as they are of them;
    by name."""
    shared = any_of(Q(role=role, organisation=place) for role, place in circles(user))
    of_them = RoleGrant.objects.held_at(timezone.now()).filter(
        user=OuterRef("owner"), role=OuterRef("role"), organisation=OuterRef("organisation")
    )
    found = SavedFilter.objects.filter(Q(owner=user) | shared & Exists(of_them))
    others = Case(When(owner=user, then=Value(0)), default=Value(1))
    return list(found.order_by(others, "name", "id")[: 2 * limits().quotas[Quota.FILTERS]])


def own_one(user: User, pk: int) -> SavedFilter:
    """Raises Missing: there is none, or it is somebody else's."""
    found = own(user).filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


def first_of(filters: Iterable[SavedFilter], user: User) -> str:
    """The query that a person's list begins with; empty where it begins with everything."""
    return next((one.query for one in filters if one.first and one.owner_id == user.pk), "")


def query_of(asked: QueryDict, user: User) -> str:
    """What of an address can be kept: filters of the list, and nothing that was typed."""
    return TodoFilter(asked, user).kept()


class FilterNameForm(BodyForm):
    """The name of a filter, who has it, and whether one's list begins with it."""

    name = TextField(label=gettext_lazy("Name of the filter"), max_length=NAME_MAX)
    shared = forms.ChoiceField(
        label=gettext_lazy("Who can use it"),
        help_text=gettext_lazy("Whoever uses it sees only what waits for themselves."),
        required=False,
    )
    first = forms.BooleanField(label=gettext_lazy("My list begins with it"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, user: User, kept: SavedFilter | None = None
    ) -> None:
        super().__init__(data)
        self.kept = kept
        places = Organisation.objects.in_bulk([place for _role, place in circles(user)])
        field: Any = self.fields["shared"]
        field.choices = [("", _("Only me"))] + [
            (f"{role}.{place}", f"{role_words(role)} · {places[place]}")
            for role, place in circles(user)
        ]
        if kept:
            shared = f"{kept.role}.{kept.organisation_id}" if kept.role else ""
            self.initial = {"name": kept.name, "shared": shared, "first": kept.first}


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says."""

    name: str
    shared: str
    first: bool


def save(user: User, said: Said, *, query: str = "", kept: SavedFilter | None = None) -> None:
    """Keep a filter by a name, or change how one's own is kept.

    Args:
        query: of a new one.

    Raises:
        Missing: it was deleted meanwhile. Invalid: another one has this name.
        QuotaReached: somebody has as many as one may.
    """
    role, _point, place = said.shared.partition(".")
    with transaction.atomic():
        # One at a time of each person, so that one alone is the first.
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        named = own(user).filter(name=said.name)
        if (named.exclude(pk=kept.pk) if kept else named).exists():
            raise Invalid([FieldError("/name", _("You have a filter of this name already."))])
        most = limits().quotas[Quota.FILTERS]
        if kept is None and own(user).count() >= most:
            raise QuotaReached(_("You have %(count)s filters. Delete one first.") % {"count": most})
        if said.first:
            own(user).filter(first=True).update(first=False)
        found = own_one(user, kept.pk) if kept else SavedFilter(owner=user, query=query)
        found.name, found.first = said.name, said.first
        found.role, found.organisation_id = role, int(place) if place else None
        found.save(update_fields=CHANGES if kept else None)


def forget(*, grant: RoleGrant, granted: bool, **_more: Any) -> None:
    """With somebody's last role at a desk go the filters that were saved there."""
    user = User.objects.get(pk=grant.user_id)
    if not granted and user.role_in(*ROLES) is None:
        SavedFilter.objects.filter(owner=user).delete()
