"""What programs are told of reviews and inspections."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    Serializer,
    SerializerMethodField,
)

from applications import checklist
from applications.inspections.models import STAGES, Inspection, ItemResult
from applications.inspections.queries import Item, items_of, rounds_of
from applications.inspections.reading import closed_at
from applications.models import Application, machine_of
from core.answers import Count, Instant, MaybeInstant, MaybeText
from workflow.machine import sources

REVIEWS = checklist.RESTING & checklist.STAGES.keys()


class ResultAnswer(Serializer[Any]):
    """What a round said of an item; a finding is open until `closed_at`."""

    item = CharField()
    name = SerializerMethodField()
    result = ChoiceField(ItemResult.Result.choices)
    finding = MaybeText(source="words")
    closed_at = SerializerMethodField()

    def get_name(self, result: ItemResult) -> str:
        return str(self.context["names"][result.inspection.stage][result.item])

    @extend_schema_field(MaybeInstant())
    def get_closed_at(self, result: ItemResult) -> datetime | None:
        if result.result != ItemResult.Result.NOT_MET:
            return None
        return closed_at(result, result.inspection, self.context["rounds"])


class RoundAnswer(Serializer[Any]):
    """A design review, a mid-construction or a completion inspection."""

    stage = ChoiceField(STAGES)
    round = Count()
    at = Instant()
    passed = BooleanField()
    items = ResultAnswer(many=True, source="results.all")


class ItemAnswer(Serializer[Any]):
    """An item to be looked at; `finding` is what was found of it before."""

    item = CharField(source="code")
    name = CharField()
    requirement = MaybeText()
    finding = MaybeText(source="last.words", default=None)


class InspectionsAnswer(Serializer[Any]):
    """Every round, oldest first. `action` is the review or inspection that is to be recorded now,
    with the items that it looks at; null where none is."""

    number = CharField()
    inspections = RoundAnswer(many=True)
    action = MaybeText()
    items = ItemAnswer(many=True)


def inspections_json(case: Application) -> dict[str, Any]:
    rounds = rounds_of(case)
    due = [name for name in REVIEWS if case.state in sources(machine_of(case.kind), name)]
    told = {
        "number": case.number,
        "inspections": rounds,
        "action": due[0] if due else "",
        "items": looked_at(case, due[0], rounds) if due else [],
    }
    names = {
        stage: {item.code: item.name for item in items_of(case, stage, rounds)}
        for stage, _name in STAGES
    }
    answer: dict[str, Any] = InspectionsAnswer(
        told, context={"names": names, "rounds": rounds}
    ).data
    return answer


def looked_at(case: Application, action: str, rounds: list[Inspection]) -> list[Item]:
    """Return what the next round looks at: what is open, and what nobody has looked at yet."""
    items = items_of(case, checklist.STAGES[action], rounds)
    return [item for item in items if item.is_open]
