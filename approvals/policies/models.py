"""The documents by which the offices of bureaus approve (方案三(五)1), as published rows."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from publishing.models import (
    STANDING,
    InForce,
    PublishedManager,
    PublishedRow,
    ends_after_it_begins,
)

NUMBER_MAX: Final = 80


class PolicyDocument(PublishedRow, InForce):
    """One document (审批政策文件), in force from one day to another.

    `number` is what it is known by for good; `office` the one that issued it
    (`approvals.offices.office_code`); `permits` and `kinds` the codes of what it concerns;
    `replaced_by` the number of the document that took its place.
    """

    number = models.CharField(max_length=NUMBER_MAX)
    title = models.CharField(max_length=200)
    office = models.CharField(max_length=60)
    permits = models.CharField(max_length=300, blank=True)
    kinds = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=500)
    link = models.CharField(max_length=500)
    replaced_by = models.CharField(max_length=NUMBER_MAX, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = PublishedManager()

    class Meta:
        # The newest document of an office first.
        ordering = ("office", "-from_date", "-id")
        indexes: ClassVar = [
            models.Index(
                fields=["office", "-from_date", "-id"], name="policy_order", condition=STANDING
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=STANDING, name="one_standing_policy"
            ),
            ends_after_it_begins("policy_from_before_until"),
            models.CheckConstraint(
                condition=~Q(number="")
                & ~Q(title="")
                & ~Q(office="")
                & ~Q(about="")
                & ~Q(source="")
                & (~Q(permits="") | ~Q(kinds="")),
                name="policy_says_whose_and_of_what",
            ),
            models.CheckConstraint(
                condition=Q(link__startswith="https://") | Q(link__startswith="http://"),
                name="policy_links_to_a_page",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by="")
                | Q(until_date__isnull=False) & ~Q(replaced_by=F("number")),
                name="policy_replaced_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.number
