"""Who is away when, and who has their cases meanwhile."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg2.extras import DateRange

from accounts.models import User
from accounts.roles import SUPPLIERS, Role
from applications.assignments.models import OPEN, Absence, AbsenceQuerySet
from applications.assignments.queries import holders
from applications.assignments.serializers import NewAbsence
from core.bodies import read
from core.clock import CityNow, CityToday
from core.locks import lock_name
from core.problems import FieldError, Forbidden, Invalid, Missing


def enter(body: Any, *, by: User) -> Absence:
    """Enter an absence (`NewAbsence`), for oneself or as the lead for somebody.

    Raises:
        Forbidden: somebody else's, without being their lead.
        Invalid: refused values; a deputy who does not hold the roles, or is away as well.
    """
    said = read(NewAbsence, body)
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    deputy = User.objects.filter(pk=said["deputy"], is_active=True).first()
    if user is None or not any(user.districts(role) != set() for role in SUPPLIERS):
        raise Invalid([FieldError("/user", _("This person is no manager of the supply company."))])
    if user.pk != by.pk and not leads(by, user):
        raise Forbidden(_("Only the person, or the supply company's lead, enters an absence."))
    if deputy is None or deputy.pk == user.pk or not _holds_the_same(deputy, user):
        reason = _("A deputy is somebody else with the same role in the same districts.")
        raise Invalid([FieldError("/deputy", reason)])
    days = DateRange(said["first"], said["last"], "[]")
    with transaction.atomic():
        # Two that would deputise for each other, entered at once, wait for each other here.
        lock_name("absences")
        _check(user, deputy, days)
        try:
            with transaction.atomic():
                return Absence.objects.create(user=user, deputy=deputy, days=days)
        except IntegrityError as error:
            reason = _("An absence on some of these days is entered already.")
            raise Invalid([FieldError("/first", reason)]) from error


def end(absence: Absence, *, by: User) -> None:
    """The person has the own cases back at once. Ended twice is ended once."""
    if absence.user_id != by.pk and not leads(by, absence.user):
        raise Forbidden(_("Only the person, or the supply company's lead, ends an absence."))
    Absence.objects.filter(OPEN, pk=absence.pk).update(ended_at=CityNow())


def leads(lead: User, user: User) -> bool:
    """Whether somebody is the lead in a district in which a manager works."""
    led = lead.districts(Role.SUPPLY_LEAD)
    theirs = user.districts(*SUPPLIERS)
    if led is None or theirs is None:
        return led != set() and theirs != set()
    return bool(led & theirs)


def seen_by(user: User) -> AbsenceQuerySet:
    """Those to come and of today: the lead's people's, or the own and those one deputises for."""
    return _visible(user).filter(OPEN, days__endswith__gt=CityToday())


def _visible(user: User) -> AbsenceQuerySet:
    found = Absence.objects.select_related("user", "deputy")
    districts = user.districts(Role.SUPPLY_LEAD)
    if districts == set():
        return found.filter(user=user) | found.filter(deputy=user)
    if districts is None:
        return found
    people = [holders(role, code) for role in SUPPLIERS for code in sorted(districts)]
    return found.filter(user__in={one.pk for each in people for one in each})


def seen(pk: int, user: User) -> Absence:
    """Ended or not; raises Missing."""
    found = _visible(user).filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


def _holds_the_same(deputy: User, user: User) -> bool:
    for role in SUPPLIERS:
        own, theirs = user.districts(role), deputy.districts(role)
        if theirs is not None and (own is None or not own <= theirs):
            return False
    return True


def _check(user: User, deputy: User, days: DateRange) -> None:
    """Nobody deputises while away, so no two deputise for each other, nor round in a ring."""
    then = Absence.objects.filter(OPEN, days__overlap=days)
    if then.filter(user=deputy).exists():
        reason = _("The deputy is away on some of these days.")
        raise Invalid([FieldError("/deputy", reason)])
    if then.filter(deputy=user).exists():
        reason = _("On some of these days this person deputises for somebody: end that first.")
        raise Invalid([FieldError("/user", reason)])
