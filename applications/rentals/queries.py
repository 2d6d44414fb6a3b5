"""Reads of rentals."""

from accounts.models import User
from accounts.roles import COMPANY
from applications.models import Application
from applications.queries import case_for
from applications.rentals.models import Rental, RentalQuerySet
from applications.rentals.workflow import RentalState
from applications.who import as_reader
from core.clock import begin_of, city_now, local_date
from core.problems import Missing


def in_case(case: Application) -> RentalQuerySet:
    """A draft's number may be that of a case to come: it has none."""
    found = Rental.objects.filter(application_id=case.pk).select_related("unit")
    return found.none() if case.draft else found


def rented_ever(case: Application) -> list[Rental]:
    """All that a case had, in their order; they know their case."""
    found = list(in_case(case).order_by("id"))
    for one in found:
        one.application = case
    return found


def one_of(case: Application, pk: int) -> Rental:
    """Raises Missing where the case has no such rental."""
    one = in_case(case).filter(pk=pk).first()
    if one is None:
        raise Missing
    one.application = case
    return one


def one_for(number: str, pk: int, user: User) -> Rental:
    """Raises Missing: there is none, or its case is not for this person's eyes."""
    return one_of(case_for(number, user), pk)


def at_work(pk: int, user: User) -> Rental:
    """The same, found by itself: by those of the supply company."""
    one = Rental.objects.filter(pk=pk).select_related("application").first()
    if one is None:
        raise Missing
    return one_for(one.application.number, pk, user)


def reads_words(one: Rental, user: User) -> bool:
    """Whether somebody reads what was said about a rental: both sides of it."""
    case = one.application
    ours = user.role_in(*COMPANY, district=case.district) is not None and not case.concerns(user)
    return ours or as_reader(case, user) is not None


def at_desk(user: User) -> RentalQuerySet:
    """Those in the districts in which somebody is of the supply company."""
    found, districts = Rental.objects.all(), user.districts(*COMPANY)
    if districts is not None:
        found = found.filter(district__in=sorted(districts))
    return found.select_related("unit", "application")


def late(found: RentalQuerySet) -> RentalQuerySet:
    """Those that should have been back before today."""
    return found.filter(state=RentalState.HANDED_OVER, due_at__lt=begin_of(local_date(city_now())))
