"""The statements of the path of an act and of the rows of a page: Django writes each of them once,
and PostgreSQL parses and plans it once on a connection. Both, done anew each time, took longer than
carrying it out.

A statement stays prepared however the transaction ends.
"""

# ruff: noqa: SLF001 (`_meta` and `_base_manager` are Django's documented API, `_state` almost)
import hashlib
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.models import Expression, ForeignObject, Lookup, Model, QuerySet
from django.db.models import Field as AnyField
from django.db.models.sql import InsertQuery, UpdateQuery

Field = Any  # of a model; the types of Django's fields do not tell what they store
M = TypeVar("M", bound=Model)


class Given(Expression):
    """Stands in a queryset for a value that comes each time."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@ForeignObject.register_lookup
@AnyField.register_lookup
class Among(Lookup):
    """`column__among`: one of the values of a list, which may be `Given`."""

    lookup_name = "among"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, before = self.process_lhs(compiler, connection)
        array, after = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", (*before, *after)


#: By connection, the names of what was prepared on it.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Statement:
    """SQL with $1, $2 … for what comes each time; `constants` fill its %s for good, so that a
    partial index can be found by them."""

    def __init__(self, sql: str, constants: Sequence[Any] = ()) -> None:
        digest = hashlib.sha256(repr((sql, constants)).encode()).hexdigest()
        kind = "read" if sql.startswith("SELECT") else "act"
        self.name, self.sql, self.constants = f"{kind}_{digest[:24]}", sql, constants

    @classmethod
    def of(cls, sql: str, params: Iterable[Any]) -> "Statement":
        """Of what Django's compiler answers, with `Given` among its parameters."""
        found = list(params)
        given = [isinstance(one, Given) for one in found]
        places = [
            f"${sum(given[: at + 1])}" if is_given else "%s" for at, is_given in enumerate(given)
        ]
        return cls(sql % tuple(places), [one for one in found if not isinstance(one, Given)])

    def ready(self, *values: Any) -> tuple[str, tuple[Any, ...]]:
        """What to execute now, and with what, on this thread's connection."""
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        raw: Any = database.connection
        known = _prepared.setdefault(raw, set())
        if self.name not in known:
            with database.wrap_database_errors, raw.cursor() as cursor:
                cursor.execute(f"PREPARE {self.name} AS {self.sql}", self.constants or None)
            known.add(self.name)
        return f"EXECUTE {self.name}({', '.join(['%s'] * len(values))})", values


class Read(Generic[M]):
    """The rows of a queryset; the values that are `Given` come in the order of the SQL.

    Args:
        rows: makes the queryset, when it is asked for first: all models are loaded then.
    """

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        self.rows = rows
        self.made: _Made | None = None

    def __call__(self, *values: object) -> list[M]:
        if [] in values:
            return []  # nothing is `Among` nothing
        if self.made is None:
            self.made = _Made(self.rows())
        return self.made.rows(values)

    def first(self, *values: object) -> M | None:
        return next(iter(self(*values)), None)


class _Made:
    """Django's own compiler of a queryset, which answers with the text that it made once."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.model = rows.model
        self.compiler: Any = rows.query.get_compiler(connection=connection)
        self.statement = Statement.of(*self.compiler.as_sql())
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)

    def rows(self, values: Sequence[object]) -> list[Any]:
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda: self.statement.ready(*values)
        compiler.get_converters = lambda _columns: self.converters
        query: Any = _Query(compiler)
        return list(QuerySet(self.model, query=query))


class _Query:
    """What a queryset asks of its query when it is read."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler

    def get_compiler(self, using: str) -> Any:
        return self.compiler


def save(thing: Model, columns: Sequence[str]) -> None:
    """As `thing.save(update_fields=columns)`, for those that the thing sets itself."""
    model = type(thing)._meta.concrete_model or type(thing)
    now = _stored(thing, [_field(model, name) for name in columns])
    with connection.cursor() as cursor:
        cursor.execute(*_update(model, tuple(columns)).ready(*now, thing.pk))
        if cursor.rowcount != 1:
            raise DatabaseError(f"{model.__name__} {thing.pk} is gone")


def insert(rows: Sequence[Model]) -> None:
    """As `bulk_create`, for rows of which the database makes the key and nothing else."""
    if not rows:
        return
    model, fields = type(rows[0]), _filled(type(rows[0]))
    values = [value for row in rows for value in _stored(row, fields)]
    with connection.cursor() as cursor:
        cursor.execute(*_insert(model, len(rows)).ready(*values))
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk, row._state.adding, row._state.db = key, False, DEFAULT_DB_ALIAS


def _stored(row: Model, fields: Iterable[Field]) -> list[Any]:
    database = connections[DEFAULT_DB_ALIAS]
    return [one.get_db_prep_save(getattr(row, one.attname), database) for one in fields]


@cache
def _field(model: type[Model], name: str) -> Field:
    field: Field = model._meta.get_field(name)
    return field


@cache
def _filled(model: type[Model]) -> list[Field]:
    fields = model._meta.concrete_fields
    return [field for field in fields if not field.primary_key and not field.generated]


@cache
def _update(model: type[Model], columns: tuple[str, ...]) -> Statement:
    query: Any = model._base_manager.filter(pk=Given()).query.chain(UpdateQuery)
    query.add_update_values({name: Given() for name in columns})
    return Statement.of(*query.get_compiler(connection=connection).as_sql())


@cache
def _insert(model: type[Model], count: int) -> Statement:
    query = InsertQuery(model)
    row: Any = SimpleNamespace(**{field.attname: Given() for field in _filled(model)})
    query.insert_values(_filled(model), [row] * count, raw=True)
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [model._meta.pk]
    [made] = compiler.as_sql()
    return Statement.of(*made)
