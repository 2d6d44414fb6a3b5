"""The outbox, written in the transaction of what it tells, and the messages of the site."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import CityNow


class Outbox(models.Model):
    """One message to one person over one channel, to be delivered at least once.

    `context` carries references and dates, never a name, a number or an address.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        LEASED = "leased", _("Being sent")
        SENT = "sent", _("Sent")
        PARKED = "parked", _("Given up")

    class Channel(models.TextChoices):
        SITE = "site", _("Message on this site")

    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    case_ref = models.UUIDField()
    version = models.BigIntegerField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.SITE)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    # Leases run by the server's real clock, so that moving a demonstration's clock frees nothing.
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "version", "recipient", "channel"],
                name="outbox_once",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="outbox_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="leased", leased_until__isnull=False)
                | (~Q(state="leased") & Q(leased_until=None)),
                name="outbox_lease_has_end",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="pending"), name="outbox_pending"),
            models.Index(
                fields=["leased_until"], condition=Q(state="leased"), name="outbox_leased"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    def to(self, user: User) -> "MessageQuerySet":
        return self.filter(recipient=user)

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def mark_read(self, up_to: int) -> int:
        """Marks what the person has seen, up to that message; returns how many became read."""
        return self.unread().filter(pk__lte=up_to).update(read_at=timezone.now())


class Message(models.Model):
    """What was delivered over the site's own channel: one row for each outbox row."""

    outbox = models.OneToOneField(Outbox, models.PROTECT, related_name="message")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
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
