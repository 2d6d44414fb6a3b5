"""What was said and written beside the steps of a case: calls to the applicant, and messages."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import role_words
from core.fields import EncryptedTextField

if TYPE_CHECKING:
    from applications.models import Application


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of_case(self, case: "Application") -> "AttemptQuerySet":
        """Those that whoever works on the case reads, the newest first: a call for the follow-up
        of a rating would tell them that it is followed up."""
        return self.filter(application=case, follow_up=None).order_by("-id")


class Attempt(models.Model):
    """An attempt to reach the applicant by phone; never changed, never deleted (portal/grants.py).

    `seq` is the number of its entry in the record of the case, or of the follow-up that it was
    made for.
    """

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        CALL_BACK = "call_back", _("To be called back")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="attempts"
    )
    follow_up = models.ForeignKey(
        "applications.FollowUp", on_delete=models.PROTECT, related_name="attempts", null=True
    )
    seq = models.PositiveIntegerField()
    role = models.CharField(max_length=20)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    text = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    objects: ClassVar = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "seq"], name="attempt_once_a_step"),
            models.UniqueConstraint(
                fields=["application", "seq"],
                condition=Q(follow_up=None),
                name="attempt_once_an_entry",
            ),
            # A follow-up is closed by the call that reaches the applicant.
            models.CheckConstraint(
                condition=Q(follow_up=None) | Q(outcome="not_reached"),
                name="attempt_of_a_follow_up",
            ),
        ]
        indexes = [models.Index(fields=["application", "-id"], name="attempt_of_case")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.seq}"

    @property
    def who(self) -> str:
        return role_words(self.role)


class CaseMessage(models.Model):
    """A message about a case, from the applicant or to the applicant.

    `seq` is the number of its entry in the case's record, which commits to its digest. Nothing of
    it changes but that it is answered (portal/grants.py).
    """

    class Side(models.TextChoices):
        """Who wrote it."""

        APPLICANT = "applicant", _("Applicant")
        SUPPLIER = "supplier", _("Supply company")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="messages"
    )
    seq = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    role = models.CharField(max_length=20)
    # Empty once it is erased with the person of its case.
    text = EncryptedTextField()
    at = models.DateTimeField()
    #: Of one from the applicant: since when nothing is owed for it any more.
    answered_at = models.DateTimeField(null=True)

    ORDER: ClassVar = ("-id",)

    class Meta:
        verbose_name = _("message about a case")
        constraints = [
            models.UniqueConstraint(fields=["application", "seq"], name="message_once_an_entry"),
            models.CheckConstraint(
                condition=Q(side="applicant") | Q(answered_at=None), name="message_to_be_answered"
            ),
        ]
        indexes = [
            models.Index(fields=["application", "-id"], name="message_of_case"),
            models.Index(
                fields=["application"],
                condition=Q(side="applicant", answered_at=None),
                name="message_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.seq}"

    @property
    def who(self) -> str:
        return role_words(self.role)

    @property
    def waits(self) -> bool:
        """Whether the supply company owes an answer."""
        return self.side == self.Side.APPLICANT and self.answered_at is None
