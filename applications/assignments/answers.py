"""What the API tells of who has a case."""

from typing import Any

from rest_framework import serializers

from applications.assignments.models import ROLES
from core.answers import Instant


class ManagerAnswer(serializers.Serializer[Any]):
    """Who has a high-voltage case in one of its two roles; one that nobody has is left out."""

    role = serializers.ChoiceField(ROLES)
    user = serializers.SerializerMethodField()
    since = Instant()

    def get_user(self, row: Any) -> int | None:
        """The number of the account, told to the supply company alone."""
        return row.user_id if self.context["of_company"] else None
