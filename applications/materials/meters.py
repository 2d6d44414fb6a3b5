"""The numbers of delivered meters: whether they fit what was ordered, and nobody else has them."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from applications.materials.models import MaterialOrder
from core.locks import lock_name
from core.problems import FieldError, Invalid, Text


def check_numbers(one: MaterialOrder, numbers: Sequence[str]) -> None:
    """Hold the numbers of meters, so that none is delivered twice, until the transaction ends.

    Raises:
        Invalid: they are not those of what was ordered; a number that another order has.
    """
    reason = _wrong(one, numbers)
    if reason is None and numbers:
        lock_name("meter numbers")
        taken = MaterialOrder.objects.filter(meter_numbers__overlap=list(numbers))
        if taken.exclude(pk=one.pk).exists():
            reason = _("A meter of this number was delivered with another order.")
    if reason is not None:
        raise Invalid([FieldError("/data/meter_numbers", reason)])


def _wrong(one: MaterialOrder, numbers: Sequence[str]) -> Text | None:
    if not one.meter:
        return _("What was ordered is no meter and has no number.") if numbers else None
    if len(numbers) != one.quantity:
        return _("Each meter is told with its number, and no other.")
    if len(set(numbers)) != len(numbers):
        return _("One number stands twice.")
    pattern = one.catalogued.number if one.catalogued else ""
    if pattern and not all(re.fullmatch(pattern, number) for number in numbers):
        return _("This is not what a number of such a meter looks like.")
    return None
