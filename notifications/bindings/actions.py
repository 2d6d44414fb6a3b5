"""How an account of WeChat or a device with the app becomes a party's: by a code that the person
reads here, signed in, and types in there; what comes from there is signed by its gateway."""

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.limits import is_full, note
from core.fields import blind_index
from core.problems import Busy
from notifications import outbox
from notifications.bindings import grants
from notifications.bindings.models import Binding, BindingCode, BindingQuerySet, digest_of
from notifications.providers import is_open
from notifications.texts import both
from rules.delivery import Channel
from rules.limits import Meter, limits

BOUND: Final = "account.bound"
SUBJECT: Final = "binding"
FIGURES: Final = 8


def ask_code(party: int, channel: str) -> BindingCode:
    """Make a code for a channel; an older one dies.

    Raises:
        Busy: nobody carries messages over it.
    """
    if not is_open(channel):
        raise Busy(_("No message can be sent this way at the moment."))
    minutes = limits().windows[Meter.BINDING_CODE].minutes
    code = f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"
    row, _new = BindingCode.objects.update_or_create(
        party_id=party,
        channel=channel,
        defaults={
            "code": code,
            "digest": _digest_of(channel, code),
            "expires_at": Now() + Value(timedelta(minutes=minutes)),
        },
    )
    row.refresh_from_db()
    return row


def waiting_codes(party: int) -> dict[str, BindingCode]:
    """By channel, the codes of a party that still hold."""
    rows = BindingCode.objects.filter(party=party, expires_at__gt=Now())
    return {row.channel: row for row in rows}


def take_code(channel: str, code: str, address: str) -> str:
    """Bind an address to the party whose code came from there, once; in the transaction of its
    caller. What was bound before ends.

    Returns:
        `bound`, `no_such_code`, or `too_many` wrong ones from this address or from all.
    """
    whom = digest_of(channel, address).hex()
    if is_full(Meter.BINDING_ADDRESS, whom) or is_full(Meter.BINDING_SITE):
        return "too_many"
    waiting = BindingCode.objects.filter(digest=_digest_of(channel, code), expires_at__gt=Now())
    row = waiting.select_for_update().first()
    if row is None:
        note(Meter.BINDING_ADDRESS, whom)
        note(Meter.BINDING_SITE)
        return "no_such_code"
    row.delete()
    end(row.party_id, channel)
    one = Binding.objects.create(
        party_id=row.party_id,
        channel=channel,
        address=address,
        digest=digest_of(channel, address),
    )
    outbox.put(
        kind=BOUND,
        subject_kind=SUBJECT,
        subject_id=one.pk,
        case_ref=None,
        version=0,
        recipients=[row.party_id],
        context={"channel": both(lambda: str(Channel(channel).label))},
    )
    return "bound"


def end(party: int, channel: str) -> bool:
    """Nothing more is sent there; False where nothing was bound."""
    return _end(Binding.objects.filter(party=party, channel=channel))


def end_all(party: int) -> None:
    _end(Binding.objects.filter(party=party))
    BindingCode.objects.filter(party=party).delete()


def end_address(channel: str, address: str) -> bool:
    """The person has taken it away over there."""
    return _end(Binding.objects.filter(channel=channel, digest=digest_of(channel, address)))


def _end(bindings: BindingQuerySet) -> bool:
    """The address is needed no more; its grants go with the last who had it."""
    with transaction.atomic():
        found = list(bindings.open().select_for_update())
        for one in found:
            one.ended_at, one.address = Now(), ""
            one.save(update_fields=["ended_at", "address"])
            alike = Binding.objects.open().filter(channel=one.channel, digest=one.digest)
            if not alike.exists():
                grants.forget(one.channel, bytes(one.digest))
    return bool(found)


def forget_codes() -> int:
    deleted, _by_model = BindingCode.objects.filter(expires_at__lt=Now()).delete()
    return deleted


def _digest_of(channel: str, code: str) -> bytes:
    """Keyed: a hundred million codes are tried in a moment by whoever reads the table."""
    return blind_index(f"{channel}\0{code}", "binding_code")
