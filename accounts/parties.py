"""Parties of cases, where they are told, and how one without an account shows itself."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField, blind_index
from core.identifiers import plain_phone


def phone_index(phone: str) -> bytes:
    """The keyed digest by which an account is found by its phone number."""
    return blind_index(plain_phone(phone), "phone")


class Party(models.Model):
    """A person or an organisation as a party of cases, with an account or without one."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("party")

    def __str__(self) -> str:
        return str(self.pk)


class ContactQuerySet(models.QuerySet["Contact"]):
    def reachable(self) -> "ContactQuerySet":
        """Those that are told: shown to be the party's, and not ended; in their order."""
        return self.filter(confirmed_at__isnull=False, ended_at=None).order_by("id")


class Contact(models.Model):
    """Where a party is told: a phone or a mailbox. Ended, never changed to another address."""

    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")

    party = models.ForeignKey(Party, models.PROTECT, related_name="contacts")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    address = EncryptedTextField(_("address"))
    address_digest = models.BinaryField(max_length=32, editable=False)
    # Of a party without an account: what it read the pages in when it was last here.
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE)
    # Whoever has the address has shown it, by a code that was sent there.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "channel", "address_digest"],
                condition=Q(ended_at=None),
                name="open_contact_once",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["sms", "email"]), name="contact_of_known_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "address_digest"],
                condition=Q(ended_at=None),
                name="contact_by_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.channel}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.address_digest = self.digest(self.channel, self.address)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @classmethod
    def digest(cls, channel: str, address: str) -> bytes:
        """The keyed digest by which a contact is found; that of a phone is the account's own."""
        if channel == cls.Channel.SMS:
            return phone_index(address)
        return blind_index(address.strip().lower(), "email")


class PhoneCode(models.Model):
    """A code on its way to a phone and back. Found only through the session that asked for it."""

    class Purpose(models.TextChoices):
        VISIT = "visit", _("To apply without an account")
        PASSWORD = "password", _("To set a new password")
        PROGRESS = "progress", _("To see all of a case")
        CONTRACT = "contract", _("To sign a contract")
        SIGN_IN = "sign_in", _("To sign in")
        CONSENT = "consent", _("To agree that data are passed on")
        OFFICE = "office", _("To open what was passed on")
        PHONE = "phone", _("To correct a phone number")
        MANDATE = "mandate", _("To let an account act")
        OFFER = "offer", _("To take what is offered")
        CLOSE = "close", _("To close an account")
        DECISION = "decision", _("To confirm a decision at a counter")
        OPINION = "opinion", _("To give an opinion")

    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.VISIT)
    #: Whose contact it was sent to; where somebody begins, whose it became when it was used.
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    address = EncryptedTextField(_("address"))
    digest = models.BinaryField(max_length=32, editable=False)
    #: The SHA-256 of the text that it signs; empty where it signs none.
    signs = models.CharField(max_length=64, blank=True, default="")
    wrong = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    purpose__in=[
                        "visit",
                        "password",
                        "progress",
                        "contract",
                        "sign_in",
                        "consent",
                        "office",
                        "phone",
                        "mandate",
                        "offer",
                        "close",
                        "decision",
                        "opinion",
                    ]
                ),
                name="code_of_known_purpose",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["contract", "consent", "phone", "decision", "opinion"])
                ^ Q(signs=""),
                name="code_signs_a_text",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="code_by_end")]

    def __str__(self) -> str:
        return str(self.pk)


class ReturnLink(models.Model):
    """The way back of a party without an account to what it has begun; alone it opens nothing.

    Only the digest of its token is kept.
    """

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="links")
    number = models.CharField(_("number"), max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("link")

    def __str__(self) -> str:
        return self.number
