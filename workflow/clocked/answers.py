"""What the API gives of each of them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework.serializers import Serializer

from accounts.models import User
from core.clock import city_now
from deadlines.models import Clock
from workflow.clocked.queries import Clocked


class ClockedRow(Serializer[Any]):
    """One with its clock; made by `listed` and `of`, which ask for all clocks at once."""

    clocked: ClassVar[Clocked]

    @classmethod
    def listed(cls, found: Sequence[Any]) -> Any:
        """Two queries however many there are."""
        return cls(found, many=True, context=cls._timed(found)).data

    @classmethod
    def of(cls, one: Any, user: User) -> Any:
        return cls(one, context={"user": user, **cls._timed([one])}).data

    @classmethod
    def _timed(cls, found: Sequence[Any]) -> dict[str, Any]:
        return {"now": city_now(), "clocks": cls.clocked.clocks_of(found)}

    def clock_of(self, one: Any) -> Clock:
        found: Clock = self.context["clocks"][one.ref]
        return found

    def get_late(self, one: Any) -> bool:
        return self.clock_of(one).is_late(self.context["now"])
