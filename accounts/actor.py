"""Who did something, as the record keeps it: a role and a district, never a name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """`user_id` None is the system itself, below zero the party of that number, which has no
    account; `role` is the right under which it was done; `district` is empty where it is the
    city's."""

    user_id: int | None
    role: str
    district: str
    #: Whoever it was as a party, where somebody is told of what they did.
    party_id: int | None = None


SYSTEM = Actor(user_id=None, role="system", district="")
