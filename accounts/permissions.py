"""Who may look after accounts."""

from accounts.models import User
from accounts.roles import Role


def may_administer(user: User) -> bool:
    """Making people and organisations, giving and ending roles."""
    return user.role_in(Role.ADMINISTRATOR) is not None
