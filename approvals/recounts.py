"""Bureaus are told when a newer calendar moves, or makes final, the last day of a permit."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.queries import holders
from accounts.roles import BUREAU_ROLES, Role
from approvals.models import Permit, Round
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recount
from deadlines.signals import recounted
from notifications.recounts import Subject, tell
from notifications.texts import Context, register_link
from rules.city import city

#: A permit, and the bureaus' list, as officers open them.
PERMIT: Final = "permit_at_desk"
DESK: Final = "desk"


def limit_name(permit: str, kind: str) -> str:
    """Return the name of a limit of a permit in the active language."""
    names = {"permit": city().permit(permit).name, "limit": KIND_NAMES[kind]}
    return _("%(permit)s, %(limit)s") % names


def tell_of_recounts(*, recounts: Sequence[Recount], **_kwargs: Any) -> None:
    """Tell the bureau of its own last days, and who coordinates the bureaus of the set's."""
    parts = {one.clock.part: one for one in recounts if one.clock.part}
    if not parts:
        return
    for permit in Permit.objects.filter(ref__in=parts).select_related("line_works"):
        _tell_bureau([one for one in recounts if one.clock.part == permit.ref], permit)
    for round_ in Round.objects.filter(ref__in=parts).select_related("line_works"):
        _tell_of_set(parts[round_.ref], round_)


def _tell_bureau(recounts: Sequence[Recount], permit: Permit) -> None:
    people = {
        who
        for role in BUREAU_ROLES
        for who in holders(role, district=permit.district, bureau=permit.bureau)
    }
    number = permit.line_works.application
    for one in recounts:
        limit = partial(limit_name, permit.permit, one.clock.kind)
        tell(one, Subject(PERMIT, permit.pk, number, limit), people)


def _tell_of_set(one: Recount, round_: Round) -> None:
    line = round_.line_works
    name = KIND_NAMES[Clock.Kind.SET]
    subject = Subject(DESK, round_.pk, line.application, lambda: str(name))
    tell(one, subject, holders(Role.DIGITAL, district=line.district))


def wire() -> None:
    """Listen to recounts, and say where their messages lead."""
    recounted.connect(tell_of_recounts, dispatch_uid="approvals.tell_of_recounts")
    register_link(PERMIT, _permit)
    register_link(DESK, _desk)


def _permit(subject_id: int, _context: Context) -> str:
    return reverse("bureau:permit", args=[subject_id])


def _desk(_subject_id: int, _context: Context) -> str:
    return reverse("bureau:list")
