import uuid
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.functional import cached_property
from django_fsm import FSMField, FSMModelMixin

from accounts.models import Organisation
from approvals.advice.models import Advice  # noqa: F401
from approvals.chases import Chase, waiting_chase
from approvals.commitments.models import Commitment
from approvals.decision import Reviewed
from approvals.legal_limit import ExcludedTime, GroundFile, is_in_legal_time  # noqa: F401
from approvals.offices import LEVELS
from approvals.opinions.models import Opinion  # noqa: F401
from approvals.packages.models import Attachment, Package  # noqa: F401
from approvals.papers.models import PermitPaper
from approvals.policies.models import PolicyDocument  # noqa: F401
from approvals.roads.models import Road, RoadApproval  # noqa: F401
from approvals.seam import OfCase
from approvals.supplement.models import SupplementItem  # noqa: F401
from approvals.watched import INDEXES as WATCHED
from approvals.window.models import CONSTRAINT as HANDED_OUT
from approvals.window.models import INDEX as TO_HAND_OUT
from approvals.window.models import HandedOut
from approvals.workflow import (
    ACCEPTED_ROUTES,
    DECIDED,
    DECISION_KINDS,
    OPEN,
    WITH_BUREAU,
    PermitMachine,
    State,
)
from core.clock import NEVER, city_now, local_date
from deadlines.models import Clock
from rules import registry
from rules.names import Level, Route
from rules.names import Permit as PermitCode
from rules.policy import PermitDocuments, Policy
from rules.works import FLAGS, Works

if TYPE_CHECKING:
    from approvals.answers import Times
    from approvals.exclusions import Exclusion
    from approvals.opinions.queries import Tally
    from workflow.buttons import Button

METRES: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "default": Decimal(0)}
_PASSED = Q(late_at__isnull=False)
_LIMITED = Q(state__in=sorted(WITH_BUREAU)) & _PASSED
WORKS_FIELDS = tuple(field.name for field in fields(Works))


class LineWorks(models.Model):
    """The external line of one case; stays the same over every round of permits."""

    class State(models.TextChoices):
        OPEN = "open"
        JOINED = "joined"
        WITHDRAWN = "withdrawn"

    case_ref = models.UUIDField(unique=True)
    application = models.CharField(max_length=40)
    district = models.CharField(max_length=12)
    statutory_district = models.CharField(max_length=12, blank=True)
    voltage = models.CharField(max_length=4)
    round_number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(application=""), name="line_works_of_a_case"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "joined", "withdrawn"]), name="line_works_state"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-id"], name="line_works_by_district"),
            models.Index(fields=["state", "-id"], name="line_works_by_state"),
            # Who looks for a number types its beginning or its end.
            models.Index(OpClass("application", "text_pattern_ops"), name="line_works_number"),
            models.Index(
                OpClass(Reverse("application"), "text_pattern_ops"), name="line_works_number_end"
            ),
        ]

    def __str__(self) -> str:
        return self.application


class Round(models.Model):
    """One posting of the works. `routes` holds the answer for all seven permits in the order of the
    contract; a `Permit` row exists only where somebody has something to decide. `ref` is the
    `part` of its set clock."""

    line_works = models.ForeignKey(LineWorks, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    rules_version = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    routes = models.JSONField()

    none = models.BooleanField(default=False)
    voltage = models.CharField(max_length=4, blank=True)
    voltage_kv = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    length_m = models.DecimalField(**METRES)
    excavation_m = models.DecimalField(**METRES)
    investment_yuan = models.DecimalField(**METRES)
    in_planned_area = models.BooleanField(default=False)
    along_municipal_road_or_duct = models.BooleanField(default=False)
    in_adopted_plan = models.BooleanField(default=False)
    start_report_approved = models.BooleanField(default=False)
    existing_road = models.BooleanField(default=False)
    occupies_road = models.BooleanField(default=False)
    crosses_road = models.BooleanField(default=False)
    road = models.CharField(max_length=9, default="none")
    highway_class = models.CharField(max_length=14, null=True)
    greening = models.CharField(max_length=8, default="none")
    choose_review = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line_works", "number"], name="round_once"),
            models.UniqueConstraint(
                fields=["line_works"],
                condition=Q(joined_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_round",
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="round_joined_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(refused=False) | Q(joined_at__isnull=False),
                name="round_refused_at_its_join",
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=True) | Q(joined_at__gte=F("opened_at")),
                name="round_joined_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(length_m__gte=0, excavation_m__gte=0, investment_yuan__gte=0),
                name="round_measures_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(road="highway") | Q(highway_class__isnull=False),
                name="round_highway_has_class",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_works_id}/{self.number}"

    @staticmethod
    def columns(works: Works) -> dict[str, Any]:
        plain = {name: getattr(works, name) for name in WORKS_FIELDS}
        return plain | {"choose_review": sorted(works.choose_review)}

    @property
    def works(self) -> Works:
        plain = {name: getattr(self, name) for name in WORKS_FIELDS}
        return Works(**plain | {"choose_review": frozenset(self.choose_review)})

    @cached_property
    def live(self) -> "list[Permit]":
        """The permits that are still to be decided, read once."""
        return list(self.permits.filter(state__in=sorted(OPEN)).order_by("id"))

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(name for name in FLAGS if getattr(self, name))


class Permit(Reviewed, HandedOut, OfCase, PermitMachine, FSMModelMixin, models.Model):
    """`ref` is its `part` in the record and in the clocks; `supplement_items` is what the bureau
    named as missing, once."""

    #: Set by whoever tells of it (`answers`): its times, its paper, what the reader may do with it.
    times: "Times"
    issued: PermitPaper | None
    actions: "list[Button]"
    told_commitment: Commitment | None = None
    exclusions: "list[Exclusion]"
    tally: "Tally"

    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    case_ref = models.UUIDField()
    line_works = models.ForeignKey(LineWorks, on_delete=models.PROTECT, related_name="permits")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="permits")
    permit = models.CharField(max_length=24, choices=[(code, code) for code in PermitCode])
    bureau = models.CharField(max_length=24)
    district = models.CharField(max_length=12)
    # Of the bureau's office that decides it, by the rules of its receipt (`offices.py`).
    level = models.CharField(
        max_length=8, choices=LEVELS, default=Level.CITY.value, db_default=Level.CITY.value
    )
    route = models.CharField(max_length=12, choices=[(code, code) for code in Route])
    clause = models.JSONField()
    limit_days = models.PositiveSmallIntegerField(null=True)
    state = FSMField(max_length=20, choices=State.choices, default=State.RECEIVED, protected=True)

    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    deemed_accepted = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    conditions = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    refusal_clause = models.TextField(blank=True)
    # What the reviewer answered at each point; empty where nothing was (`decision.py`).
    review_points = models.JSONField(default=list)
    # Why the line digs none of the closed roads that its drawing meets, as the bureau says.
    not_dug = models.TextField(default="", db_default="")
    # By the word of its lead, once (行政许可法 42).
    extended_at = models.DateTimeField(null=True)
    extension_days = models.PositiveSmallIntegerField(null=True)
    extension_reason = models.TextField(blank=True)
    # Because the check afterwards found a commitment not kept (`commitments/`).
    revoked_at = models.DateTimeField(null=True)
    supplements_asked = models.PositiveSmallIntegerField(default=0)
    supplement_items = models.JSONField(default=list)
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    # Kept by the database alone, from the clocks (migration order_of_permits): what runs out first,
    # the whole set's limit included; when a limit of the decision is passed, the set's included
    # while it is one for the bureau; and when the permit's own is.
    runs_out = models.DateTimeField(default=NEVER)
    late_at = models.DateTimeField(null=True)
    own_late_at = models.DateTimeField(null=True)
    # That has its case at a counter; kept by the database alone (applications, migration passed).
    office = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    #: The states of the round's other permits, where it was read for an act (`queries.py`).
    others: list[str]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "permit"], name="permit_once_a_round"),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") & ~Q(refusal_clause="")
                | ~Q(state="refused") & Q(reason="", refusal_clause=""),
                name="permit_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(DECIDED), decided_at__isnull=False)
                | ~Q(state__in=sorted(DECIDED)) & Q(decided_at__isnull=True),
                name="permit_decided_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "suspended"]) | Q(accepted_at__isnull=False),
                name="permit_accepted_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(review_points=[]) | Q(decided_at__isnull=False),
                name="permit_review_of_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(not_dug="") | Q(decided_at__isnull=False),
                name="permit_not_dug_of_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(conditions="") | Q(state="granted"), name="permit_conditions_of_a_grant"
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, extension_days=None, extension_reason="")
                | Q(extended_at__isnull=False, extension_days__gte=1) & ~Q(extension_reason=""),
                name="permit_extended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(carried_from__isnull=True) | Q(state__in=["granted", "revoked"]),
                name="permit_carried_over_granted",
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False)
                | ~Q(state="revoked") & Q(revoked_at__isnull=True),
                name="permit_revoked_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(supplements_asked=0, supplement_items=[])
                | Q(supplements_asked__gt=0) & ~Q(supplement_items=[]),
                name="permit_supplement_asked_with_items",
            ),
            models.CheckConstraint(
                condition=Q(deemed_accepted=False) | Q(accepted_at__isnull=False),
                name="permit_deemed_accepted_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(route__in=["not_needed", "exempt"]), name="permit_needs_a_decision"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["city", "district"]), name="permit_of_an_office"
            ),
            HANDED_OUT,
        ]
        indexes = [
            # For the counts above a bureau's list.
            models.Index(
                fields=["bureau", "district", "state"],
                condition=Q(state__in=sorted(WITH_BUREAU)),
                include=["level"],
                name="permit_waiting_for_bureau",
            ),
            models.Index(
                fields=["bureau", "district"],
                condition=Q(state="received", route__in=sorted(ACCEPTED_ROUTES)),
                include=["level"],
                name="permit_received_by_bureau",
            ),
            # A bureau's list, in its order: what is decided stands behind all that waits.
            models.Index(fields=["runs_out", "id"], name="permit_order"),
            models.Index(fields=["bureau", "runs_out", "id"], name="permit_order_bureau"),
            models.Index(
                fields=["bureau", "district", "runs_out", "id"], name="permit_order_place"
            ),
            models.Index(fields=["district", "runs_out", "id"], name="permit_order_district"),
            models.Index(
                fields=["runs_out", "id"],
                condition=Q(state__in=["awaiting_commitment", "awaiting_supplement"]),
                name="permit_waiting_for_supplier",
            ),
            models.Index(fields=["permit", "runs_out", "id"], name="permit_order_permit"),
            # What is late of it, the longest first.
            models.Index(fields=["late_at", "id"], condition=_LIMITED, name="permit_late"),
            models.Index(
                fields=["bureau", "late_at", "id"],
                condition=_LIMITED,
                include=["level"],
                name="permit_late_bureau",
            ),
            models.Index(
                fields=["bureau", "district", "late_at", "id"],
                condition=_LIMITED,
                include=["level"],
                name="permit_late_place",
            ),
            # What is or was late, whoever has it, the newest first.
            models.Index(fields=["-late_at", "-id"], condition=_PASSED, name="permit_was_late"),
            models.Index(
                fields=["bureau", "-late_at", "-id"],
                condition=_PASSED,
                name="permit_was_late_bureau",
            ),
            # For programs, which read the newest first.
            models.Index(fields=["bureau", "-id"], name="permit_by_bureau"),
            models.Index(fields=["district", "-id"], name="permit_by_district"),
            models.Index(fields=["state", "-id"], name="permit_by_state"),
            # Whose line works, newest first.
            models.Index(fields=["bureau", "-line_works"], name="permit_by_works"),
            models.Index(
                fields=["bureau", "district", "-line_works"], name="permit_by_works_there"
            ),
            models.Index(fields=["case_ref"], name="permit_by_case"),
            # What the city's office reads of those of districts.
            models.Index(
                fields=["bureau", "runs_out", "id"],
                condition=Q(level="district"),
                name="permit_of_district_office",
            ),
            TO_HAND_OUT,
            *WATCHED,
        ]

    def __str__(self) -> str:
        return f"{self.permit} {self.ref}"

    @property
    def carried_over(self) -> bool:
        return self.carried_from_id is not None

    def is_open(self) -> bool:
        return self.state in OPEN

    def is_formally_accepted(self) -> bool:
        return self.route in ACCEPTED_ROUTES

    def is_instant(self) -> bool:
        """Decided on the spot (直办件), without acceptance."""
        return self.route == Route.INSTANT

    def is_late(self) -> bool:
        """Past the limit of its decision: by its times where they were read; whoever takes an act
        holds its case, and what is late then is on record.
        """
        if known := self.__dict__.get("times"):
            return bool(known.late)
        passed = Clock.objects.filter(part=self.ref, breached_at__isnull=False)
        return passed.filter(kind__in=DECISION_KINDS).exists()

    def is_in_legal_time(self) -> bool:
        """Whether the law's own limit still runs, when its times were read if they were."""
        known: Times | None = self.__dict__.get("times")
        return is_in_legal_time(self, (known and known.at) or city_now())

    def supplements_allowed(self) -> int:
        """行政许可法 32."""
        return int(self.rules().value("permit.supplement.requests").number)

    def chased(self) -> Chase | None:
        """The chase that whoever is awaited has not answered."""
        return waiting_chase(self)

    def documents(self) -> PermitDocuments | None:
        """What may be asked for with it; None where its rules have no list."""
        return self.rules().permit_documents(self.permit, self.route)

    def rules(self) -> Policy:
        """Those in force at its receipt."""
        line = self.line_works
        return registry.book(self.round.rules_version).in_force(
            on=local_date(self.received_at),
            district=line.district,
            statutory=line.statutory_district or None,
        )
