"""The table of complaints about interruptions of supply."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from accounts.parties import Party, phone_index
from core.clock import local_date
from core.fields import EncryptedTextField
from oversight.interruptions.workflow import InterruptionMachine, InterruptionState
from rules import registry
from rules.policy import Policy


class InterruptionComplaint(InterruptionMachine, FSMModelMixin, models.Model):
    """What an enterprise complains of whose supply was interrupted.

    `ref` stands for it in the record and at its clock. What was complained of never changes
    (portal/grants.py), but for the power's coming back. `phone` is where those are told who have no
    account, and what opens it again. `began_at` and `restored_at` are what they say. `power_on` is
    whether `restored_at` is said: what is still off stands first.

    All that is sealed may name people, and is empty once it is erased.
    """

    word = "interruption"

    ref = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=20, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="interruption_complaints")
    phone = EncryptedTextField(blank=True)
    phone_digest = models.BinaryField(max_length=32, null=True)
    # What is written to that phone.
    language = models.CharField(max_length=10, choices=User.Language, default=User.Language.ZH)
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    enterprise = EncryptedTextField()
    address = EncryptedTextField()
    customer_number = EncryptedTextField(blank=True)
    # As it was published, whether there is one of this number or not.
    outage = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)
    power_on = models.BooleanField()
    text = EncryptedTextField()
    explanation = EncryptedTextField(blank=True)
    reasons = EncryptedTextField(blank=True)
    clause = models.CharField(max_length=300, blank=True)
    state = FSMField(
        max_length=9,
        choices=InterruptionState.choices,
        default=InterruptionState.OPEN,
        protected=True,
    )
    made_at = models.DateTimeField()
    explained_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    order_ref = models.UUIDField(null=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, reasons="", clause="")
                | Q(state="withdrawn", ended_at__isnull=False, reasons="", clause="")
                | Q(state__in=["upheld", "ordered", "dismissed"], ended_at__isnull=False)
                & (~Q(reasons="") | Q(text="")),
                name="interruption_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explanation="")
                | Q(explained_at__isnull=False) & (~Q(explanation="") | Q(text="")),
                name="interruption_explained_in_words",
            ),
            models.CheckConstraint(
                condition=Q(state="ordered", order_ref__isnull=False)
                | ~Q(state="ordered") & Q(order_ref__isnull=True),
                name="interruption_ordered_with_order",
            ),
            models.CheckConstraint(
                condition=Q(power_on=False, restored_at__isnull=True)
                | Q(power_on=True, restored_at__gt=models.F("began_at")),
                name="interruption_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(phone="") ^ Q(phone_digest__isnull=False),
                name="interruption_phone_is_found",
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "power_on", "id"],
                condition=Q(state="open"),
                name="interruption_open",
            ),
            models.Index(fields=["state", "-id"], name="interruption_by_state"),
            models.Index(fields=["district", "-id"], name="interruption_by_district"),
            models.Index(fields=["party", "-id"], name="interruption_of_party"),
            models.Index(
                fields=["phone_digest"],
                condition=Q(phone_digest__isnull=False),
                name="interruption_of_phone",
            ),
            models.Index(
                fields=["ended_at"],
                condition=~Q(state="open") & ~Q(text=""),
                name="interruption_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_erased(self) -> bool:
        return not self.text

    def rules(self) -> Policy:
        """Those in force when it was made."""
        book = registry.book(self.rules_version)
        return book.in_force(on=local_date(self.made_at), district=self.district)

    def concerns(self, user: User) -> bool:
        """Whether it is the person's own: of the account, or of a phone that has shown itself."""
        phone, own = self.phone_digest, shown_index(user)
        return self.party_id == user.party_id or bool(phone and own and bytes(phone) == own)


def shown_index(user: User) -> bytes | None:
    """Of the phone of whoever acts without an account, which a code has shown."""
    return None if user.has_account or not user.phone else bytes(phone_index(user.phone))
