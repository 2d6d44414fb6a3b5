"""A party without an account, where somebody acts: what it may do is its own case's alone."""

from accounts.models import User
from accounts.parties import Party


def visitor(party: Party) -> User:
    """Holds no role and is never a row; its number, in the record too, is below zero."""
    found = User(pk=-party.pk, party=party)
    found.__dict__["_grants"] = []
    return found
