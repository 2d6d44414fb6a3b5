"""The table of enquiries."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import Organisation, User
from accounts.parties import Party
from applications.enquiries.workflow import EnquiryMachine, EnquiryState, Topic
from core.clock import local_date
from core.fields import EncryptedTextField
from rules import registry
from rules.policy import Policy

if TYPE_CHECKING:
    from applications.models import Application


class Enquiry(EnquiryMachine, FSMModelMixin, models.Model):
    """A question of the applicant's side about a case, or of anybody about none.

    `ref` stands for it in the record and at its clock, which the end of a case does not stop. What
    was asked never changes (portal/grants.py).

    One without a case has a number and a topic of its own, and whoever asked: `party`, or the
    counter (`office`) that took it in. `phone` is where those are told who have no account, and
    what opens it again; whoever has an account has none here.
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="enquiries", null=True
    )
    # That of its case, or its own.
    number = models.CharField(max_length=20)
    topic = models.CharField(max_length=10, choices=Topic.choices, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="enquiries", null=True)
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    phone = EncryptedTextField(blank=True)
    phone_digest = models.BinaryField(max_length=32, null=True)
    # What is written to that phone.
    language = models.CharField(max_length=10, choices=User.Language, default=User.Language.ZH)
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    state = FSMField(
        max_length=8, choices=EnquiryState.choices, default=EnquiryState.OPEN, protected=True
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    # Both may name people.
    text = EncryptedTextField()
    answer_text = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True, answer_text="")
                # Both texts are empty once they are erased.
                | Q(state="answered", answered_at__isnull=False)
                & (~Q(text="") & ~Q(answer_text="") | Q(text="", answer_text="")),
                name="enquiry_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=False, topic="", party=None, office=None, phone="")
                | Q(application__isnull=True)
                & ~Q(topic="")
                & (Q(party__isnull=False) ^ Q(office__isnull=False)),
                name="enquiry_of_a_case_or_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(phone="") ^ Q(phone_digest__isnull=False),
                name="enquiry_phone_is_found",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(application__isnull=True),
                name="enquiry_has_its_number",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "id"], condition=Q(state="open"), name="enquiry_open"),
            models.Index(
                fields=["district", "-id"], condition=Q(state="answered"), name="enquiry_answered"
            ),
            models.Index(fields=["district", "-id"], name="enquiry_by_district"),
            models.Index(
                fields=["phone_digest"],
                condition=Q(phone_digest__isnull=False),
                name="enquiry_of_phone",
            ),
            models.Index(
                fields=["answered_at"],
                condition=Q(application__isnull=True, state="answered") & ~Q(text=""),
                name="enquiry_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.pk}"

    @property
    def is_erased(self) -> bool:
        return not self.text

    def rules(self) -> Policy:
        """Those in force when it was asked."""
        book = registry.book(self.rules_version)
        case: Application | None = self.application
        if case is not None:
            return case.in_force(book, self.asked_at)
        return book.in_force(on=local_date(self.asked_at), district=self.district)

    def concerns(self, user: User) -> bool:
        """Whether it is the person's own, or about the person's own case."""
        case: Application | None = self.application
        if case is not None:
            return case.concerns(user)
        phone, own = self.phone_digest, user.phone_index
        return self.party_id == user.party_id or bool(phone and own and bytes(phone) == bytes(own))
