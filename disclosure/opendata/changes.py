"""When the rows of each data set changed: by what was published or decided, or as it was seen."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from applications.timings.models import Release
from applications.timings.releases import LARGE
from core.clock import begin_of
from core.templatetags.city import day, figure
from disclosure import outages, queries
from disclosure.models import DataChange
from disclosure.opendata.columns import CHINESE
from disclosure.opendata.sets import DATA, TIMINGS, DataSet
from disclosure.rows import parts
from disclosure.timings.columns import period_words
from publishing import queries as publishing
from rules.registry import current

#: A feed has the newest ones.
MOST: Final = 50
STANDARDS: Final = "standards"


@dataclass(frozen=True)
class Change:
    """`key` is its own among those of its set, for ever; `url` the path where more is said."""

    key: str
    at: datetime
    title: str
    text: str
    url: str


def changes(data: DataSet) -> list[Change]:
    """The newest first."""
    if data.kind:
        return [
            Change(
                str(each.number),
                each.published_at,
                _("Publication {number}").format(number=each.number),
                parts(filter(None, [_counts(each.added, each.changed, each.withdrawn),
                                    each.source, each.note])),
                reverse("disclosure:publication", args=[data.kind, each.number]),
            )
            for each in publishing.publications(data.kind)[:MOST]
        ]  # fmt: skip
    if told := TOLD_BY.get(data.name):
        return list(told())
    seen = DataChange.objects.filter(name=data.name).order_by("-number")[:MOST]
    return [
        Change(
            str(each.number),
            each.at,
            _("Other rows than before"),
            ngettext("{rows} row", "{rows} rows", each.rows).format(rows=figure(each.rows)),
            reverse("disclosure:data-set", args=[data.name]),
        )
        for each in seen
    ]


def _counts(added: int, changed: int, withdrawn: int) -> str:
    words = _("{added} new, {changed} corrected, {withdrawn} withdrawn")
    return words.format(added=added, changed=changed, withdrawn=withdrawn)


def _of_rules() -> Iterator[Change]:
    book, today = current(), queries.today()
    for turn in [each for each in book.turns if book.first_day <= each <= today][: -MOST - 1 : -1]:
        yield Change(
            turn.isoformat(),
            begin_of(turn),
            _("In force from {day}").format(day=day(turn)),
            _("A limit, document, step or permit of the standards began, changed or ended."),
            reverse("disclosure:standards-versions"),
        )


def _of_releases() -> Iterator[Change]:
    for release in Release.objects.defer(*LARGE).order_by("-id")[:MOST]:
        revised = _("Revised (release {number}): {reason}")
        yield Change(
            str(release),
            release.at,
            period_words(release.of),
            revised.format(number=release.number, reason=release.reason)
            if release.reason
            else _("Frozen and published"),
            reverse("disclosure:statistics-release", args=[release.period, release.number]),
        )


#: Sets whose changes something else tells, the newest first.
TOLD_BY: Final[Mapping[str, Callable[[], Iterator[Change]]]] = {
    STANDARDS: _of_rules, TIMINGS: _of_releases,
}  # fmt: skip


def changed_last() -> dict[str, datetime]:
    """By the name of the set; nothing of one of which no change is known. Four statements."""
    published = publishing.newest_of_all()
    found = {
        data.name: published[data.kind].published_at
        for data in DATA.values()
        if data.kind and data.kind in published
    }
    seen = DataChange.objects.order_by("name", "-number").distinct("name")
    found |= {each.name: each.at for each in seen}
    for name, told_by in TOLD_BY.items():
        if newest := next(told_by(), None):
            found[name] = newest.at
    told = [outage.told_at for outage in outages.lately()]
    if told:
        found["outages"] = max(told)
    return found


def note() -> int:
    """Look at the sets of which nobody else notes it, and write down which changed; return how
    many."""
    seen = {
        each.name: each for each in DataChange.objects.order_by("name", "-number").distinct("name")
    }
    found = []
    for data in (each for each in DATA.values() if not _is_noted(each)):
        # Words would differ from language to language.
        with override(CHINESE):
            rows = data.rows()
        digest = sha256(json.dumps(rows.texts, ensure_ascii=False).encode()).hexdigest()
        last = seen.get(data.name)
        if last is None or last.digest != digest:
            number = last.number + 1 if last else 1
            found.append(
                DataChange(name=data.name, number=number, digest=digest, rows=len(rows.lines))
            )
    DataChange.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _is_noted(data: DataSet) -> bool:
    return bool(data.kind or data.feed or data.name in TOLD_BY)
