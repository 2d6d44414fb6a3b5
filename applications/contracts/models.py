"""Signed contracts: the text as it was signed, and the PDF that is kept of it."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from documents.papers import KEPT_WITH_ITS_FILE, Paper

#: How a contract of a counter is signed; there is no row of it.
PAPER: Final = "paper"
#: The entry that tells what is kept.
KEPT: Final = "case.contract_kept"


class Contract(Paper):
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

    trouble = models.CharField(max_length=8, choices=Trouble.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=KEPT_WITH_ITS_FILE, name="contract_kept_with_its_file"
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
