"""Who may see a case; who may take which act, `workflow.py` says."""

from accounts.models import User
from accounts.roles import CASE_READERS, COUNTER, Role
from applications.models import Application


def may_see(application: Application, user: User) -> bool:
    """Return whether the person may know that the case exists."""
    return (
        application.filed_by_id == user.pk
        or user.role_in(*CASE_READERS, district=application.district) is not None
    )


def counter_role(user: User) -> Role | None:
    """Return the role under which a person files for others at a counter."""
    return user.role_in(*COUNTER)
