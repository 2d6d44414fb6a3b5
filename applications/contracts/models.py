"""Signed contracts: the text as it was signed, and the PDF that is kept of it."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from documents.models import Document

#: How a contract of a counter is signed; there is no row of it.
PAPER: Final = "paper"
#: The entry that tells what is kept.
KEPT: Final = "case.contract_kept"


class Contract(models.Model):
    """An electronic contract, written in the transaction of its signature.

    Its text and digest never change; the PDF is made, sealed and kept after it (`keeping.py`), and
    what is kept never changes either.
    """

    class Consent(models.TextChoices):
        SESSION = "session", _("Confirmed by whoever was signed in")
        CODE = "code", _("Confirmed by a code sent to the applicant's phone")

    class Trouble(models.TextChoices):
        """Why the PDF is not kept yet."""

        NONE = "", ""
        SEAL = "seal", _("The supply company's seal cannot be used at the moment.")
        TIME = "time", _("The time stamp service does not answer, or not rightly.")
        FAILED = "failed", _("The PDF could not be made.")

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, primary_key=True, related_name="contract"
    )
    # Canonical JSON in both languages, with the parties; `digest` is its SHA-256.
    text = EncryptedTextField()
    digest = models.CharField(max_length=64)
    consent = models.CharField(max_length=8, choices=Consent.choices)
    signed_at = models.DateTimeField()

    tries = models.PositiveIntegerField(default=0)
    # When it is tried next, by the server's real clock; null once it is kept.
    due_at = models.DateTimeField(db_default=Now(), null=True)
    trouble = models.CharField(max_length=8, choices=Trouble.choices, blank=True, default="")
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    # Whom the certificate of the seal names; empty where there was no seal to sign with.
    sealed_by = models.CharField(max_length=200, blank=True, default="")
    # What the time stamp says; null where no service was asked.
    stamped_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_at=None, document=None, due_at__isnull=False)
                | Q(kept_at__isnull=False, document__isnull=False, due_at=None, trouble=""),
                name="contract_kept_with_its_file",
            ),
            models.CheckConstraint(
                condition=Q(consent__in=["session", "code"]), name="contract_of_known_consent"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(kept_at=None), name="contract_to_keep"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
