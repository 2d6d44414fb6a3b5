"""One table of cases, three machines; and what is not filed yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from accounts.mandates import Right
from accounts.models import Organisation, User
from accounts.parties import Party
from applications import lists

# Django finds the tables of an app here.
from applications.appointments.models import Appointment, BlockedTime  # noqa: F401
from applications.assignments.models import Absence, Assignment, CellMember, CellTown, GridCell  # noqa: F401
from applications.case_facts import CaseFacts  # noqa: F401
from applications.contracts.models import Contract  # noqa: F401
from applications.corrections.models import IdentityCorrection
from applications.correspondence.models import Attempt, CaseMessage  # noqa: F401
from applications.enquiries.models import Enquiry  # noqa: F401
from applications.field.models import FieldReport, ReportPhoto, TakenAlong  # noqa: F401
from applications.follow_ups.models import FollowUp  # noqa: F401
from applications.inspections.models import Inspection, ItemResult  # noqa: F401
from applications.legal_moves import LegalMove  # noqa: F401
from applications.licences.models import LicenceFetch  # noqa: F401
from applications.materials.models import MaterialOrder  # noqa: F401
from applications.plans.models import Planned
from applications.referrals.models import Referral, RegisteredOffice  # noqa: F401
from applications.rentals.models import Rental  # noqa: F401
from applications.states import ENDED, Holder, State
from applications.supply.models import SupplyPlace  # noqa: F401
from applications.timings.models import Release  # noqa: F401
from applications.workflow import DualSourceMachine, LowVoltageMachine, SingleSourceMachine
from core.clock import NEVER, CityNow, city_now, local_date
from core.fields import EncryptedTextField
from core.identifiers import credit_code_checks, plain
from core.problems import FieldError, Missing, WrongState
from ledger.queries import doers
from rules import registry
from rules.book import Book
from rules.names import Kind
from rules.policy import KindDecision, Policy, Requirement
from workflow.machine import Act, acts_of

if TYPE_CHECKING:
    from applications.answers import Times

DECIMALS: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
#: As the constraints name them.
OVER = sorted(state.value for state in ENDED)


class Remark(models.TextChoices):
    """What is taken although it is unusual."""

    CREDIT_CODE = (
        "credit_code_check",
        _("The check character of the credit code is unusual: compare it with the licence."),
    )


class Application(FSMModelMixin, Planned):
    """A case: one application for electricity, from its filing to energised."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("Online")
        COUNTER = "counter", _("At a counter")

    class ApplicantType(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    class EnterpriseSize(models.TextChoices):
        MICRO = "micro", _("Micro")
        SMALL = "small", _("Small")
        MEDIUM = "medium", _("Medium")
        LARGE = "large", _("Large")

    class Voltage(models.TextChoices):
        LOW = "low", _("Low voltage")
        HIGH = "high", _("High voltage")

    class Purpose(models.TextChoices):
        RESIDENTIAL = "residential", _("A home")
        COMMERCIAL = "commercial", _("Commerce")
        INDUSTRIAL = "industrial", _("Industry")
        AGRICULTURAL = "agricultural", _("Agriculture")
        PUBLIC = "public", _("Public service")
        TEMPORARY = "temporary", _("Temporary use")

    #: Set by whoever tells of it (`answers`).
    times: "Times"
    #: Where it is no case yet: what is begun, and why it cannot be filed (`applications.begun`).
    draft: "Draft | None" = None
    refusals: Sequence[FieldError] = ()

    number = models.CharField(max_length=20, unique=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    state = FSMField(default=State.DRAFT, choices=State.choices, protected=True, max_length=24)
    holder = models.CharField(max_length=12, choices=Holder.choices, blank=True)
    held_since = models.DateTimeField(null=True)

    district = models.CharField(max_length=12)
    statutory_district = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=60, blank=True)
    address_line = EncryptedTextField()
    address_digest = models.BinaryField(max_length=32)

    applicant_type = models.CharField(max_length=8, choices=ApplicantType)
    applicant_name = EncryptedTextField()
    name_digest = models.BinaryField(max_length=32)
    id_number = EncryptedTextField()
    id_digest = models.BinaryField(max_length=32)
    phone = EncryptedTextField()
    phone_digest = models.BinaryField(max_length=32)
    enterprise_size = models.CharField(max_length=8, choices=EnterpriseSize, blank=True)

    capacity_kw = models.DecimalField(**DECIMALS)
    voltage = models.CharField(max_length=4, choices=Voltage)
    sources = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=12, choices=Purpose)
    channel = models.CharField(max_length=8, choices=Channel)

    filed_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="applications")
    # Whether that is the customer's own party; of what was taken in at a counter it is the clerk's.
    customer_party = models.BooleanField(default=True)
    # That took it in at a counter; its clerks go on with it, whoever of them that was.
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    # Of the step that the case is at: codes of what the customer of a counter has signed for it.
    signed_papers = models.JSONField(default=list)
    # By act, of the step that the case is at: the digest of what the customer of a counter has
    # confirmed by a code (`counter.confirming`).
    confirmed = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=CityNow())
    filed_at = models.DateTimeField(null=True)
    first_filed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rules_version = models.CharField(max_length=40, blank=True)
    # SHA-256 of the text of the rules that was read or explained before the filing (`explained`).
    explained = models.CharField(max_length=64, blank=True)
    lineage = models.UUIDField(default=uuid4)
    continues = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    supplement_items = models.JSONField(default=list)
    supplements_asked = models.PositiveSmallIntegerField(default=0)
    # Why the applicant did not agree to the plan, or withdrew: the other side has to read it.
    applicant_reason = EncryptedTextField(blank=True)
    findings = models.JSONField(default=list)
    meter_number = models.CharField(max_length=40, blank=True)
    # In kWh, as the meter was switched on; null where nobody noted it.
    meter_reading = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    acceptance_rating = models.PositiveSmallIntegerField(null=True)
    acceptance_comment = EncryptedTextField(blank=True)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_comment = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    # The last reminder of what the case waited for; as long as nothing came since (`held_since`),
    # it may be closed from this day on, if there is one.
    reminded_at = models.DateTimeField(null=True)
    closable_on = models.DateField(null=True)
    closing_reason = EncryptedTextField(blank=True)
    # How often its phone, name or number was corrected: as often as its record says (trigger
    # case_corrected); and whether a correction of name and number waits (`identity_corrections`).
    corrections = models.PositiveSmallIntegerField(default=0)
    correcting = models.BooleanField(default=False)

    # Kept by the database alone, from the clocks and the permits (migration order_of_work): when
    # the limit runs out, since when it is passed (a target never is), what permits want of us;
    # and, also after its end, since when the first of its limits was passed, if one was.
    runs_out = models.DateTimeField(default=NEVER)
    late_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)
    wanted = models.CharField(max_length=8, blank=True, default="")
    turn = models.GeneratedField(
        expression=Case(When(lists.OURS, then=Value(0)), default=Value(1)),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id_digest", "address_digest"],
                condition=Q(filed_at__isnull=False) & ~Q(state__in=OVER),
                name="one_open_case_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, rules_version="", first_filed_at__isnull=True)
                | (Q(filed_at__isnull=False, first_filed_at__lte=F("filed_at")))
                & ~Q(rules_version=""),
                name="filed_with_rules",
            ),
            # Of the time when drafts were cases, some were withdrawn before they were filed.
            models.CheckConstraint(
                condition=Q(filed_at__isnull=False) | Q(state="withdrawn"), name="case_is_filed"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, holder="", ended_at__isnull=False)
                | ~Q(state__in=OVER) & Q(ended_at__isnull=True) & ~Q(holder=""),
                name="held_until_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="energised") | ~Q(meter_number=""), name="energised_with_meter"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="rating_of_five"
            ),
            models.CheckConstraint(
                condition=Q(acceptance_rating__isnull=True) | Q(acceptance_rating__range=(1, 5)),
                name="acceptance_rating_of_five",
            ),
            models.CheckConstraint(
                condition=Q(channel="online", office__isnull=True)
                | Q(channel="counter", office__isnull=False),
                name="counter_has_office",
            ),
            models.CheckConstraint(condition=Q(capacity_kw__gt=0), name="capacity_positive"),
            models.CheckConstraint(condition=Q(sources__in=[1, 2]), name="one_or_two_sources"),
        ]
        indexes = [
            # At a counter a clerk has filed a great many, of which none is the clerk's own.
            models.Index(fields=["filed_by", "customer_party", "-id"], name="case_of_party"),
            models.Index(fields=["id_digest", "address_digest", "-id"], name="case_lineage"),
            *lists.INDEXES,
        ]

    #: In `permits`, whether any permit waits for a bureau: known to whoever moves the case.
    bureau_has_it = True

    def rules(self, now: datetime) -> Policy:
        """Return the rules in force at the case's `submit`; for a draft those of now."""
        book = registry.book(self.rules_version) if self.filed_at else registry.current()
        return self.in_force(book, self.filed_at or now)

    def in_force(self, book: Book, at: datetime) -> Policy:
        return book.in_force(
            on=local_date(at), district=self.district, statutory=self.statutory_district or None
        )

    def check_same_rules(self, book: Book, used: Policy, at: datetime) -> None:
        """Refuse (WrongState) an entry that came after midnight of a day that changes the rules.

        An act chooses its rules before its entry, and the entry sets the time."""
        if self.in_force(book, at).since != used.since:
            text = _("The rules changed at midnight. Look at the case and send it again.")
            raise WrongState(text)

    def kind_under(self, policy: Policy) -> KindDecision:
        return policy.kind_for(
            applicant_type=self.applicant_type,
            enterprise_size=self.enterprise_size or None,
            capacity_kw=self.capacity_kw,
            voltage=self.voltage,
            sources=self.sources,
            purpose=self.purpose,
        )

    def checklist(self, stage: str) -> tuple[Requirement, ...]:
        """Return what may be asked for at a stage, named for the party whose case it is."""
        return self.rules(city_now()).checklist(self.kind, stage, self.applicant_type)

    def requirements(self) -> list[Requirement]:
        """Return all that may be asked for: the checklist, and at a counter what is signed."""
        if not self.kind:
            return []
        found = self.rules(city_now()).requirements(self.kind, self.applicant_type)
        return [*found, *self.signed_for().values()]

    def signed_for(self) -> dict[str, Requirement]:
        """By act: what the customer of a counter signs for it, by the rules of now. A draft
        binds nobody yet."""
        if self.channel != self.Channel.COUNTER or self.filed_at is None:
            return {}
        return self.in_force(registry.current(), city_now()).signed_papers()

    def remarks(self) -> list[Remark]:
        """Return what staff compare with the documents: it may be right all the same."""
        code = plain(self.id_number) if self.applicant_type == self.ApplicantType.COMPANY else ""
        odd = code != "" and not credit_code_checks(code)
        return [Remark.CREDIT_CODE] if odd else []

    def concerns(self, user: User) -> bool:
        """Whether it is the person's own case: filed for himself or for a party that he acts for or
        has acted for, or with his phone number."""
        refs = user.acts_for(Right.READ, ever=True).get(self.filed_by_id, ())
        own = self.customer_party and (refs is None or self.ref in refs)
        phone = user.phone_index
        return own or (phone is not None and bytes(phone) == bytes(self.phone_digest))

    @cached_property
    def assigned(self) -> Mapping[str, Assignment]:
        """By role, who has the case, or had it to its end; a role that nobody who can act has is
        left out. Read once for this instance."""
        rows = self.assignments.held().filter(ended_at=self.ended_at)
        return {row.role: row for row in rows}

    @property
    def open_correction(self) -> IdentityCorrection | None:
        """The correction of name and number that waits for its decision."""
        return self.identity_corrections.filter(outcome="").first() if self.correcting else None

    def kept_from(self, act: str) -> set[int]:
        """Return who may not take an act, having taken a step that the rules keep apart."""
        earlier = self.in_force(registry.current(), city_now()).before(act)
        types = [act_named(name).event for name in earlier]
        return doers(self.ref, types) if types else set()

    def supplements_allowed(self) -> int:
        """Return how often a supplement may be asked for (plan 3(2)2)."""
        return int(self.rules(self.filed_at or city_now()).value("case.supplement.requests").number)

    def workflow(self) -> "Application":
        """Return this very case as its proxy, which has the transitions of its kind."""
        model = machine_of(self.kind)
        if isinstance(self, model):
            return self
        twin = model.__new__(model)
        twin.__dict__ = self.__dict__
        return twin


class ResidentialApplication(LowVoltageMachine, Application):
    class Meta:
        proxy = True


class LowVoltageApplication(LowVoltageMachine, Application):
    """A small shop (three zeros) or another low-voltage customer."""

    class Meta:
        proxy = True


class HighVoltageApplication(Application):
    class Meta:
        proxy = True


class SingleSourceApplication(SingleSourceMachine, HighVoltageApplication):
    class Meta:
        proxy = True


class DualSourceApplication(DualSourceMachine, HighVoltageApplication):
    class Meta:
        proxy = True


WORKFLOWS: dict[str, type[Application]] = {
    Kind.RESIDENTIAL: ResidentialApplication,
    Kind.LV_SMALL: LowVoltageApplication,
    Kind.LV_OTHER: LowVoltageApplication,
    Kind.HV_SINGLE: SingleSourceApplication,
    Kind.HV_DUAL: DualSourceApplication,
}


def machine_of(kind: str) -> type[Application]:
    """Return the machine of a kind; what is begun and of no kind yet has what all begin with."""
    return WORKFLOWS.get(kind, LowVoltageApplication)


def act_named(name: str) -> Act:
    """Return an act by its name, whichever kinds have it; Missing where none has."""
    for machine in WORKFLOWS.values():
        if said := acts_of(machine).get(name):
            return said
    raise Missing


class Draft(models.Model):
    """What somebody has begun to apply for, saved as it was typed; no case and in no record.

    It has the numbers that become the case's at `submit`, so that its documents are the case's.
    """

    id = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    ref = models.UUIDField(unique=True, default=uuid4)
    filed_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="drafts")
    office = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Application.Channel)
    # As of a case (`applications.who.of_parties`).
    customer_party = models.GeneratedField(
        expression=Case(When(channel="online", then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # JSON of the contract's body, with whatever is not filled in yet left out.
    typed = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=CityNow())
    changed_at = models.DateTimeField(db_default=CityNow())
    # What was typed and its documents are gone; the number is kept for whoever asks once more.
    discarded_at = models.DateTimeField(null=True)
    # The case that ended without power and is begun anew here.
    resumes = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resumes"], condition=Q(discarded_at=None), name="resumed_by_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(channel="online", office__isnull=True)
                | Q(channel="counter", office__isnull=False),
                name="draft_at_counter_has_office",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(typed=""), name="discarded_is_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["filed_by", "-id"], name="draft_of_party"),
            models.Index(fields=["office", "-id"], name="draft_of_office"),
            models.Index(fields=["changed_at"], name="draft_age"),
        ]

    def __str__(self) -> str:
        return self.number


class ExternalWorks(models.Model):
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="external_works"
    )
    line_works = models.OneToOneField(
        "approvals.LineWorks", on_delete=models.PROTECT, related_name="+"
    )
