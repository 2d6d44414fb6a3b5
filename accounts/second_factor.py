"""The second factor: a code of an authenticator app, or a recovery code in its place."""

import base64
import hashlib
import secrets
import time
from datetime import datetime, timedelta

import segno
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp.oath import TOTP, totp

from accounts.models import RecoveryCode, SecondFactor, User
from core.demonstration import is_demonstration

ISSUER = "Tongdian"
KEY_BYTES = 20
STEP_SECONDS = 30
#: Letters and figures that are not mistaken for each other when copied from paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_LENGTH = 12
RECOVERY_CODES = 10

# The portal's own figures, after OWASP ASVS 5.0: wrong codes in a row, and how long it is closed.
WRONG_CODES = 5
CODE_LOCK = timedelta(minutes=15)


def required(user: User) -> bool:
    """Roles at a desk. A demonstration's people have none, so that anybody can look round."""
    return not is_demonstration() and user.is_staff


def is_set_up(user: User) -> bool:
    """Then it is asked for, required or not."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def set_up(user: User) -> SecondFactor:
    """The secret that is being set up, made at the first call."""
    factor, _ = SecondFactor.objects.get_or_create(
        user=user, defaults={"key": secrets.token_hex(KEY_BYTES)}
    )
    return factor


def spelled(factor: SecondFactor) -> str:
    """The secret in the letters that apps accept, in groups of four, to be typed by hand."""
    text = base64.b32encode(bytes.fromhex(factor.key)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr(factor: SecondFactor) -> str:
    """An SVG picture as a data address."""
    secret = spelled(factor).replace(" ", "")
    address = (
        f"otpauth://totp/{ISSUER}:{factor.user.username}?secret={secret}&issuer={ISSUER}"
        f"&period={STEP_SECONDS}"
    )
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def to_set_up(user: User) -> dict[str, str]:
    factor = set_up(user)
    return {"qr": qr(factor), "secret": spelled(factor)}


def code_now(factor: SecondFactor) -> str:
    """Only an app needs it; here it serves the tests."""
    return f"{totp(bytes.fromhex(factor.key), STEP_SECONDS):06d}"


def confirm(user: User, code: str) -> list[str] | None:
    """Ends the set-up, and what was begun without a second factor: sessions and tokens.

    Returns the recovery codes, shown this once, or None for a wrong code.
    """
    with transaction.atomic():
        factor = _locked(user)
        if factor is None or factor.confirmed_at is not None or not _accepts(factor, code):
            return None
        factor.confirmed_at = timezone.now()
        factor.save(update_fields=["confirmed_at"])
        user.session_epoch += 1
        user.save(update_fields=["session_epoch"])
        unproven = user.tokens.filter(revoked_at=None, second_factor=False)
        unproven.update(revoked_at=factor.confirmed_at)
        return new_recovery_codes(user)


def accepts(user: User, code: str) -> bool:
    """Each code, and each recovery code, works once."""
    with transaction.atomic():
        factor = _locked(user)
        confirmed = factor is not None and factor.confirmed_at is not None
        return factor is not None and confirmed and _accepts(factor, code)


def _locked(user: User) -> SecondFactor | None:
    return SecondFactor.objects.select_for_update().filter(user=user).first()


def _accepts(factor: SecondFactor, code: str) -> bool:
    """Checks and counts under the row's lock, so that parallel guesses are counted one by one."""
    now = timezone.now()
    if factor.locked_until is not None and now < factor.locked_until:
        return False
    plain = "".join(code.split()).replace("-", "").lower()
    if _is_code(factor, plain) or _is_recovery_code(factor.user_id, plain, now):
        factor.failures, factor.locked_until = 0, None
        factor.save(update_fields=["failures", "locked_until", "last_step"])
        return True
    factor.failures += 1
    if factor.failures >= WRONG_CODES:
        factor.failures, factor.locked_until = 0, now + CODE_LOCK
    factor.save(update_fields=["failures", "locked_until"])
    return False


def _is_code(factor: SecondFactor, plain: str) -> bool:
    if not (plain.isascii() and plain.isdigit() and len(plain) == 6):
        return False
    clock = TOTP(bytes.fromhex(factor.key), STEP_SECONDS)
    clock.time = time.time()
    # One step to either side: telephones are seldom off by more than half a minute.
    if not clock.verify(int(plain), tolerance=1, min_t=factor.last_step + 1):
        return False
    factor.last_step = clock.t()
    return True


def _is_recovery_code(user_id: int, plain: str, now: datetime) -> bool:
    wanted = _digest(plain)
    for row in RecoveryCode.objects.filter(user_id=user_id, used_at=None):
        if constant_time_compare(row.digest, wanted):
            row.used_at = now
            row.save(update_fields=["used_at"])
            return True
    return False


def new_recovery_codes(user: User) -> list[str]:
    """The former ones stop working."""
    codes = []
    for _number in range(RECOVERY_CODES):
        text = "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
        codes.append("-".join(text[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)))
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user, used_at=None).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, digest=_digest(code.replace("-", ""))) for code in codes
        )
    return codes


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def forget(user: User) -> None:
    """The person sets up a new one at the next sign-in; passkeys count as one, and go with it."""
    with transaction.atomic():
        user.passkeys.all().delete()
        SecondFactor.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
