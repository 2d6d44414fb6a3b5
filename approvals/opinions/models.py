"""An opinion that a bureau asks for: of whom, about what, and what came of it."""

from datetime import date, timedelta
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q, TextChoices
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from accounts.parties import Party
from approvals.opinions.serializers import Position
from approvals.opinions.workflow import OpinionMachine, OpinionState
from approvals.packages.models import Package
from core.clock import city_now, local_date
from core.fields import EncryptedTextField
from documents.models import Document
from rules.packages import permit_package


class Standing(TextChoices):
    """What a reader is told of it; time and the permit's decision end what was not answered."""

    WAITING = "waiting", _("Waiting for an answer")
    GIVEN = "given", _("Given")
    NO_ANSWER = "no_answer", _("No answer")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Opinion(OpinionMachine, FSMModelMixin, models.Model):
    """`ref` stands for it as a part of its case's record, `party` for whoever was asked. `link` is
    the digest of the token by which it is found (`actions.token_of`).

    Who it was, question and words go with the person of the case; the phone at the end.
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    permit = models.ForeignKey("approvals.Permit", models.PROTECT, related_name="opinions")
    state = FSMField(
        max_length=9, choices=OpinionState.choices, default=OpinionState.NEW, protected=True
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    name = EncryptedTextField(blank=True)
    phone = EncryptedTextField(blank=True)
    question = EncryptedTextField(blank=True)
    # What is shown with the question: codes of parts, references of files.
    parts = models.JSONField(default=list)
    files = models.JSONField(default=list)
    link = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    # The first instant after the last day for an answer.
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    # The last time that it was read; every one is in the record.
    opened_at = models.DateTimeField(null=True)
    position = models.CharField(max_length=12, choices=Position, blank=True)
    words = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None, withdrawn_at=None, position="")
                | Q(state="answered", answered_at__isnull=False, withdrawn_at=None)
                & Q(position__in=Position.values)
                | Q(state="withdrawn", answered_at=None, withdrawn_at__isnull=False, position=""),
                name="opinion_in_one_state",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(phone=""), name="opinion_ends_without_phone"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="opinion_has_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=~Q(phone=""), name="opinion_with_a_phone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.ref}"

    @cached_property
    def expired(self) -> bool:
        """Whether its last day was over when this was asked first."""
        return self.expires_at <= city_now()

    @property
    def standing(self) -> Standing:
        if self.state == OpinionState.ANSWERED:
            return Standing.GIVEN
        if self.state == OpinionState.WITHDRAWN:
            return Standing.WITHDRAWN
        ended = not self.permit.is_open() or self.expired
        return Standing.NO_ANSWER if ended else Standing.WAITING

    @property
    def answer_by(self) -> date:
        """Its last day."""
        return local_date(self.expires_at) - timedelta(days=1)

    def offered(self) -> list[Document]:
        """The attachments that may be shown with a question about its permit: those of the package
        that the permit looks at. The applicant's own papers are not among them."""
        permit = self.permit
        package = Package.objects.filter(round=permit.round_id).first()
        if package is None:
            return []
        known = permit_package(permit.rules(), permit.permit, permit.route).looked_at
        codes = {document.code for document in known}
        return [file for file in package.attached if file.requirement in codes]

    def shown_files(self) -> list[Document]:
        """Those that are shown with this question."""
        return list(Document.objects.filter(ref__in=self.files).order_by("id"))
