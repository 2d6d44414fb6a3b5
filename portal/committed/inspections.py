"""Reviews and inspections are what the record says of them, and nobody has power without papers."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from applications.checklist import RESTING, STAGES, SUBJECT
from applications.inspections.models import Inspection, ItemResult
from applications.models import Application, act_named
from applications.states import HIGH, State
from core.clock import city_now
from documents.models import Document
from portal.committed.entries import said
from portal.compare import Row

STAGE_OF: Final = {act_named(name).event: str(STAGES[name]) for name in RESTING & STAGES.keys()}


def inspections() -> Iterator[Row]:
    """Case, stage, instant of a round: in the record without a row, or the other way round, or with
    other results. What is erased can be compared with nothing, nor what is older than its items."""
    told = {(entry.ref, STAGE_OF[entry.type], entry.at): entry for entry in said(*STAGE_OF)}
    kept = Inspection.objects.select_related("application").prefetch_related("results")
    for one in kept.order_by("id"):
        key = (one.application.ref, one.stage, one.at)
        entry = told.pop(key, None)
        if entry is None:
            yield *key, "not in the record"
        elif entry.data and "checked" in entry.data:
            rows = sorted(one.results.all(), key=lambda row: row.pk)
            has = one.passed, [{"item": row.item, "result": row.result} for row in rows]
            found = [row.words for row in rows if row.result == ItemResult.Result.NOT_MET]
            if has != (entry.data["passed"], entry.data["checked"]):
                yield *key, "other results"
            elif found and found != entry.data["findings"]:
                yield *key, "other words"
    yield from ((*key, "no row") for key in told)


def papers() -> Iterator[Row]:
    """Energised case of high voltage, document: by its rules it needs it, and has no file of it
    that is read and without a virus."""
    cases = Application.objects.filter(kind__in=HIGH, state=State.ENERGISED)
    files = Document.objects.filter(subject_kind=SUBJECT, case_ref__in=cases.values("ref"))
    sound = files.exclude(scan__in=(Document.Scan.WAITING, Document.Scan.INFECTED))
    here: dict[UUID, set[str]] = defaultdict(set)
    for ref, code in sound.values_list("case_ref", "requirement"):
        here[ref].add(code)
    for case in cases.order_by("id").iterator():
        for need in case.rules(city_now()).requirements(case.kind):
            if need.code not in here[case.ref]:
                yield case.number, need.code
