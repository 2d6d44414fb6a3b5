"""What sign-in asks for. The figures are the portal's own, after OWASP ASVS 5.0."""

from datetime import timedelta

from accounts.models import SecondFactor, User
from core.demonstration import is_demonstration

#: A session ends after this long without a request, and after that long in any case.
SESSION_IDLE = timedelta(hours=1)
SESSION_ABSOLUTE = timedelta(hours=12)

#: How long a person has between the password and the second factor.
PENDING_SIGN_IN = timedelta(minutes=10)

#: Wrong codes in a row before the second factor is closed, and for how long.
WRONG_CODES = 5
CODE_LOCK = timedelta(minutes=15)

#: Life of a token asked for over the API, and the choices on the page (days).
TOKEN_LIFE = timedelta(hours=24)
TOKEN_DAYS = (1, 30, 90)

RECOVERY_CODES = 10


def second_factor_required(user: User) -> bool:
    """Whether the account may not be used without a second factor.

    Roles at a desk need one. A demonstration's people have none, so that anybody can look round.
    """
    return not is_demonstration() and user.is_staff


def has_second_factor(user: User) -> bool:
    """Whether the account has set one up: then it is asked for, required or not."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()
