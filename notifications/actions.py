"""What a reader does with messages."""

from django.utils import timezone

from accounts.models import User
from notifications.queries import messages_of


def mark_read(*, user: User, up_to: int) -> int:
    """Marks the person's messages as read.

    Args:
        up_to: the newest message that the person has seen; later ones stay unread.

    Returns:
        How many became read.
    """
    return messages_of(user).unread().filter(pk__lte=up_to).update(read_at=timezone.now())
