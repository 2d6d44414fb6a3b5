"""Reads of the path of an act, whose SQL is made once.

Made anew each time, the text of a query of a wide table took longer than PostgreSQL its answer.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet

M = TypeVar("M", bound=Model)


class Given(Expression):
    """Stands in the queryset of a `Read` for a value that comes with each call."""

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


class Read(Generic[M]):
    """The rows of a queryset; the values that are `Given` come in the order of the SQL.

    Args:
        rows: makes the queryset, when it is asked for first: all models are loaded then.
    """

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        self.rows = rows
        self.made: _Made | None = None

    def __call__(self, *values: object) -> list[M]:
        if self.made is None:
            self.made = _Made(self.rows())
        return self.made.rows(values)

    def first(self, *values: object) -> M | None:
        return next(iter(self(*values)), None)


class _Made:
    """Django's own compiler of a queryset, which answers with the text that it made once."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.model = rows.model
        self.compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.params = self.compiler.as_sql()
        columns = [column for column, _sql, _alias in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)

    def rows(self, values: tuple[object, ...]) -> list[Any]:
        given = iter(values)
        params = [next(given) if isinstance(one, Given) else one for one in self.params]
        # A connection belongs to its thread.
        compiler = copy(self.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda: (self.sql, params)
        compiler.get_converters = lambda _columns: self.converters
        query: Any = _Query(compiler)
        return list(QuerySet(self.model, query=query, using=DEFAULT_DB_ALIAS))


class _Query:
    """What a queryset asks of its query when it is read."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler

    def get_compiler(self, using: str) -> Any:
        return self.compiler
