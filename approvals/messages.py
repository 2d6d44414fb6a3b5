"""Who is told of what moves a permit, in the transaction of what it tells.

The supply company is told of a step that asks something of it. Officers are not sent a message
for each permit: their list is their home page, and a permit stands in it at the moment of its
receipt. They are told when a newer calendar moves, or makes final, one of their last days.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from accounts.roles import BUREAU_ROLES, Role
from approvals.models import Permit, Round
from approvals.permissions import SUPPLY_ROLES
from approvals.states import STEP_TYPES
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recalculation
from deadlines.signals import recalculated
from notifications import outbox
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import Wording, register, register_link
from rules.city import city

SUBJECT: Final = "permit"
#: A permit, and the bureaus' list, as officers open them.
AT_DESK: Final = "permit_at_desk"
DESK: Final = "desk"
#: Steps after which the supply company has something to read or to do.
TOLD: Final = frozenset({"request_supplement", "exclude_time", "refuse"})


def tell(permit: Permit, action: str) -> None:
    """Leave a message for the managers of the permit's district, if the step asks for one.

    A grant is worth one only where it has conditions.
    """
    if action not in TOLD and not (action == "grant" and permit.conditions):
        return
    people = {person for role in SUPPLY_ROLES for person in holders(role, district=permit.district)}
    outbox.put(
        kind=STEP_TYPES[action],
        subject_kind=SUBJECT,
        subject_id=permit.pk,
        case_ref=permit.case_ref,
        version=permit.version,
        recipients=people,
        context={"number": permit.line_works.application, "permit": permit.permit},
    )


def limit_name(permit: str, kind: str) -> str:
    """Return the name of a limit of a permit in the active language."""
    names = {"permit": city().permit(permit).name, "limit": KIND_NAMES[kind]}
    return gettext("%(permit)s, %(limit)s") % names


def tell_of_recalculations(*, recalculations: Sequence[Recalculation], **_said: Any) -> None:
    """Tell the bureau of its own last days, and who coordinates the bureaus of the set's."""
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
            people = {
                who
                for role in sorted(BUREAU_ROLES)
                for who in holders(role, district=permit.district, bureau=permit.bureau)
            }
            subject = Subject(AT_DESK, permit.pk, permit.line_works.application, limit)
            tell_recalculation(one, subject, people)
        elif round_ := rounds.get(one.clock.part):
            line = round_.line_works
            limit = partial(str, KIND_NAMES[Clock.Kind.SET])
            subject = Subject(DESK, round_.pk, line.application, limit)
            tell_recalculation(one, subject, holders(Role.DIGITAL, district=line.district))


def wire() -> None:
    """Hear of recalculations; say what messages about permits say, and where they lead."""
    recalculated.connect(tell_of_recalculations, dispatch_uid="approvals.tell_of_recalculations")
    register_link(SUBJECT, lambda permit, _context: reverse("work:permit", args=[permit]))
    register_link(AT_DESK, lambda permit, _context: reverse("bureau:permit", args=[permit]))
    register_link(DESK, lambda _round, _context: reverse("bureau:list"))
    register(
        STEP_TYPES["exclude_time"],
        Wording(
            _("Case %(number)s: a review is suspended by law"),
            _("The permit page shows the ground and how long it is expected to take."),
        ),
    )
