"""Reviews and inspections as pages show them: every round, what is open, and what puts it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from applications.casefile import Paper
from applications.inspections.models import Inspection, ItemResult
from applications.inspections.queries import items_of, rounds_of
from applications.models import Application
from core.problems import Text
from rules.names import Stage

NAMES: Final[dict[str, Text]] = {
    Stage.DESIGN_REVIEW: _("Design review"),
    Stage.MID_CONSTRUCTION_INSPECTION: _("Mid-construction inspection"),
    Stage.COMPLETION_INSPECTION: _("Completion inspection"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found. `paper` is the document that it concerns, if one; `closed_at` is
    when a later round found it in order, None while it is open."""

    name: str
    words: str
    closed_at: datetime | None
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One review or inspection; `number` counts those of its stage."""

    name: str
    number: int
    at: datetime
    passed: bool
    findings: list[Finding]
    in_order: list[str]
    not_applicable: list[str]


def inspections_context(case: Application, papers: Iterable[Paper]) -> dict[str, Any]:
    """Return the context of `applications/_inspections.html` and `_findings.html`.

    Args:
        papers: every document of the case (`casefile.papers`).
    """
    rounds = rounds_of(case)
    read = [round_of(case, one, rounds) for one in rounds]
    by_code = {paper.code: paper for paper in papers}
    return {
        "inspections": read[::-1],
        "open_findings": open_findings(case, rounds, by_code),
        # Beside what is open, what a later round of the same stage found in order.
        "closed_findings": [
            finding
            for one, shown in zip(rounds, read, strict=True)
            if rounds and one.stage == rounds[-1].stage
            for finding in shown.findings
            if finding.closed_at
        ],
    }


def round_of(case: Application, one: Inspection, rounds: Sequence[Inspection]) -> Round:
    """Return a round in words, with what became of its findings in later `rounds`."""
    names = {item.code: item.name for item in items_of(case, one.stage, rounds)}
    said: dict[str, list[ItemResult]] = {code: [] for code in ItemResult.Result.values}
    for result in one.results.all():
        said[result.result].append(result)
    findings = [
        Finding(names[row.item], row.words, closed_at(row, one, rounds))
        for row in said[ItemResult.Result.NOT_MET]
    ]
    return Round(
        name=str(NAMES[one.stage]),
        number=one.round,
        at=one.at,
        passed=one.passed,
        findings=findings or unlisted(case, one, rounds),
        in_order=[names[row.item] for row in said[ItemResult.Result.MET]],
        not_applicable=[names[row.item] for row in said[ItemResult.Result.NOT_APPLICABLE]],
    )


def closed_at(
    finding: ItemResult, one: Inspection, rounds: Sequence[Inspection]
) -> datetime | None:
    """Return when a later round of the stage first said something else than that it is not met."""
    for later in rounds:
        if later.stage == one.stage and later.round > one.round:
            for row in later.results.all():
                if row.item == finding.item and row.result != ItemResult.Result.NOT_MET:
                    return later.at
    return None


def unlisted(case: Application, one: Inspection, rounds: Sequence[Inspection]) -> list[Finding]:
    """Return what the case says of its last round, where that is of before there were items."""
    if one.passed or one is not rounds[-1]:
        return []
    return [Finding("", words, None) for words in case.findings]


def open_findings(
    case: Application, rounds: Sequence[Inspection], papers: dict[str, Paper]
) -> list[Finding]:
    """Return what is still to be put right, in the order of the list of its stage."""
    if not rounds or case.ended_at:
        return []
    last = rounds[-1]
    found = [
        Finding(item.name, item.last.words, None, papers.get(item.requirement))
        for item in items_of(case, last.stage, rounds)
        if item.last and item.is_open
    ]
    return found or unlisted(case, last, rounds)
