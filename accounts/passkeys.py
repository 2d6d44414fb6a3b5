"""Passkeys (WebAuthn, W3C Level 2): made for an account, and signing in to it.

A passkey that verified its user is two factors: a device, and what unlocks it. Which host it is for
is the request's own, one of PORTAL_ALLOWED_HOSTS: it holds where it was made.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts import limits
from accounts.models import Passkey, User
from accounts.sign_in import age
from core.fields import blind_index
from core.place import one_client
from core.problems import QuotaReached, TooMany
from rules.limits import Meter, Quota
from rules.limits import limits as rules_of_limits

log = logging.getLogger("tongdian.security")
# It writes the id of every passkey, which is the same at each sign-in.
logging.getLogger("fido2").setLevel(logging.WARNING)
#: What a session holds: the challenge that it was given last, for what, and when.
CHALLENGE: Final = "passkeys.challenge"
#: Characters of what a browser answers; its ids and keys have some hundreds.
LONGEST = 20_000


class Purpose(StrEnum):
    ADD = "add"
    SIGN_IN = "sign_in"
    CLOSE = "close"
    CONFIRM = "confirm"


class Refused(Exception):
    """Its words are for the log alone: whoever tries is told the same whatever it was."""


def _server(request: HttpRequest) -> Fido2Server:
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    entity = PublicKeyCredentialRpEntity(name=str(_("Tongdian")), id=host.split(":")[0])
    return Fido2Server(entity, verify_origin=lambda said: said == origin)


def handle_of(user: User) -> bytes:
    """By which a device knows the account; it tells nothing of it."""
    return blind_index(str(user.pk), "passkey.user")


def ask_to_add(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey, its challenge noted in the session."""
    known = [_credential(row) for row in user.passkeys.all()]
    entity = PublicKeyCredentialUserEntity(
        id=handle_of(user), name=user.username, display_name=user.username
    )
    options, state = _server(request).register_begin(
        entity,
        known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _note(request, Purpose.ADD, state["challenge"])
    return dict(options)


def ask_to_sign(request: HttpRequest, purpose: Purpose = Purpose.SIGN_IN) -> dict[str, Any]:
    """What the browser needs to sign with any passkey that it has for this host.

    Raises:
        TooMany: this client asked too often.
    """
    limits.spend(Meter.PASSKEY_ADDRESS, one_client(request))
    options, state = _server(request).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    _note(request, purpose, state["challenge"])
    return dict(options)


def _note(request: HttpRequest, purpose: Purpose, challenge: str) -> None:
    request.session[CHALLENGE] = {
        "for": purpose, "challenge": challenge, "at": timezone.now().timestamp(),
    }  # fmt: skip


def _take_challenge(request: HttpRequest, purpose: Purpose) -> dict[str, Any]:
    """The challenge of this session as the library's state: once, also of two tries at once.

    Raises:
        Refused: there is none for this purpose, or it is too old or tried already.
    """
    held = request.session.pop(CHALLENGE, None)
    if held is None or held["for"] != purpose:
        raise Refused("no challenge")
    if age(held["at"]).total_seconds() > rules_of_limits().windows[Meter.PASSKEY_CHALLENGE].seconds:
        raise Refused("challenge too old")
    try:
        limits.spend(Meter.PASSKEY_CHALLENGE, held["challenge"])
    except TooMany as error:
        raise Refused("challenge used") from error
    return {
        "challenge": held["challenge"],
        "user_verification": UserVerificationRequirement.REQUIRED,
    }


def add(request: HttpRequest, user: User, *, name: str, answer: str) -> Passkey:
    """Keep the passkey that the browser made for an account.

    Raises:
        Refused: the answer is none to the challenge of this session.
        QuotaReached: the account has as many as it may.
    """
    state, said = _take_challenge(request, Purpose.ADD), _read(answer)
    try:
        made: AuthenticatorData = _server(request).register_complete(state, said)
        data = made.credential_data
    except Exception as error:
        # What reads a stranger's bytes may fail in any way, and each is a refusal.
        raise Refused(str(error)) from error
    if data is None or data.public_key.get(3) not in CoseKey.supported_algorithms():
        raise Refused("a key of an unknown kind")
    most = rules_of_limits().quotas[Quota.PASSKEYS]
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # so that two at once are counted
        if user.passkeys.count() >= most:
            reason = _("An account has %(most)d passkeys at most. Remove one first.")
            raise QuotaReached(reason % {"most": most})
        try:
            with transaction.atomic():
                row = Passkey.objects.create(
                    user=user,
                    name=name,
                    credential=bytes(data).hex(),
                    digest=_digest(data.credential_id),
                    sign_count=made.counter,
                )
        except IntegrityError as error:
            raise Refused("known already") from error
    log.info("passkey added: account %s", user.pk)
    return row


def signer(request: HttpRequest, answer: str, purpose: Purpose = Purpose.SIGN_IN) -> User:
    """Whose passkey signed the challenge of this session, with its user verified.

    Raises:
        Refused: it did not, it is nobody's, or there are two of it.
    """
    state, said = _take_challenge(request, purpose), _read(answer)
    with transaction.atomic():
        row, count = _signed(request, state, said)
        counts = count > 0 or row.sign_count > 0
        if counts and count <= row.sign_count:
            row.copied_at = row.copied_at or timezone.now()
        if row.copied_at is None:
            row.sign_count, row.last_used_at = count, timezone.now()
        row.save(update_fields=["sign_count", "last_used_at", "copied_at"])
    if row.copied_at is not None:
        log.warning("passkey refused, there are two of it: account %s", row.user_id)
        raise Refused("copied")
    return row.user


def _signed(
    request: HttpRequest, state: dict[str, Any], said: Mapping[str, Any]
) -> tuple[Passkey, int]:
    """The passkey that signed, locked, and what it counts."""
    try:
        response = AuthenticationResponse.from_dict(said)
        digest, handle = _digest(response.raw_id), response.response.user_handle
    except Exception as error:
        raise Refused(str(error)) from error
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(digest=digest, user__is_active=True).first()
    if row is None or handle != handle_of(row.user):
        raise Refused("nobody's")
    try:
        _server(request).authenticate_complete(state, [_credential(row)], response)
    except Exception as error:
        raise Refused(str(error)) from error
    return row, response.response.authenticator_data.counter


def remove(user: User, pk: int) -> bool:
    """False where the account has no such passkey. The password stays: nobody is locked out."""
    removed, _by_model = user.passkeys.filter(pk=pk).delete()
    if removed:
        log.info("passkey removed: account %s", user.pk)
    return bool(removed)


def _credential(row: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes.fromhex(row.credential))


def _digest(credential_id: bytes) -> bytes:
    """The id is drawn at random by the device, so a plain digest cannot be reversed."""
    return hashlib.sha256(credential_id).digest()


def _read(answer: str) -> dict[str, Any]:
    """Raises Refused for what no browser sends."""
    try:
        said = json.loads(answer) if len(answer) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise Refused("not JSON") from error
    if not isinstance(said, dict):
        raise Refused("not an answer")
    return said
