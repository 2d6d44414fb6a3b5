"""Bureaus are told when a newer calendar moves, or makes final, one of their last days."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from accounts.queries import holders
from accounts.roles import BUREAU_ROLES, Role
from approvals.advice.models import Advice
from approvals.models import Permit, Round
from approvals.offices import holders_in_office
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recalculation
from deadlines.signals import recalculated
from notifications.recalculation import Subject, tell
from notifications.texts import register_link
from rules.city import city

#: A permit, and the bureaus' list, as officers open them.
AT_DESK: Final = "permit_at_desk"
DESK: Final = "desk"
#: A permit as its applicant reads of it: on the page of the case.
APPLIED_FOR: Final = "permit_applied_for"


def deciding(thing: Permit | Advice) -> list[int]:
    """The officers and leads of the office that decides it."""
    return holders_in_office(thing, *BUREAU_ROLES)


def limit_name(permit: str, kind: str) -> str:
    names = {"permit": city().permit(permit).name, "limit": KIND_NAMES[kind]}
    return gettext("%(permit)s, %(limit)s") % names


def tell_of_recalculations(*, recalculations: Sequence[Recalculation], **_said: Any) -> None:
    """A bureau hears of its own last days, who coordinates the bureaus of the set's."""
    parts = [one.clock.part for one in recalculations if one.clock.part]
    if not parts:
        return
    found = Permit.objects.filter(ref__in=parts).select_related("line_works")
    permits: dict[UUID | None, Permit] = {permit.ref: permit for permit in found}
    rounds: dict[UUID | None, Round] = {
        round_.ref: round_
        for round_ in Round.objects.filter(ref__in=parts).select_related("line_works")
    }
    for one in recalculations:
        if permit := permits.get(one.clock.part):
            limit = partial(limit_name, permit.permit, one.clock.kind)
            subject = Subject(AT_DESK, permit.pk, permit.line_works.application, limit)
            tell(one, subject, deciding(permit))
        elif round_ := rounds.get(one.clock.part):
            line = round_.line_works
            limit = partial(str, KIND_NAMES[Clock.Kind.SET])
            subject = Subject(DESK, round_.pk, line.application, limit)
            tell(one, subject, holders(Role.DIGITAL, district=line.district))


def wire() -> None:
    recalculated.connect(tell_of_recalculations, dispatch_uid="approvals.tell_of_recalculations")
    register_link("permit", lambda permit, _context: reverse("work:permit", args=[permit]))
    register_link(AT_DESK, lambda permit, _context: reverse("bureau:permit", args=[permit]))
    register_link(DESK, lambda _round, _context: reverse("bureau:list"))
