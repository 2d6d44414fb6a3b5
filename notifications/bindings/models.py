"""Where a person is told in WeChat and in the company's app, and what they granted there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.parties import Party
from core.fields import EncryptedTextField, blind_index
from rules.delivery import Channel

#: The channels whose addresses nobody can type: who has one shows it from there.
BOUND = (Channel.WECHAT, Channel.APP)
CHOICES = [(each.value, each.label) for each in BOUND]


def digest_of(channel: str, address: str) -> bytes:
    """The keyed digest by which an address of such a channel is found."""
    return blind_index(f"{channel}\0{address}", "binding")


class BindingQuerySet(models.QuerySet["Binding"]):
    def open(self) -> "BindingQuerySet":
        return self.filter(ended_at=None).order_by("id")


class Binding(models.Model):
    """An account of WeChat (openid) or a device with the app, shown to be a party's by a code that
    came from there. Ended, never changed to another address."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="bindings")
    channel = models.CharField(max_length=12, choices=CHOICES)
    address = EncryptedTextField()
    digest = models.BinaryField(max_length=32, editable=False)
    confirmed_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = BindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("binding")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "channel"], condition=Q(ended_at=None), name="open_binding_once"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["wechat", "app"]), name="binding_of_known_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "digest"], condition=Q(ended_at=None), name="binding_by_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.channel}"


class BindingCode(models.Model):
    """What a person shows in WeChat or the app, so that it becomes theirs: short-lived, used once,
    and the newest alone."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=CHOICES)
    code = EncryptedTextField()
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("code of a binding")
        constraints = [
            models.UniqueConstraint(fields=["party", "channel"], name="binding_code_once"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="binding_code_by_end")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.channel}"


class Grant(models.Model):
    """How many messages of one template a person has granted in WeChat: each tap is one."""

    channel = models.CharField(max_length=12, choices=CHOICES)
    digest = models.BinaryField(max_length=32, editable=False)
    template = models.CharField(max_length=100)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("granted message")
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest", "template"], name="grant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.left}"
