"""Reads about messages."""

from accounts.models import User
from notifications.models import Message, MessageQuerySet


def messages_of(user: User) -> MessageQuerySet:
    """Everything that was ever told to a person on this site."""
    return Message.objects.filter(recipient=user)


def unread(user: User) -> int:
    """How many messages the person has not read."""
    return messages_of(user).unread().count()
