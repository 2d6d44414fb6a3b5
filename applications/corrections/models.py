"""The table of proposed corrections; what is proposed is kept as long as it waits."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.parties import Party
from core.clock import CityNow
from core.fields import EncryptedTextField
from documents.models import Document


class IdentityCorrection(models.Model):
    """Another name or number for the applicant of a case, with a document that shows it.

    Name and number go with the decision: the case has them then, or nobody needs them. The record
    of the case commits to them by a keyed digest. How it ended never changes (trigger
    correction_has_ended); what was said goes with the person of the case (trigger
    case_forgets_corrections).
    """

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("Agreed to")
        REFUSED = "refused", _("Not agreed to")
        TAKEN_BACK = "taken_back", _("Taken back")
        CASE_ENDED = "case_ended", _("The case ended before")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="identity_corrections"
    )
    name = EncryptedTextField(blank=True)
    id_number = EncryptedTextField(blank=True)
    # Why it is wrong, and why it was refused: both may name people.
    reason = EncryptedTextField(blank=True)
    answer = EncryptedTextField(blank=True)
    proposed_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=CityNow())
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    #: What was handed in with it (`queries.with_files`).
    files: Sequence[Document] = ()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(outcome=""), name="one_open_correction"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True) & ~Q(name="") & ~Q(id_number="")
                | ~Q(outcome="") & Q(ended_at__isnull=False, name="", id_number=""),
                name="ended_correction_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["application", "-id"], name="corrections_of_case")]

    def __str__(self) -> str:
        return str(self.pk)
