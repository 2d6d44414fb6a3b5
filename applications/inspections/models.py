"""The rounds of reviews and inspections, and what each said of every item that it looked at."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from rules.names import INSPECTED, Kind

STAGES: Final = [(stage.value, stage.value) for stage in INSPECTED[Kind.HV_DUAL]]


class Inspection(models.Model):
    """One round: a design review, a mid-construction or a completion inspection; never changed,
    never deleted (portal/grants.py).

    `seq` is the number of its entry in the case's record, `at` that entry's instant.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="inspections"
    )
    stage = models.CharField(max_length=30, choices=STAGES)
    round = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    passed = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage", "round"], name="inspection_round_once"
            ),
            models.CheckConstraint(condition=models.Q(round__gte=1), name="inspection_round"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.stage} {self.round}"


class ItemResult(models.Model):
    """What a round said of one item. What is not met is a finding: open until a later round of the
    stage says something else of the same item.

    `item` is a code of the city's list, or `other-1`, `other-2` … for what no item names. `words`
    may name people; they are empty once the person of the case is erased.
    """

    class Result(models.TextChoices):
        MET = "met", _("In order")
        NOT_MET = "not_met", _("Not in order")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="results")
    item = models.CharField(max_length=40)
    result = models.CharField(max_length=14, choices=Result)
    words = EncryptedTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="item_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item}"
