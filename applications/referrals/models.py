"""The tables of referrals: whom another city's applications are passed on to, and what is."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from accounts.models import Organisation, User
from accounts.parties import Party, phone_index
from applications.referrals.workflow import ReferralMachine, ReferralState
from core.clock import CityNow
from core.fields import EncryptedTextField
from core.templatetags.city import in_english


class RegisteredOffice(models.Model):
    """An office of another city that takes in what is passed on; it ends, and never changes.

    Another phone is another office: what was sent where stays known. `party` is who acts for it,
    in the record too.
    """

    party = models.OneToOneField(Party, models.PROTECT, related_name="registered_office")
    city_zh = models.CharField(max_length=60)
    city_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    # What a customer is told to ring.
    telephone = models.CharField(max_length=30)
    # Where codes go, and links where there is no mailbox: it may be somebody's own.
    mobile = EncryptedTextField()
    email = EncryptedTextField(blank=True)
    added_at = models.DateTimeField(db_default=CityNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city_zh", "name_zh"],
                condition=Q(ended_at__isnull=True),
                name="registered_office_once",
            )
        ]

    def __str__(self) -> str:
        return self.name_en if in_english() else self.name_zh

    @property
    def city(self) -> str:
        return self.city_en if in_english() else self.city_zh

    @property
    def phone_index(self) -> bytes:
        """By which its mobile is compared with the one that has shown a code."""
        return phone_index(self.mobile)


class Referral(ReferralMachine, FSMModelMixin, models.Model):
    """One application for an address in another city, on its way to that city's office.

    Nothing of it is decided or measured here. `content` is what was declared, as JSON; it never
    changes, and is empty once it is erased (portal/grants.py). `link` is the digest of the token
    by which the office finds it (`package.token_of`).
    """

    class Consent(models.TextChoices):
        CODE = "code", _("By a code to the customer's phone")
        PAPER = "paper", _("By a signed paper")

    ref = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=20, unique=True)
    state = FSMField(
        max_length=12, choices=ReferralState.choices, default=ReferralState.SENT, protected=True
    )
    # The office or hall that took it in: its clerks go on with it, whoever of them that was.
    counter = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    office = models.ForeignKey(RegisteredOffice, models.PROTECT, related_name="referrals")
    content = EncryptedTextField(blank=True)
    phone_digest = models.BinaryField(max_length=32)
    # What the customer's messages are written in.
    language = models.CharField(max_length=10, choices=User.Language, default=User.Language.ZH)
    consent = models.CharField(max_length=5, choices=Consent)
    link = models.CharField(max_length=64, unique=True)
    # Scheme and host under which it was taken in, and under which the office opens it.
    site = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    # The last time that the office opened it; every one is in the record.
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # From then on the office is reminded; null once it has answered.
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    # The office's own number for it.
    reference = models.CharField(max_length=60, blank=True)
    # Why the office declined it, or the customer took it back; it may name people.
    reason = EncryptedTextField(blank=True)
    erased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "opened"], ended_at__isnull=True)
                & Q(remind_at__isnull=False)
                | Q(state__in=["acknowledged", "declined", "withdrawn"], ended_at__isnull=False)
                & Q(remind_at__isnull=True),
                name="referral_reminded_until_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(opened_at__isnull=False) | Q(state="withdrawn"),
                name="referral_opened_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False, ended_at__isnull=False, content="", reason="")
                | Q(erased_at__isnull=True) & ~Q(content=""),
                name="referral_erased_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["counter", "-id"], name="referral_of_counter"),
            models.Index(
                fields=["counter", "remind_at", "id"],
                condition=Q(remind_at__isnull=False),
                name="referral_open",
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="referral_to_remind",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False, erased_at__isnull=True),
                name="referral_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open(self) -> bool:
        """Whether the office has not answered yet."""
        return self.remind_at is not None
