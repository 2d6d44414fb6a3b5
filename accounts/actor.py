"""Who did something, as the record keeps it: a role and a district, never a name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of one action.

    Args:
        user_id: the account, or None for the system itself.
        role: a value of `accounts.roles.Role`: the right under which it was done.
        district: code of the district in which it was done; empty where it is the city's.
    """

    user_id: int | None
    role: str
    district: str


SYSTEM = Actor(user_id=None, role="system", district="")
