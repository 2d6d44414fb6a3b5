"""Items side by side: what was asked for, what was there before, and what is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework.serializers import BooleanField, CharField, IntegerField, Serializer

from accounts.models import User
from approvals.missing import item_words
from approvals.models import Permit
from approvals.supplement.drafts import prepares
from approvals.supplement.models import ITEM, SupplementItem, files_of, is_answered
from core.answers import Instant, MaybeInstant, MaybeText
from documents.models import Document
from documents.serializers import FileAnswer


@dataclass(frozen=True, slots=True)
class Side:
    """An item as one reader sees it: `answer` and `files` are empty where it still waits and is
    none of the reader's to prepare. `code` is of the document that it names, if any;
    `taken_in_by` the service hall at whose window the company brought the answer.
    """

    number: int
    text: str
    code: str
    asked_at: datetime
    before: list[Document]
    answer: str
    files: list[Document]
    supplied_at: datetime | None
    taken_in_by: str
    version: int

    @property
    def asked(self) -> str:
        return item_words(self.text)

    @property
    def is_answered(self) -> bool:
        return is_answered(self.answer, self.files)


def side_by_side(permit: Permit, user: User) -> list[Side]:
    """In the order in which the items were named; three queries, one where nothing was asked."""
    items = list(SupplementItem.objects.filter(permit=permit).select_related("office"))
    if not items:
        return []
    files, earlier = files_of(items), list(before(permit, items))
    drafts = prepares(permit, user) is not None
    sides = []
    for item in items:
        told, document = drafts or item.supplied_at is not None, item.document
        side = Side(
            number=item.number,
            text=item.text,
            code=document.code if document else "",
            asked_at=item.asked_at,
            before=[
                one
                for one in earlier
                if document and one.requirement == document.code and one.uploaded_at < item.asked_at
            ],
            answer=item.answer if told else "",
            files=files[item.pk] if told else [],
            supplied_at=item.supplied_at,
            taken_in_by=str(item.office) if item.office else "",
            version=item.version,
        )
        sides.append(side)
    return sides


def before(permit: Permit, items: Iterable[SupplementItem]) -> Iterable[Document]:
    """What the case has of the documents that the items name, kept under the code of the permits'
    lists, whoever handed it in for which permit."""
    codes = {item.document.code for item in items if item.document}
    kept = Document.objects.filter(case_ref=permit.case_ref, requirement__in=sorted(codes))
    return kept.exclude(subject_kind=ITEM).order_by("id")


class SideAnswer(Serializer[Any]):
    """An item of a supplement request; what is new is told once it is handed in, and before to the
    supply company alone."""

    number = IntegerField()
    text = CharField()
    document = MaybeText(source="code", help_text="code in the permit's list")
    asked_at = Instant()
    before = FileAnswer(many=True)
    answered = BooleanField(source="is_answered")
    answer = MaybeText()
    files = FileAnswer(many=True)
    supplied_at = MaybeInstant()
    taken_in_by = MaybeText(help_text="service hall at whose window the company brought it")
    version = IntegerField()
