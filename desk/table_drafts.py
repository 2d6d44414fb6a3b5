"""Drafts of published tables that wait for a second person."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.clock import NEVER
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo
from publishing import queries
from publishing.models import Draft, Kind
from publishing.permissions import CHECKERS, kept_by


class TableDrafts(Feed):
    """What others have prepared. No limit runs: they stand behind all that has one, the oldest
    first."""

    code = "table_drafts"
    name = gettext_lazy("Published tables")
    roles = CHECKERS
    number = ""

    def streams(self, user: User) -> Iterator[QuerySet[Draft]]:
        for table in kept_by(user):
            if table.checked:
                yield queries.to_check(user, table.kind).annotate(runs_out=Value(NEVER))

    def asks(self) -> Mapping[str, Asked]:
        return {"check": Asked(gettext_lazy("Check a draft"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = (
            Draft.objects.filter(pk__in=keys)
            .defer("text", "outline")
            .select_related("by", "undoes")
        )
        return [
            Todo(
                pk=one.pk,
                url=reverse("publish:draft", args=[one.pk]),
                asked=str(self.asks()["check"].label),
                number=one.title,
                about=str(Kind(one.kind).label),
                place="",
                reason=_("You keep this table, and %(name)s prepared it") % {"name": one.by.name},
                since=one.offered_at or one.created_at,
                left=TimeLeft(),
                version=one.offers,
            )
            for one in found
        ]
