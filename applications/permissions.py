"""Who may see a case and who may do what on it. Whether it may be done at all, the machine says."""

from collections.abc import Callable

from accounts.models import User
from accounts.roles import CASE_READERS, CASE_WORKERS, COUNTER, SUPPLIERS, Role
from applications.models import Application

Party = Callable[[Application, User], Role | None]


def may_see(application: Application, user: User) -> bool:
    """Return whether the person may know that the case exists."""
    return (
        application.filed_by_id == user.pk
        or user.role_in(*CASE_READERS, district=application.district) is not None
    )


def as_applicant(application: Application, user: User) -> Role | None:
    """The account that filed; for a case filed at a counter, a clerk of the district too."""
    counter = application.channel == Application.Channel.COUNTER
    clerk = user.role_in(*COUNTER, district=application.district) if counter else None
    if application.filed_by_id == user.pk:
        return clerk or Role.APPLICANT
    return clerk if clerk == Role.CLERK else None


def as_intake(application: Application, user: User) -> Role | None:
    """Clerk, customer manager or project manager of the district."""
    return user.role_in(*CASE_WORKERS, district=application.district)


def as_supplier(application: Application, user: User) -> Role | None:
    """Customer manager or project manager of the district."""
    return user.role_in(*SUPPLIERS, district=application.district)


def counter_role(user: User) -> Role | None:
    """Return the role under which a person files for others at a counter."""
    return user.role_in(*COUNTER)
