from collections.abc import Collection
from datetime import date, datetime
from typing import Any, LiteralString

from django.db import connection
from django.db.models import Max, Q, QuerySet

from accounts.models import User
from core.problems import Missing
from publishing import permissions
from publishing.columns import Value
from publishing.models import Draft, Kind, Publication, PublishedRow
from publishing.tables import Table, table_of


def rows_of(table: Table, *, number: int | None = None) -> QuerySet[Any]:
    """The rows of a table that stand now, or that stood after publication `number`."""
    standing = table.rows.standing() if number is None else table.rows.as_of(number)
    ordered: QuerySet[Any] = standing.order_by(*table.order)
    return ordered


def kept_rows(table: Table, parts: Collection[str] | None) -> QuerySet[Any]:
    """The standing rows of some values of `table.part`; None is all."""
    return in_parts(rows_of(table), table, parts)


def in_parts(rows: QuerySet[Any], table: Table, parts: Collection[str] | None) -> QuerySet[Any]:
    if parts is not None and table.part:
        return rows.filter(**{f"{table.part}__in": parts})
    return rows


def kept_row(table: Table, user: User, pk: int) -> PublishedRow:
    """A row that was published, be it replaced since. Raises Missing where the person does not keep
    it, or there is none."""
    rows = in_parts(table.rows.all(), table, permissions.own_parts(user, table))
    first: PublishedRow | None = (
        rows.filter(pk=pk).select_related("publication", "replaced_in").first()
    )
    if first is None:
        raise Missing
    return first


def keys_elsewhere(table: Table, parts: Collection[str] | None) -> set[tuple[Value, ...]]:
    """The keys of standing rows of other values of `table.part` than these; None is all."""
    if parts is None or not table.part:
        return set()
    others = table.rows.standing().exclude(**{f"{table.part}__in": parts})
    return set(others.values_list(*table.key))


def in_force(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    """Those of rows with a first and perhaps a last day (`from_date`, `until_date`) that are in
    force on a day, both ends included."""
    return rows.filter(from_date__lte=on).exclude(until_date__lt=on)


def successor(table: Table, old: PublishedRow) -> PublishedRow | None:
    """The row that stands under the key of one that was replaced; None where none does."""
    same = {name: getattr(old, name) for name in table.key}
    found: PublishedRow | None = rows_of(table).filter(**same).first()
    return found


def publications(kind: Kind | str) -> QuerySet[Publication]:
    return _told_of().filter(kind=kind).order_by("-number")


def _told_of() -> QuerySet[Publication]:
    """With all that is told of each."""
    return Publication.objects.select_related("undoes", "prepared_by", "checked_by")


def publication(kind: Kind | str, number: int) -> Publication:
    """Raises Missing where the table has no publication of that number."""
    found = publications(kind).filter(number=number).first()
    if found is None:
        raise Missing
    return found


def newest(kind: Kind | str) -> Publication | None:
    """None where nothing was ever published."""
    return publications(kind).first()


def now_and_newest(also: LiteralString = "''") -> tuple[datetime, str]:
    """The city's time, and the last publication of all tables with what else is asked, as a text;
    in one statement."""
    newest = "(SELECT max(id) FROM grid_publication)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT city_now(), concat_ws(' ', {newest}, {also})")
        now, found = cursor.fetchone()
    return now, found


def last_of_all() -> int:
    """The key of the last publication of any table; 0: none yet. Each is of a later key than those
    before it, for the city's lock is held."""
    last: int | None = Publication.objects.aggregate(last=Max("id"))["last"]
    return last or 0


def newest_of_all() -> dict[str, Publication]:
    """By kind, in one statement."""
    rows = _told_of().order_by("kind", "-number").distinct("kind")
    return {row.kind: row for row in rows}


def next_number(kind: Kind | str) -> int:
    """Hold the city's lock."""
    found: int | None = publications(kind).aggregate(last=Max("number"))["last"]
    return (found or 0) + 1


def in_lists(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    """Without their texts and outlines, which may be long."""
    return drafts.defer("text", "outline").select_related("by", "undoes")


def open_drafts(user: User, kind: Kind | str) -> QuerySet[Draft]:
    """Newest first."""
    found = Draft.objects.filter(by=user, kind=kind, publication__isnull=True)
    return in_lists(found).order_by("-id")


def to_check(user: User, kind: Kind | str) -> QuerySet[Draft]:
    """What others have offered to be checked; oldest first."""
    found = Draft.objects.filter(
        kind=kind,
        share__contained_by=permissions.share_of(user, table_of(kind)),
        publication__isnull=True,
        offered_at__isnull=False,
    ).exclude(by=user)
    return in_lists(found).order_by("id")


def draft(user: User, pk: int) -> Draft:
    """A draft that the person reads: their own; and of a table that must be checked every one of
    those who keep the same rows. Raises Missing."""
    readable = Q(by=user)
    for table in permissions.kept_by(user):
        if table.checked:
            share = permissions.share_of(user, table)
            readable |= Q(kind=table.kind, share__contained_by=share)
    found = Draft.objects.filter(readable).select_related(
        "by", "given_back_by", "publication", "undoes"
    )
    first = found.filter(pk=pk).first()
    if first is None:
        raise Missing
    return first
