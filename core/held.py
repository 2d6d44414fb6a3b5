"""What the worker does to each row of many, its record held."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from core.locks import try_lock_case

M = TypeVar("M", bound=Model)


def each_held(due: QuerySet[M], act: Callable[[M], None], most: int) -> int:
    """Act on rows that are due, each in a transaction of its own; return how many. A row has `ref`,
    the name of its record: whoever holds one just now keeps it until the next run.

    Args:
        most: rows a run.
    """
    done = 0
    for pk, ref in list(due.values_list("pk", "ref")[:most]):
        with transaction.atomic():
            if not try_lock_case(ref):
                continue
            held = due.filter(pk=pk).first()
            if held is not None:
                act(held)
                done += 1
    return done
