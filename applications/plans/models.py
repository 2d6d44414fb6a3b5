"""Supply plans, each as it was replied, and their lines of works and costs."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from applications.states import PLANNED, Holder
from core.clock import city_now
from core.fields import EncryptedTextField
from core.problems import Text
from rules.names import Ground

ITEM_MAX, UNIT_MAX, WORDS_MAX = 120, 20, 500
#: Quantities and sums lie below it: ten digits before the point.
BELOW: Final = Decimal(10) ** 10
#: Who builds a line, and who pays it.
SIDES: Final = [(side.value, side.label) for side in (Holder.SUPPLIER, Holder.APPLICANT)]
GROUNDS: dict[Ground, Text] = {
    Ground.MAJOR_RISKS: _("A project to prevent and defuse major risks"),
    Ground.POVERTY: _("A project against poverty"),
    Ground.POLLUTION: _("A project against pollution"),
    Ground.OTHER: _("Another ground"),
}


class Planned(models.Model):
    """What a case keeps of its newest plan, so that its steps and its holder ask for no rows."""

    plan_summary = models.TextField(blank=True)
    # From then on it holds no more; null where no rule says.
    plan_lapses_at = models.DateTimeField(null=True)
    # For so many months the company asks to prolong it; 0 where nothing is asked.
    prolongation_months = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Lines that the company has still to build.
    open_lines = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        abstract = True

    #: When a list was read, so that its rows do not ask for the time one by one.
    seen_at: datetime | None = None

    def plan_has_lapsed(self) -> bool:
        """Whether there is a plan that holds no more, and by which nothing was built yet."""
        if self.plan_lapses_at is None or self.state not in PLANNED:  # type: ignore[attr-defined]
            return False
        return self.plan_lapses_at <= (self.seen_at or city_now())


class Part(models.TextChoices):
    """On which side of the investment boundary works lie."""

    TO_BOUNDARY = "to_boundary", _("Up to the investment boundary")
    BEYOND_BOUNDARY = "beyond_boundary", _("Beyond the investment boundary")


class Plan(models.Model):
    """A plan as it was replied: a new reply is a new row, and none becomes another one.

    Its answer is added once; `lapses_at` moves by a prolongation that the applicant agreed to.
    """

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="plans"
    )
    version = models.PositiveSmallIntegerField()
    summary = models.TextField()
    line_count = models.PositiveSmallIntegerField()
    # For what the boundary is extended; the lines that the extension covers say so themselves.
    ground = models.CharField(
        max_length=16, choices=[(code.value, words) for code, words in GROUNDS.items()], blank=True
    )
    ground_words = models.CharField(max_length=WORDS_MAX, blank=True)
    replied_at = models.DateTimeField()
    lapses_at = models.DateTimeField(null=True)
    prolonged_months = models.PositiveSmallIntegerField(default=0)
    # The applicant's answer, and why where it was no.
    agreed = models.BooleanField(null=True)
    reason = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="plan_version"),
            models.UniqueConstraint(fields=["application", "replied_at"], name="plan_of_a_reply"),
            models.CheckConstraint(
                condition=Q(agreed=None, answered_at=None)
                | Q(agreed__isnull=False, answered_at__isnull=False),
                name="plan_answered_at_once",
            ),
            models.CheckConstraint(
                condition=~Q(ground=Ground.OTHER.value) | ~Q(ground_words=""),
                name="other_ground_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.version}"


class PlanLine(models.Model):
    """One line of works or costs. Who pays it follows from the investment boundary.

    What the applicant contests, the company's answer to it, and when the company finished its own
    works are each added once.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=ITEM_MAX)
    part = models.CharField(max_length=16, choices=Part.choices)
    # The boundary is extended over it, on the plan's ground.
    extended = models.BooleanField(default=False)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    unit = models.CharField(max_length=UNIT_MAX, blank=True)
    cost_yuan = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    builder = models.CharField(max_length=12, choices=SIDES)
    payer = models.GeneratedField(
        expression=Case(
            When(Q(part=Part.TO_BOUNDARY.value) | Q(extended=True), then=Value("supplier")),
            default=Value("applicant"),
        ),
        output_field=models.CharField(max_length=12, choices=SIDES),
        db_persist=True,
    )
    contested = EncryptedTextField(blank=True)
    answer = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="line_of_plan"),
            models.CheckConstraint(condition=Q(number__gt=0), name="lines_from_one"),
            models.CheckConstraint(
                condition=Q(cost_yuan=None) | Q(cost_yuan__gte=0), name="line_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity=None, unit="") | Q(quantity__gt=0) & ~Q(unit=""),
                name="line_quantity_with_unit",
            ),
            # The amount of an extension is on record (plan 3(3)2).
            models.CheckConstraint(
                condition=Q(extended=False)
                | Q(part=Part.BEYOND_BOUNDARY.value, cost_yuan__isnull=False),
                name="extension_beyond_with_amount",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(builder="supplier"), name="own_works_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}.{self.number}"
