"""The paper of a granted permit: its number, and the PDF that is kept of it."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.clock import local_date
from documents.papers import KEPT_WITH_ITS_FILE, Paper
from rules.city import city

if TYPE_CHECKING:
    from approvals.models import Permit

#: The entry that tells what is kept.
KEPT: Final = "permit.paper_kept"
#: Letters and figures that are not mistaken for each other when copied from paper.
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class PermitPaper(Paper):
    """Begun in the transaction of the grant; the PDF is made, sealed and kept after it, and what is
    kept never changes. A permit that holds on into another round has that of its first one."""

    class Trouble(models.TextChoices):
        """Why the PDF is not kept yet."""

        NONE = "", ""
        SEAL = "seal", _("The seal cannot be used at the moment.")
        TIME = "time", _("The time stamp service does not answer, or not rightly.")
        FAILED = "failed", _("The PDF could not be made.")

    permit = models.OneToOneField(
        "approvals.Permit", models.PROTECT, primary_key=True, related_name="paper"
    )
    # By which anybody asks whether it is valid: so it says nothing, and cannot be guessed.
    number = models.CharField(max_length=40, unique=True)
    trouble = models.CharField(max_length=8, choices=Trouble.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=KEPT_WITH_ITS_FILE, name="permit_paper_kept_with_its_file"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(kept_at=None), name="permit_paper_to_keep"),
        ]

    def __str__(self) -> str:
        return self.number


def begin(permit: "Permit", at: datetime) -> PermitPaper:
    """Give a permit that was granted its number; its PDF is due from now on."""
    return PermitPaper.objects.create(permit=permit, number=number_for(permit.permit, at))


def number_for(permit: str, at: datetime) -> str:
    """A number that nobody has: by the city's scheme, drawn from more than ten to the fourteen."""
    scheme = city().permit_number
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(scheme.random))
    mark = city().permit(permit).mark
    return scheme.text.format(mark=mark, year=local_date(at).year, random=drawn)
