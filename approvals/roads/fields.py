"""Roads named in a body, by their numbers in the register."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.roads.models import NUMBER_MAX, Road
from approvals.serializers import ITEMS_MAX, FormList
from core.bodies import NEEDED, WordsField


class RoadsField(FormList):
    """Numbers of the register, each once, in one order."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "empty": NEEDED,
        "not_a_list": _("This must be a list of numbers."),
        "max_length": _("These are more than {max_length} things."),
        "unknown": _("The register has no such road: {number}."),
    }

    def __init__(self, **kwargs: Any) -> None:
        child = WordsField(one_line=True, max_length=NUMBER_MAX)
        super().__init__(child=child, max_length=ITEMS_MAX, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        numbers: list[str] = super().to_internal_value(data)
        rows = Road.objects.standing().filter(number__in=numbers) if numbers else ()
        known = {road.number for road in rows}
        for number in numbers:
            if number not in known:
                self.fail("unknown", number=number)
        return sorted(known)
