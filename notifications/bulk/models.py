"""A broadcast, and the snapshot of whom it is for."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import CityNow
from core.events import words_of


class Broadcast(models.Model):
    """One event told to all who followed at its instant, written in the transaction of its act.

    Whom it is for stands in its batches and never grows. `current`: nothing newer is told of the
    same subject; of what is not current nothing is sent any more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("broadcast", "Waiting")
        SENDING = "sending", pgettext_lazy("broadcast", "Being sent")
        PARTIAL = "partial", _("Sent to some")
        DONE = "done", pgettext_lazy("broadcast", "Sent to all")
        STOPPED = "stopped", pgettext_lazy("broadcast", "Stopped")
        SUPERSEDED = "superseded", _("Overtaken by a newer one")

    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    case_ref = models.UUIDField(null=True)
    version = models.BigIntegerField()
    context = models.JSONField(default=dict)
    #: What the subject touched at that instant, for whoever says who follows that.
    scope = models.JSONField(default=dict)
    #: Danger: sent before all others.
    urgent = models.BooleanField(default=False)
    people = models.PositiveIntegerField(default=0)
    current = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    #: How often in a row a provider took no more, and when it is tried again by itself.
    throttled = models.PositiveSmallIntegerField(default=0)
    resume_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)
    # By the server's real clock, as the deliveries' times are.
    ended_at = models.DateTimeField(null=True, blank=True)

    #: Of which something is still to be done by itself.
    OPEN: ClassVar = (State.WAITING, State.SENDING, State.PARTIAL)

    class Meta:
        app_label = "notifications"
        verbose_name = _("message to many")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(current=True),
                name="broadcast_last_word",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "version"], name="broadcast_once"
            ),
            models.CheckConstraint(
                condition=Q(current=True) | Q(state__in=["done", "superseded"]),
                name="broadcast_overtaken_ends",
            ),
            models.CheckConstraint(
                condition=Q(resume_at=None) | Q(state="partial"), name="broadcast_pauses_in_parts"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-urgent", "id"],
                condition=Q(current=True, state__in=["waiting", "sending", "partial"]),
                name="broadcast_open",
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="broadcast_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"

    @property
    def words(self) -> str:
        return words_of(self.kind)


#: As answers name them.
STATES = Broadcast.State.choices


class BatchQuerySet(models.QuerySet["Batch"]):
    def parties(self) -> "models.QuerySet[Batch, int]":
        """Whom these are for, one row each."""
        members = models.Func("members", function="unnest", output_field=models.BigIntegerField())
        return self.annotate(party=members).values_list("party", flat=True)


class Batch(models.Model):
    """Some of those whom a broadcast is for, by their parties; as a whole it gets its deliveries
    or has none. `left`: how many of them followed no more by then."""

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    members = ArrayField(models.BigIntegerField())
    left = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = BatchQuerySet.as_manager()

    class Meta:
        app_label = "notifications"
        verbose_name = _("part of those told")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["broadcast", "number"], name="broadcast_batch_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["broadcast", "number"],
                condition=Q(planned_at=None),
                name="broadcast_batch_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id}.{self.number}"
