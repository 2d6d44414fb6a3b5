"""Whether the files and their rows belong together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from documents import files
from documents.models import Document

#: A file this young may belong to a transaction that has not committed yet.
YOUNG = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    what: str
    name: str


def findings() -> Iterator[Finding]:
    """Rows without their file, files that changed, files without a row."""
    named: set[str] = set()
    rows = Document.objects.order_by("id").values_list("stored_name", "sha256")
    for name, digest in rows.iterator(chunk_size=500):
        named.add(name)
        yield from _of_row(name, digest)
    yield from _without_row(named)


def _of_row(name: str, digest: str) -> Iterator[Finding]:
    try:
        found = files.sha256(files.read(name))
    except FileNotFoundError:
        yield Finding("row without file", name)
        return
    if found != digest:
        yield Finding("wrong digest", name)


def _without_row(named: set[str]) -> Iterator[Finding]:
    limit = timezone.now() - YOUNG
    for name, changed_at in files.stored_names():
        if name not in named and changed_at < limit:
            yield Finding("file without row", name)


def remove_strays() -> int:
    """Deletes old files without a row; returns how many."""
    named = set(Document.objects.values_list("stored_name", flat=True))
    strays = list(_without_row(named))
    for stray in strays:
        files.storage().delete(stray.name)
    return len(strays)
