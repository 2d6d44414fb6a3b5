"""The forms of assignments: bodies, with the people and places that can be chosen."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import SUPPLIERS, Role, role_words
from applications.assignments.models import GridCell
from applications.assignments.queries import holders
from applications.assignments.reading import name_of
from applications.assignments.serializers import Assignment, Cell, HandOver, NewAbsence
from core.forms import BodyForm, form_of
from core.widgets import DateParts
from rules.city import city

AssignForm: Final = form_of(Assignment, rows=3)
HandOverForm: Final = form_of(HandOver, rows=3)


def assign_form(data: Any, people: Iterable[User]) -> BodyForm:
    """For one case, in the role that its address names; see `hand_over_form`."""
    form = AssignForm(data)
    del form.fields["role"]
    return _offering(form, people)


def hand_over_form(data: Any, people: Iterable[User]) -> BodyForm:
    """`people`: with their `open_cases`, in the order in which they are offered."""
    return _offering(HandOverForm(data), people)


class AssignEachForm(HandOverForm):  # type: ignore[misc,valid-type]  # made by `form_of`
    """The role is chosen with the person."""

    def body(self) -> dict[str, Any]:
        role, user = self.cleaned_data["user"]
        return {"role": role, "user": user, "reason": self.cleaned_data["reason"]}


def assign_each_form(data: Any, people: Mapping[Role, Iterable[User]]) -> BodyForm:
    """For several cases: to one person in one role.

    Args:
        people: by role, with their `open_cases`, in the order in which they are offered.
    """
    form = AssignEachForm(data)
    groups = [
        (role_words(role), [(f"{role}.{user.pk}", loaded_words(user)) for user in found])
        for role, found in people.items()
    ]
    form.fields["user"] = forms.TypedChoiceField(
        label=form.fields["user"].label,
        choices=[("", _("Choose one")), *groups],
        coerce=_role_and_user,
    )
    return form


def _role_and_user(value: str) -> tuple[str, int]:
    role, _point, user = value.partition(".")
    return role, int(user)


def _offering(form: BodyForm, people: Iterable[User]) -> BodyForm:
    form.fields["user"] = _one_of(
        form.fields["user"].label, [(user.pk, loaded_words(user)) for user in people]
    )
    return form


def loaded_words(user: Any) -> str:
    number = ngettext("%(count)d open case", "%(count)d open cases", user.open_cases)
    return f"{name_of(user)} ({number % {'count': user.open_cases}})"


def _one_of(label: Any, people: list[tuple[int, str]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=[("", _("Choose one")), *people], coerce=int)


def _several(name: str, choices: list[tuple[Any, str]], coerce: Any) -> Any:
    declared = Cell().fields[name]
    return forms.TypedMultipleChoiceField(
        label=declared.label,
        help_text=declared.help_text or "",
        choices=choices,
        coerce=coerce,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


CellForm: Final = form_of(Cell, controls={
    name: forms.Field(required=False) for name in ("towns", "managers", "projects")
})  # fmt: skip


def cell_form(data: Any, district: str, cell: GridCell | None = None) -> BodyForm:
    """The form of a cell of a district, with its towns and those who hold the roles there."""
    initial: dict[str, Any] = {"name": cell.name} if cell else {}
    if cell:
        initial["towns"] = [each.town for each in cell.towns.all()]
        for member in cell.members.all():
            initial.setdefault(f"{member.role}s", []).append(member.user_id)
    form = CellForm(data, initial=initial)
    del form.fields["district"]
    towns: list[tuple[Any, str]] = [
        (town.code, str(town.name)) for town in city().towns_of(district)
    ]
    form.fields["towns"] = _several("towns", towns, str)
    for role in SUPPLIERS:
        people: list[tuple[Any, str]] = [
            (user.pk, name_of(user)) for user in holders(role, district).order_by("username")
        ]
        form.fields[f"{role}s"] = _several(f"{role}s", people, int)
    return form


AbsenceForm: Final = form_of(NewAbsence, controls={
    name: forms.DateField(label=NewAbsence().fields[name].label, widget=DateParts)
    for name in ("first", "last")
})  # fmt: skip


def absence_form(data: Any, user: User) -> BodyForm:
    """For oneself; for the lead, of anybody who works there."""
    form = AbsenceForm(data)
    lead = user.role_in(Role.SUPPLY_LEAD) is not None
    districts = user.districts(Role.SUPPLY_LEAD if lead else Role.MANAGER, *SUPPLIERS)
    found: dict[int, str] = {}
    for role in SUPPLIERS:
        for code in sorted(districts) if districts else [None]:
            there = holders(role, code).filter(is_active=True)
            found |= {each.pk: name_of(each) for each in there.order_by("username")}
    people = list(found.items())
    form.fields["user"] = _one_of(
        form.fields["user"].label, people if lead else [(user.pk, name_of(user))]
    )
    if not lead:
        form.fields["user"].initial = user.pk
        form.fields["user"].widget = forms.HiddenInput()
    others = [each for each in people if lead or each[0] != user.pk]
    form.fields["deputy"] = _one_of(form.fields["deputy"].label, others)
    return form
