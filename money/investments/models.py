from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.plans.models import GROUNDS, WORDS_MAX
from rules.names import Ground

ITEM_MAX = 200


class Spent(models.TextChoices):
    """What the company's money went into."""

    LINE = "line", _("Line")
    TRANSFORMER = "transformer", _("Transformer")
    METER = "meter", _("Meter")
    WORKS = "works", _("Civil and installation works")
    DESIGN = "design", _("Design")
    OTHER = "other", _("Something else")


class Investment(models.Model):
    """One sum that the supply company spent on a case, up to and including the meter, or beyond it
    where the boundary is extended on a ground.

    A line stays. A wrong one is reversed by another one of the opposite amount, with the reason.
    """

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="investments"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Spent.choices)
    item = models.CharField(max_length=ITEM_MAX, blank=True)
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2)
    # Empty: up to the investment boundary.
    ground = models.CharField(
        max_length=16, choices=[(code.value, words) for code, words in GROUNDS.items()], blank=True
    )
    ground_words = models.CharField(max_length=WORDS_MAX, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    reason = models.CharField(max_length=WORDS_MAX, blank=True)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="investment_of_case"),
            models.CheckConstraint(
                condition=Q(reverses=None, amount_yuan__gt=0, reason="")
                | Q(reverses__isnull=False, amount_yuan__lt=0) & ~Q(reason=""),
                name="investment_spent_or_reversed",
            ),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(item=""), name="investment_else_in_words"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Spent]), name="investment_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(ground=Ground.OTHER.value) | ~Q(ground_words=""),
                name="investment_ground_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"


class InvestmentTotal(models.Model):
    """What the company spent on energised cases of a kind in a district, and on how many; kept by
    triggers, so that nobody adds up a million lines."""

    kind = models.CharField(max_length=12)
    district = models.CharField(max_length=12)
    cases = models.PositiveIntegerField()
    yuan = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "district"], name="investment_total_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.district}"
