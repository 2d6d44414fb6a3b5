"""What a unit costs: its item of the fee catalogue as published, and nothing else (plan 3(5)1)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from publishing.models import Kind
from publishing.queries import in_force, rows_of
from publishing.tables import table_of


def prices_on(codes: Iterable[str], day: date) -> Mapping[str, Any]:
    """By code, the rows of the catalogue (`money.models.FeeItem`) in force on a day. What has none
    has no price: nothing may be charged for it that day (优化营商环境条例 25)."""
    rows = rows_of(table_of(Kind.FEES)).filter(code__in=set(codes))
    return {row.code: row for row in in_force(rows, day)}
