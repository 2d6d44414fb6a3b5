"""Registering a system, changing its secret, trying it, and sending once more."""

import base64
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, WordsField, read
from core.clock import CityNow
from core.fields import blind_index
from core.problems import FieldError, Invalid, WrongState
from core.webhooks import PREFIX
from notifications.bulk.actions import resent
from notifications.bulk.models import Broadcast
from notifications.models import Delivery, Outbox
from notifications.webhooks.addresses import is_allowed
from notifications.webhooks.models import URL_MAX, Endpoint
from rules.delivery import Channel, delivery_rules

TESTED: Final = "webhook.tested"
KEY_BYTES: Final = 32
TAKEN: Final = _("This address is told already.")


class NewEndpoint(Body):
    name = WordsField(label=_("Whose system it is"), one_line=True, max_length=100)
    url = WordsField(
        label=_("Web address"),
        one_line=True,
        max_length=URL_MAX,
        help_text=_("Over https, at a host on the operator's list."),
    )

    def validate_url(self, url: str) -> str:
        if not is_allowed(url):
            raise serializers.ValidationError(
                _("This host is not on the operator's list, or the address is not over https.")
            )
        return url


def register(body: Mapping[str, Any]) -> Endpoint:
    """Raises Invalid: an address that is not allowed, or told already."""
    said = read(NewEndpoint, body)
    try:
        with transaction.atomic():
            return Endpoint.objects.create(**said, secret=fresh_secret())
    except IntegrityError as double:
        raise Invalid([FieldError("/url", TAKEN)]) from double


def fresh_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def rotate(one: Endpoint) -> Endpoint:
    """Give it another secret; for a while messages are signed by both.

    Raises:
        WrongState: the one before still holds, or the system is told no more.
    """
    with transaction.atomic():
        held = Endpoint.objects.select_for_update().get(pk=one.pk)
        both = Endpoint.objects.filter(pk=one.pk, previous_until__gt=Now()).exists()
        if held.ended_at or both:
            raise WrongState(_("Its secret was changed just now: both hold still."))
        lasts = timedelta(hours=delivery_rules().bulk.overlap_hours)
        Endpoint.objects.filter(pk=held.pk).update(
            previous=held.secret, secret=fresh_secret(), previous_until=Now() + Value(lasts)
        )
    return Endpoint.objects.get(pk=one.pk)


def end(one: Endpoint) -> None:
    """It is told nothing more; twice is once."""
    Endpoint.objects.filter(pk=one.pk, ended_at=None).update(ended_at=CityNow())


def leave(one: Broadcast) -> None:
    """What goes to many goes to the systems too, as it is now, in the caller's transaction."""
    known = list(Endpoint.objects.filter(ended_at=None))
    if known:
        intent = _intent(one.kind, one.subject_kind, one.subject_id, one.version, one.context)
        Delivery.objects.bulk_create(_to(each, intent, one) for each in known)


def test(one: Endpoint) -> Delivery:
    """Send it a message that says nothing.

    Raises:
        WrongState: it is told no more.
    """
    if one.ended_at:
        raise WrongState(_("This system is told nothing more."))
    with transaction.atomic():
        intent = _intent(TESTED, "endpoint", one.pk, 0, {})
        row = _to(one, intent)
        row.save(force_insert=True)
    return row


def _intent(
    kind: str, subject_kind: str, subject_id: int, version: int, context: Mapping[str, Any]
) -> Outbox:
    return Outbox.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        version=version,
        channels=[Channel.SUBSCRIBER],
        context=dict(context),
        planned_at=Now(),
    )


def _to(one: Endpoint, intent: Outbox, broadcast: Broadcast | None = None) -> Delivery:
    return Delivery(
        outbox=intent,
        broadcast=broadcast,
        channel=Channel.SUBSCRIBER,
        address=str(one.pk),
        digest=digest_of(one),
    )


def digest_of(one: Endpoint) -> bytes:
    return blind_index(str(one.pk), "delivery")


def resend(row: Delivery) -> None:
    """Send once more, under the same id, what arrived, was given up or is unknown.

    Raises:
        WrongState: it is on its way, or something newer was told since.
    """
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).get(pk=row.pk)
        overtaken = held.broadcast is not None and not held.broadcast.current
        if overtaken or held.state in (Delivery.State.PENDING, Delivery.State.LEASED):
            raise WrongState(_("It is on its way, or something newer was told since."))
        Delivery.objects.filter(pk=held.pk).update(
            state=Delivery.State.PENDING, due_at=Now(), confirmed_at=None, tries=0, asked=0,
            reason="", said="",
        )  # fmt: skip
        if held.broadcast_id:
            resent(held)
