"""The outbox, written in the transaction of what it tells; a delivery for each way in which it
goes to a person; and the messages of the site."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.parties import Party
from core.clock import CityNow
from core.events import Topic
from core.fields import EncryptedTextField
from notifications.bindings.models import Binding, BindingCode, Grant
from rules.delivery import CARRIED, PERSONAL, Channel

__all__ = [
    "Binding", "BindingCode", "Circuit", "Delivery", "Grant", "Message", "MessageQuerySet",
    "Outbox", "Preference", "QuietChoice", "Receipt", "Sending",
]  # fmt: skip


class Outbox(models.Model):
    """An intent: one thing to be told to one party. What becomes of it is in its deliveries.

    `context` carries references and dates, never a name, a number or an address. What else must
    be told and nobody else may read, such as a code, is in `secret` until `expires_at`.
    """

    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    case_ref = models.UUIDField(null=True)
    version = models.BigIntegerField()
    # Nobody that we know where a code goes to an address that is nobody's yet, or a webhook to the
    # system of somebody else.
    recipient = models.ForeignKey(Party, models.PROTECT, related_name="+", null=True)
    channels = ArrayField(models.CharField(max_length=12, choices=Channel.choices))
    context = models.JSONField(default=dict)
    secret = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)
    # By the server's real clock, like all of a delivery's: moving a demonstration's clock sends
    # nothing.
    planned_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "version", "recipient"],
                name="outbox_once",
            ),
            models.CheckConstraint(
                condition=Q(secret="") | Q(expires_at__isnull=False), name="outbox_secret_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(planned_at=None), name="outbox_unplanned"),
            models.Index(
                fields=["expires_at"], condition=~Q(secret=""), name="outbox_secret_until"
            ),
            # Who was told of a clock (notifications/told.py).
            models.Index(
                fields=["kind", "version"],
                condition=Q(kind__in=["clock.breached", "clock.warned"]),
                name="outbox_of_clocks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class Delivery(models.Model):
    """One intent on its way over one channel to one address.

    It waits (`pending`), is claimed (`leased`), was taken by the provider (`sent`), arrived
    (`confirmed`). Where nobody knows whether the provider took it, it is `unknown`: asked about,
    and sent again only where the provider sends what has one key once. `parked`: given up.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        LEASED = "leased", _("Being sent")
        SENT = "sent", _("Sent")
        CONFIRMED = "confirmed", _("Arrived")
        UNKNOWN = "unknown", _("Perhaps sent")
        PARKED = "parked", _("Given up")

    class Reason(models.TextChoices):
        """Why it is given up or unknown."""

        NONE = "", ""
        TRIES = "tries", _("Tried too often")
        REFUSED = "refused", _("Refused by the provider")
        UNDELIVERED = "undelivered", _("The provider could not deliver it")
        TEMPLATE = "template", _("The vendor has no template for this text")
        EXPIRED = "expired", _("Too late to be of use")
        LOST = "lost", _("The process that sent it was stopped")
        NO_ANSWER = "no_answer", _("The provider did not answer")
        STRANGE_ANSWER = "strange_answer", _("The provider's answer made no sense")
        UNREACHABLE = "unreachable", _("The provider could not be reached")
        BUSY = "busy", _("The provider took no more")
        FAILED = "failed", _("The message could not be made")
        QUIET = "quiet", _("Waits for the end of the quiet hours")
        LIMIT = "limit", _("Waits: the provider sends this address no more just now")
        LEFT = "left", _("The person has stopped these messages")
        GRANT = "grant", _("The person has granted no sending")
        SUPERSEDED = "superseded", _("Something newer is told instead")

    #: Ended by the person's own will, or by what is told instead, and no trouble.
    OWN_WILL: ClassVar = (Reason.LEFT, Reason.GRANT, Reason.SUPERSEDED)

    outbox = models.ForeignKey(Outbox, models.PROTECT, related_name="deliveries")
    #: Of the one that goes to many: it is sent by `notifications.bulk`.
    broadcast = models.ForeignKey(
        "Broadcast", models.PROTECT, null=True, related_name="deliveries", db_index=False
    )
    # What the provider knows it by: unlike a number, of no other database's message.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    address = EncryptedTextField(blank=True, default="")
    digest = models.BinaryField(max_length=32, default=b"", editable=False)
    language = models.CharField(max_length=10, default=User.Language.ZH)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True, default="")
    # A word of the provider's own, such as isv.OUT_OF_SERVICE; never what it says at length.
    said = models.CharField(max_length=60, blank=True, default="")
    provider = models.CharField(max_length=20, blank=True, default="")
    provider_id = models.CharField(max_length=80, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    asked = models.PositiveSmallIntegerField(default=0)
    # What the networks carry, and what the vendor says that it bills.
    parts = models.PositiveSmallIntegerField(null=True, blank=True)
    billed = models.PositiveSmallIntegerField(null=True, blank=True)
    # When it is tried next, or asked about; null: nothing happens by itself any more.
    due_at = models.DateTimeField(db_default=Now(), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("delivery")
        constraints = [
            models.UniqueConstraint(fields=["outbox", "channel", "digest"], name="delivery_once"),
            # Two parties of one phone are told once.
            models.UniqueConstraint(
                fields=["broadcast", "channel", "digest"],
                condition=Q(broadcast__isnull=False) & ~Q(digest=b""),
                name="delivery_of_broadcast_once",
            ),
            models.CheckConstraint(
                condition=Q(state="leased", leased_until__isnull=False)
                | (~Q(state="leased") & Q(leased_until=None)),
                name="delivery_lease_has_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "confirmed"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "confirmed"])),
                name="delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at=None)),
                name="delivery_arrived_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(due_at__isnull=False),
                name="delivery_waits_until",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["leased", "confirmed", "parked"]) | Q(due_at=None),
                name="delivery_ended_is_not_due",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["parked", "unknown"]) | ~Q(reason=""),
                name="delivery_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at", "id"],
                condition=Q(state="pending", broadcast=None),
                name="delivery_pending",
            ),
            # The log of a system that is told.
            models.Index(
                fields=["digest", "-id"],
                condition=Q(channel="subscriber"),
                name="delivery_of_system",
            ),
            models.Index(
                fields=["broadcast", "channel", "id"],
                condition=Q(state="pending", broadcast__isnull=False),
                name="delivery_of_many",
            ),
            models.Index(
                fields=["broadcast", "state", "reason"],
                condition=Q(broadcast__isnull=False),
                name="delivery_by_broadcast",
            ),
            models.Index(
                fields=["leased_until"], condition=Q(state="leased"), name="delivery_leased"
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["sent", "unknown"], due_at__isnull=False, broadcast=None),
                name="delivery_to_ask",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(
                    state__in=["sent", "unknown"], due_at__isnull=False, broadcast__isnull=False
                ),
                name="delivery_of_many_to_ask",
            ),
            models.Index(
                fields=["-id"],
                condition=Q(state__in=["parked", "unknown"]),
                name="delivery_in_trouble",
            ),
            models.Index(
                fields=["reason"],
                condition=Q(state="pending") & ~Q(reason=""),
                name="delivery_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


class Preference(models.Model):
    """Whether somebody wants to be told over a channel: of a topic, or of all that say nothing of
    their own; without a row, what `WANTED` says."""

    #: The site always tells; an e-mail comes to whoever chose it.
    WANTED: ClassVar = {each: each != Channel.EMAIL for each in (Channel.SITE, *CARRIED)}

    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=PERSONAL)
    topic = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in Topic], blank=True, default=""
    )
    wanted = models.BooleanField()

    class Meta:
        verbose_name = _("choice of a channel")
        constraints = [
            models.UniqueConstraint(fields=["party", "channel", "topic"], name="preference_once"),
            models.CheckConstraint(condition=~Q(channel="site"), name="preference_not_of_the_site"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.channel} {self.topic}"


class QuietChoice(models.Model):
    """Fewer quiet hours than the city's, or none: then both ends are null."""

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="+")
    begin = models.TimeField(null=True, blank=True)
    until = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("choice of quiet hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(begin=None, until=None)
                | Q(begin__isnull=False, until__isnull=False) & ~Q(begin=models.F("until")),
                name="quiet_choice_has_both_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.begin} {self.until}"


class Circuit(models.Model):
    """How a provider has answered lately, for all processes at once; `opened_at` while nothing is
    sent to it but one message after each pause, from `retry_at` on. By the server's real clock."""

    channel = models.CharField(max_length=12, choices=Channel.choices)
    provider = models.CharField(max_length=20)
    failures = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("circuit of a provider")
        constraints = [
            models.UniqueConstraint(fields=["channel", "provider"], name="circuit_once"),
            models.CheckConstraint(
                condition=Q(opened_at=None, retry_at=None)
                | Q(opened_at__isnull=False, retry_at__isnull=False),
                name="circuit_open_has_pause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.provider}"


class Sending(models.Model):
    """One message that a provider has taken, or may have: what its limits count. Of the address
    only the keyed digest is kept, and no longer than the longest window."""

    channel = models.CharField(max_length=12, choices=Channel.choices)
    provider = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32, editable=False)
    signature = models.CharField(max_length=40)
    template = models.CharField(max_length=120)
    code = models.BooleanField()
    # By the server's real clock, as a provider counts.
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("message counted by a provider")
        indexes = [
            models.Index(fields=["digest", "channel", "provider", "at"], name="sending_of_address"),
            models.Index(fields=["at"], name="sending_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.provider}"


class Receipt(models.Model):
    """What a provider told of a part of a message by itself; of the whole one the part is 0."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="receipts")
    part = models.PositiveSmallIntegerField(default=0)
    arrived = models.BooleanField()

    class Meta:
        verbose_name = _("receipt of a message")
        constraints = [
            models.UniqueConstraint(fields=["delivery", "part"], name="receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.part}"


class MessageQuerySet(models.QuerySet["Message"]):
    def to(self, user: User) -> "MessageQuerySet":
        return self.filter(recipient=user.party_id)

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def mark_read(self, up_to: int) -> int:
        """Marks what the person has seen, up to that message; returns how many became read."""
        return self.unread().filter(pk__lte=up_to).update(read_at=timezone.now())


class Message(models.Model):
    """What was delivered over the site's own channel: one row for each outbox row."""

    outbox = models.OneToOneField(Outbox, models.PROTECT, related_name="message")
    recipient = models.ForeignKey(Party, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    context = models.JSONField(default=dict)
    created_at = models.DateTimeField(editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    # What is unread comes first (`ORDER`).
    read = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(read_at__isnull=False), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    ORDER: ClassVar = ("read", "-id")

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        indexes = [
            models.Index(fields=["recipient", "read", "-id"], name="message_of_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


import notifications.bulk.models  # noqa: E402 (they are of this app)
import notifications.webhooks.models  # noqa: E402, F401
