"""Conditions by which a person may see rows, of which any will do."""

import operator
from collections.abc import Iterable
from functools import reduce
from typing import Final

from django.db.models import Q

# An empty Q vanishes in a disjunction, so "all" and "none" are spelled out.
NOTHING: Final = Q(pk__in=())
EVERYTHING: Final = ~Q(pk__in=())


def any_of(ways: Iterable[Q]) -> Q:
    """NOTHING where there are none."""
    return reduce(operator.or_, ways, NOTHING)
