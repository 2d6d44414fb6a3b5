"""The tables of reports from the public."""

from typing import TYPE_CHECKING, ClassVar, Final
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from accounts.parties import Party
from core.clock import local_date
from core.fields import EncryptedTextField
from reliability.outages.models import Outage
from reliability.reports.kinds import Outcome, ReportKind, Where
from reliability.reports.place import STREET_MAX
from reliability.reports.workflow import UNANSWERED, ReportMachine, ReportState
from rules import registry
from rules.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

OPEN: Final = Q(state__in=[state.value for state in UNANSWERED])


class Report(ReportMachine, FSMModelMixin, models.Model):
    """What somebody has seen.

    `ref` stands for it in the record and at its clock. `party` is whoever reported it; `phone` is
    where those are told who have no account, and what opens it again. Who reported, where exactly
    and in what words is sealed, and erased by the rules; `street` is what reports are compared by.
    `office` works it, `heard_by` hear of it besides: bureaus by the rules, and whoever had it
    before. `joined_to` is the report that it is answered with, which is older. What was reported
    never changes (portal/grants.py).
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=ReportKind)
    where = models.CharField(max_length=12, choices=Where, blank=True)
    district = models.CharField(max_length=12)
    place = EncryptedTextField()
    street = models.CharField(max_length=STREET_MAX, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    point = EncryptedTextField(blank=True)
    seen_at = models.DateTimeField()
    text = EncryptedTextField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="reports")
    phone = EncryptedTextField(blank=True)
    phone_digest = models.BinaryField(max_length=32, null=True)
    # What is written to that phone.
    language = models.CharField(max_length=10, choices=User.Language, default=User.Language.ZH)
    office = models.CharField(max_length=20)
    heard_by = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    rules_version = models.CharField(max_length=40)
    state = FSMField(
        max_length=8, choices=ReportState.choices, default=ReportState.OPEN, protected=True
    )
    outcome = models.CharField(max_length=13, choices=Outcome, blank=True)
    reported_at = models.DateTimeField()
    taken_on_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # It may name people.
    answer = EncryptedTextField(blank=True)
    referred_to = models.CharField(max_length=300, blank=True)
    penalty_by = models.CharField(max_length=300, blank=True)
    penalty_clause = models.CharField(max_length=300, blank=True)
    penalty_yuan = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    joined_to = models.ForeignKey("self", models.PROTECT, related_name="joined", null=True)
    outage = models.ForeignKey(Outage, models.PROTECT, related_name="reports", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", taken_on_at=None, closed_at=None, outcome="", answer="")
                | Q(state="taken_on", taken_on_at__isnull=False, closed_at=None, outcome="",
                    answer="")
                | Q(state="closed", closed_at__isnull=False) & ~Q(outcome=""),
                name="report_closed_with_outcome",
            ),
            models.CheckConstraint(
                # Both texts are empty once they are erased.
                condition=~Q(state="closed") | Q(outcome="joined", answer="")
                | ~Q(outcome="joined") & (~Q(answer="") | Q(text="")),
                name="report_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(outcome="joined", joined_to__isnull=False, joined_to__lt=F("id"))
                | ~Q(outcome="joined") & Q(joined_to=None),
                name="report_joined_to_an_older_one",
            ),
            models.CheckConstraint(
                condition=Q(outcome="referred") & ~Q(referred_to="")
                | ~Q(outcome="referred") & Q(referred_to=""),
                name="report_referred_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(penalty_by="", penalty_clause="", penalty_yuan=None)
                | Q(outcome="confirmed") & ~Q(penalty_by="") & ~Q(penalty_clause="")
                & (Q(penalty_yuan=None) | Q(penalty_yuan__gt=0)),
                name="report_penalty_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(kind="power_out", where="")
                | Q(kind__in=["digging", "illegal"], where__in=Where.values),
                name="report_words_known",
            ),
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__range=(73, 136), latitude__range=(3, 54)),
                name="report_lies_in_china",
            ),
            models.CheckConstraint(
                condition=Q(phone="") ^ Q(phone_digest__isnull=False), name="report_phone_is_found"
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(office="") & Q(seen_at__lte=F("reported_at")),
                name="report_seen_before_it_came",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["office", "district", "id"], condition=OPEN, name="report_open"),
            models.Index(fields=["office", "district", "-id"], name="report_of_office"),
            models.Index(fields=["district", "-id"], name="report_by_district"),
            # Which may be of one thing.
            models.Index(fields=["kind", "district", "id"], condition=OPEN, name="report_alike"),
            models.Index(fields=["party", "-id"], name="report_of_party"),
            models.Index(
                fields=["phone_digest"],
                condition=Q(phone_digest__isnull=False),
                name="report_of_phone",
            ),
            models.Index(
                fields=["closed_at"], condition=Q(state="closed") & ~Q(text=""),
                name="report_to_erase",
            ),
            models.Index(fields=["reported_at"], name="report_by_time"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def is_erased(self) -> bool:
        return not self.text

    @property
    def head(self) -> "Report":
        """The report that it is answered with."""
        return self.joined_to or self

    def all_of_it(self) -> "Iterable[Report]":
        """It, and all that are answered with it."""
        return [self, *self.joined.order_by("id")]

    def rules(self) -> Policy:
        """Those in force when it was made."""
        book = registry.book(self.rules_version)
        return book.in_force(on=local_date(self.reported_at), district=self.district)

    def concerns(self, user: User) -> bool:
        """Whether the person has reported it, with an account or by the own phone."""
        phone, own = self.phone_digest, user.phone_index
        return self.party_id == user.party_id or bool(phone and own and bytes(phone) == bytes(own))


class ReportNote(models.Model):
    """What was found where a report was looked into; never changed. `seq` is its entry's number."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="notes")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    role = models.CharField(max_length=20)
    office = models.CharField(max_length=20)
    # It may name people; it is empty once it is erased with its report.
    text = EncryptedTextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "seq"], name="report_note_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.seq}"
