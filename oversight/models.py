"""The tables, columns, constraints and triggers keep the names with which they were made."""

import uuid
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from core.fields import EncryptedTextField
from core.problems import Text
from deadlines.models import Clock
from ledger.models import Entry
from ledger.queries import doers, took_any
from oversight.addressees import Addressee
from oversight.governance.models import (  # noqa: F401 (the same)
    GoodPractice,
    GridProject,
    GroupSeat,
    TrainingEvent,
)
from oversight.interruptions.models import InterruptionComplaint  # noqa: F401 (a table of this app)
from oversight.news.models import NewsItem  # noqa: F401 (the same)
from oversight.orderly.models import (  # noqa: F401 (the same)
    CityPlan,
    DistrictChase,
    DistrictPlan,
    Execution,
    ExecutionCorrection,
    HandIn,
)
from oversight.task_ledger.models import Task, TaskNote  # noqa: F401 (the same)
from oversight.workflow import (
    OPEN_ORDER,
    OWN_STEP,
    WITH_ADDRESSEE,
    FindingMachine,
    FindingState,
    OrderMachine,
    OrderState,
)
from rules.registry import policy
from workflow.machine import OWN_CASE, acts_of


class Matter(FSMModelMixin, models.Model):
    """Something that the lead of an addressee answers, and that the regulator then decides.

    `ref` stands for it in the record and at its clock; its files are kept under `word`.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=24, unique=True)
    party = models.CharField(max_length=24)
    district = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    state: Any
    word: str
    #: Its name in the rules (`two_people.*`).
    rule_word: str

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def addressee(self) -> Addressee:
        return Addressee(self.party, self.district)

    def steps(self) -> models.QuerySet[Entry]:
        """What it is about: these entries of the record."""
        raise NotImplementedError

    def part_of(self, user: User) -> Text | None:
        """Why the person is too near to decide: the own case, or an own step; asked once for each
        row that was read."""
        known: dict[int, Text | None] = self.__dict__.setdefault("_parts", {})
        if user.pk not in known:
            known[user.pk] = self._part_of(user)
        return known[user.pk]

    def _part_of(self, user: User) -> Text | None:
        steps = self.steps()
        cases = Application.objects.filter(ref__in=steps.values("case_ref"))
        near = cases.only("ref", "customer_party", "filed_by", "phone_digest")
        if any(case.concerns(user) for case in near):
            return OWN_CASE
        return OWN_STEP if took_any(user.pk, steps) else None

    def kept_from(self, act: str) -> set[int]:
        """Return who may not take an act, having taken a step that the rules keep apart."""
        earlier = policy().before(f"{self.rule_word}.{act}")
        types = [acts_of(type(self))[name].event for name in earlier]
        return doers(self.ref, types) if types else set()


M = TypeVar("M", bound=Matter)


def _moves(**of: UUID | None) -> Q:
    """Steps of machines: to look at a case moves nothing, and to chase decides nothing of it."""
    return Q(**of) & ~Q(to_state="") & ~Q(type="permit.chased")


class Finding(FindingMachine, Matter):
    """What looks like work outside the system, once: computing `key` again finds the same one.

    What was found never changes (trigger `integrity_signal_guard`). `subject` of an address or an
    account is a keyed digest; `entry_id` completed the occurrence; `facts` fill its sentence.
    """

    word = "signal"
    rule_word = "finding"

    class Subject(models.TextChoices):
        CASE = "case"
        ADDRESS = "address"
        ACCOUNT = "account"
        BUREAU = "bureau"
        PERIOD = "period"

    key = models.CharField(max_length=160, unique=True)
    detector = models.CharField(max_length=40, db_column="sign")
    subject_kind = models.CharField(max_length=8, choices=Subject)
    subject = models.CharField(max_length=64)
    case_ref = models.UUIDField(null=True)
    entry_id = models.BigIntegerField()
    entry_at = models.DateTimeField()
    found_at = models.DateTimeField()
    rules_version = models.CharField(max_length=40)
    thresholds = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    state = FSMField(
        max_length=10, choices=FindingState.choices, default=FindingState.OPEN, protected=True
    )
    # Both may name people.
    explanation = EncryptedTextField(blank=True)
    decision = EncryptedTextField(blank=True)
    explained_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    order_ref = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "integrity_signal"
        constraints = [
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explanation="")
                | Q(explained_at__isnull=False) & ~Q(explanation=""),
                name="signal_explained_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["explained", "accepted"]) | Q(explained_at__isnull=False),
                name="signal_explained_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "explained"], decided_at__isnull=True)
                | ~Q(state__in=["open", "explained"]) & Q(decided_at__isnull=False),
                name="signal_decided_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ordered", "put_right"], order_ref__isnull=False)
                | ~Q(state__in=["ordered", "put_right"]) & Q(order_ref__isnull=True),
                name="signal_ordered_with_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "put_right"], ended_at__isnull=False)
                | ~Q(state__in=["accepted", "put_right"]) & Q(ended_at__isnull=True),
                name="signal_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(party="") & ~Q(district="") & ~Q(subject=""),
                name="signal_of_something_to_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-id"], name="signal_by_district"),
            models.Index(fields=["state", "-id"], name="signal_by_state"),
            models.Index(fields=["detector", "-id"], name="signal_by_sign"),
            # For the counts of what is still to be done.
            models.Index(
                fields=["state", "party", "district"],
                condition=Q(ended_at__isnull=True),
                name="signal_waiting",
            ),
            models.Index(fields=["party", "district", "-id"], name="signal_by_party"),
            # The scan: which occurrences are recent.
            models.Index(fields=["detector", "entry_at"], name="signal_recent"),
            models.Index(fields=["case_ref"], name="signal_by_case"),
        ]

    def steps(self) -> models.QuerySet[Entry]:
        """The evidence, and whatever else moved the case that it is about."""
        found = Q(pk__in=list(self.evidence.values_list("entry_id", flat=True)))
        return Entry.objects.filter(found | _moves(case_ref=self.case_ref))


class Evidence(models.Model):
    """An entry of the record behind a finding. Never changed, never deleted (portal/grants.py)."""

    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="evidence", db_column="signal_id"
    )
    entry_id = models.BigIntegerField()

    class Meta:
        db_table = "integrity_evidence"
        constraints = [
            models.UniqueConstraint(fields=["finding", "entry_id"], name="evidence_once_a_signal")
        ]
        indexes = [models.Index(fields=["entry_id"], name="evidence_by_entry")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.entry_id}"


class Scan(models.Model):
    """How far the record was looked through: one row.

    `position` is the log's index of the last entry seen, -1 before the first. Periods before the
    month of `latest_at` are over.
    """

    position = models.BigIntegerField(default=-1)
    latest_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "integrity_scan"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="scan_is_one_row")]

    def __str__(self) -> str:
        return str(self.position)


class RectificationOrder(OrderMachine, Matter):
    """What it asks of whom, and the days given, never change (trigger `rectification_order_guard`).

    `answered_at` is of the answer that stands: empty again where it was sent back.
    """

    rule_word = "order"

    word = "order"

    class Subject(models.TextChoices):
        CASE = "case"
        PERMIT = "permit"
        FINDING = "signal"
        INTERRUPTION = "interruption"

    subject_kind = models.CharField(max_length=12, choices=Subject, blank=True, default="")
    subject_ref = models.UUIDField(null=True)
    # What is to be put right may name people.
    text = EncryptedTextField()
    clause = models.CharField(max_length=200, blank=True)
    # As what: who did not issue it leaves it to that role, but for the regulator.
    issued_as = models.CharField(max_length=20, default=Role.REGULATOR)
    days = models.PositiveSmallIntegerField()
    state = FSMField(
        max_length=10, choices=OrderState.choices, default=OrderState.ISSUED, protected=True
    )
    issued_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rectification_order"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["answered", "closed"], answered_at__isnull=False)
                | Q(state__in=["issued", "escalated"], answered_at__isnull=True),
                name="order_answered_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="order_closed_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="escalated") | Q(escalated_at__isnull=False),
                name="order_escalated_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(escalated_at__isnull=True),
                name="order_stays_with_lead_agency",
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_ref__isnull=True)
                | Q(
                    subject_kind__in=["case", "permit", "signal", "interruption"],
                    subject_ref__isnull=False,
                ),
                name="order_subject_named",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1) & ~Q(party="") & ~Q(district="") & ~Q(text=""),
                name="order_asks_something_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(issued_as__in=["regulator", "district_lead"]),
                name="order_issued_by_whom_it_may",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party", "district", "id"],
                condition=Q(state__in=sorted(OPEN_ORDER)),
                name="order_open",
            ),
            models.Index(fields=["district", "-id"], name="order_by_district"),
            models.Index(fields=["subject_ref"], name="order_by_subject"),
        ]

    @property
    def with_addressee(self) -> bool:
        """Then its clock runs."""
        return self.state in WITH_ADDRESSEE

    def steps(self) -> models.QuerySet[Entry]:
        """What moved the case or the permit, or what the finding is about."""
        match self.subject_kind:
            case self.Subject.CASE:
                return Entry.objects.filter(_moves(case_ref=self.subject_ref))
            case self.Subject.PERMIT:
                return Entry.objects.filter(_moves(part=self.subject_ref))
            case self.Subject.FINDING if self.subject_ref:
                return Finding.objects.get(ref=self.subject_ref).steps()
        return Entry.objects.none()


class Statement(models.Model):
    """What was said at one step of an order. Never changed, never deleted (portal/grants.py).

    `seq` is the number of the step's entry in the order's record.
    """

    order = models.ForeignKey(
        RectificationOrder, on_delete=models.PROTECT, related_name="statements"
    )
    seq = models.PositiveIntegerField()
    action = models.CharField(
        max_length=8,
        choices=[(name, name) for name in ("issue", "answer", "return", "close", "escalate")],
    )
    text = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "rectification_statement"
        constraints = [
            models.UniqueConstraint(fields=["order", "seq"], name="statement_once_a_step"),
            models.CheckConstraint(
                condition=Q(action__in=["answer", "return", "close", "escalate"]),
                name="statement_of_a_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.action} {self.seq}"


class LateParty(models.Model):
    """Who was awaited while a limit was passed; `now`: who still is. Kept by the database alone, as
    `late_stays` reads it off the record (migration kept_for_its_desk)."""

    clock = models.ForeignKey(
        Clock, on_delete=models.PROTECT, related_name="late_parties", db_index=False
    )
    party = models.CharField(max_length=24)
    district = models.CharField(max_length=12)
    breached_at = models.DateTimeField()
    now = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "party"], name="late_party_once")]
        indexes = [
            models.Index(fields=["party", "-breached_at", "-clock"], name="late_party_newest"),
            models.Index(
                fields=["party", "district", "-breached_at", "-clock"],
                name="late_party_in_district",
            ),
            models.Index(
                fields=["party", "district"], condition=Q(now=True), name="late_party_now"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.party}"


class HomeDay(models.Model):
    """How many homes were filed and energised (None: not yet) on just these days of the city. Kept
    by the database alone (migration kept_for_its_desk)."""

    district = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField(null=True)
    homes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "last", "first"], nulls_distinct=False, name="home_day_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["last"], include=["district", "first", "homes"], name="home_day_last"
            )
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.first}"


class FilingDay(models.Model):
    """How many cases were filed on just this day of the city, by the channel of their filing, and
    of how many of them it is on record which text of the rules was read or explained before. Kept
    by the database alone (migration filing_days)."""

    COUNTS: Final = ("filed", "explained")

    day = models.DateField()
    district = models.CharField(max_length=12)
    channel = models.CharField(max_length=8)
    filed = models.IntegerField()
    explained = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "district", "channel"],
                include=["filed", "explained"],
                name="filing_day_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.day}"
