"""What a bureau named as missing, item by item, and what the supply company answers.

An item is answered with words, files or both, saved as a draft until all of them are handed in.
"""

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from approvals.missing import named_in
from documents.models import Document
from rules.city import PermitDocument, city

if TYPE_CHECKING:
    from approvals.models import Permit

#: Of the files of an item, among all documents.
ITEM: Final = "supplement_item"
#: What they are for.
REQUIREMENT: Final = "permit_supplement"


class SupplementItem(models.Model):
    """`number` counts on where the rules let a bureau ask a second time."""

    permit = models.ForeignKey("approvals.Permit", on_delete=models.PROTECT, related_name="asked")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="", db_default="")
    supplied_at = models.DateTimeField(null=True)
    # At whose window it was taken in for the company; null: it handed it in itself.
    office = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    # Of the draft: two people who answer it at once hear of each other.
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ("permit", "number")
        constraints = [
            models.UniqueConstraint(fields=["permit", "number"], name="supplement_item_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(text=""), name="supplement_item_named"
            ),
            models.CheckConstraint(
                condition=Q(supplied_at=None) | Q(supplied_at__gte=F("asked_at")),
                name="supplement_item_forward",
            ),
            models.CheckConstraint(
                condition=Q(office=None) | Q(supplied_at__isnull=False),
                name="supplement_item_taken_in_when_supplied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.number}"

    @property
    def document(self) -> PermitDocument | None:
        """Of the permits' lists; None where the rules of its permit have none."""
        found = named_in(self.text, city().permit_documents)
        return found[0] if found else None


def open_items(permit: "Permit") -> list[SupplementItem]:
    """Those that are not handed in yet, in the order in which they were named."""
    return list(SupplementItem.objects.filter(permit=permit, supplied_at=None))


def files_of(items: list[SupplementItem]) -> dict[int, list[Document]]:
    """By the id of the item, oldest first; one query."""
    kept = Document.objects.filter(subject_kind=ITEM, subject_id__in=[item.pk for item in items])
    found: dict[int, list[Document]] = {item.pk: [] for item in items}
    for document in kept.order_by("id"):
        found[document.subject_id].append(document)
    return found


def is_answered(words: str, files: list[Document]) -> bool:
    """What a virus was found in is no answer."""
    return bool(words) or any(file.scan != Document.Scan.INFECTED for file in files)
