"""Finding a case by whom it is for or where: whole values alone, compared by keyed digests.

What is looked for is personal, so it is sent in a body, stands in no address and is kept nowhere;
that somebody looked, and by what, is in the record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.decorators import person
from accounts.limits import spend
from accounts.models import User
from accounts.roles import OVERSIGHT, SUPPLY_DESK, Role
from applications.declaration import (
    LINE_MAX,
    address_digest,
    name_digest,
    phone_digest,
)
from applications.models import Application
from applications.serializers import NAME_MAX
from applications.work.queries import desk_cases
from core.bodies import Body, PhoneField, WordsField, read
from core.form_token import posted
from core.forms import BodyForm, form_of
from core.problems import Forbidden, Invalid, Text, TooMany
from ledger.record import CITY_REF, NewEntry, append
from rules.city import city
from rules.limits import Meter

SEARCHED: Final = "case.searched"
#: Shown at most: who finds more says more.
MOST: Final = 30


class DistrictField(WordsField):
    """The code of a district or zone."""

    default_error_messages = {"no_district": _("The city has no such district.")}

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in dict(city().district_choices):
            self.fail("no_district")
        return code


class Search(Body):
    """Whom a case is for, or where it is; all that is said must fit."""

    name = WordsField(label=_("Full name"), required=False, max_length=NAME_MAX, one_line=True)
    phone = PhoneField(label=_("Phone number"), required=False)
    district = DistrictField(label=_("District"), required=False, max_length=12, one_line=True)
    line = WordsField(
        label=_("Full address"),
        help_text=_("Street, number and door, as in the application."),
        required=False,
        max_length=LINE_MAX,
        one_line=True,
    )

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        if not any(data.get(name) for name in ("name", "phone", "line")):
            yield "name", _("Give a full name, a phone number or a full address.")
        if data.get("line") and not data.get("district"):
            yield "district", _("An address is looked for in its district.")


@dataclass(frozen=True, slots=True)
class Found:
    """The newest cases first; `complete`: there are no others."""

    cases: list[Application]
    complete: bool


def search(body: Mapping[str, Any], by: User) -> Found:
    """The cases that fit, of those that `desk_of` gives; the search is written down.

    Raises:
        Forbidden: for whoever has no cases to look for. TooMany: too many searches in a while.
        Invalid: nothing is looked for, or half an address.
    """
    role, cases = desk_of(by)
    said = read(Search, body)
    spend(Meter.SEARCH_ACCOUNT, by.pk)
    asked = [name for name in ("name", "phone", "line") if said[name]]
    with transaction.atomic():
        append(NewEntry(CITY_REF, SEARCHED, by.acting_as(role), data={"by": asked}))
    found = list(cases.filter(fits(said)).order_by("-id")[: MOST + 1])
    return Found(found[:MOST], len(found) <= MOST)


def desk_of(by: User) -> tuple[Role, QuerySet[Application]]:
    """As what somebody looks for cases, and in which: those of the own desk, or of the districts
    that one watches over. Raises Forbidden for whoever has neither."""
    if role := by.role_in(*SUPPLY_DESK):
        return role, desk_cases(by)
    if role := by.role_in(*OVERSIGHT):
        districts = by.districts(*OVERSIGHT)
        there = Q() if districts is None else Q(district__in=sorted(districts))
        return role, Application.objects.filter(there, filed_at__isnull=False)
    raise Forbidden


def fits(said: Mapping[str, str]) -> Q:
    condition = Q()
    if said["name"]:
        condition &= Q(name_digest=name_digest(said["name"]))
    if said["phone"]:
        condition &= Q(phone_digest=phone_digest(said["phone"]))
    if said["line"]:
        # An address in a zone is known by the statutory district that it lies in.
        places = city().district(said["district"]).statutory or (said["district"],)
        digests = [address_digest(place, "", said["line"]) for place in places]
        condition &= Q(address_digest__in=digests)
    return condition


def district_control() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("District"),
        choices=lambda: [("", ""), *city().district_choices],
        required=False,
    )


SearchForm = form_of(Search, controls={"district": district_control()})


def searched_for(request: HttpRequest) -> tuple[BodyForm, Found | None, int]:
    """The form of a page that searches, what was found, if anything was looked for, and the status
    of the answer."""
    form = SearchForm(posted(request))
    if not form.is_bound:
        return form, None, 200
    if not form.is_valid():
        return form, None, 422
    try:
        return form, search(form.body(), person(request)), 200
    except (Invalid, TooMany) as problem:
        form.refused(problem)
        return form, None, problem.status
