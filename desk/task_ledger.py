"""Tasks of the ledgers: what an owner has to do, and the lead agency to confirm."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from deadlines.timeleft import TimeLeft, by_day
from desk.feed import Asked, Feed, Todo
from oversight.task_ledger import queries
from oversight.task_ledger.models import Task
from oversight.task_ledger.owners import READERS
from oversight.task_ledger.reading import ledger_name, owner_words
from oversight.task_ledger.workflow import TaskState, own
from workflow.machine import TWO_PEOPLE, acts_of


class Tasks(Feed):
    """No clock runs: what is to be done stands by its day."""

    code = "tasks"
    name = gettext_lazy("Task ledger")
    roles = READERS
    columns: Mapping[str, str] = {"district": "district"}  # type: ignore[misc]
    late = "runs_out"
    number = "title"

    def streams(self, user: User) -> Iterable[QuerySet[Task]]:
        yield from queries.to_do(user)
        yield from queries.to_confirm(user)

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(Task)
        return {
            "claim": Asked(acts["claim"].label, [Q(state=TaskState.OPEN)]),
            "confirm": Asked(acts["confirm"].label, [Q(state=TaskState.CLAIMED)]),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        asks, rows = self.asks(), []
        found = list(Task.objects.filter(pk__in=keys))
        barred = own((one for one in found if one.state == TaskState.CLAIMED), user)
        for one in found:
            opened = one.state == TaskState.OPEN
            rows.append(
                Todo(
                    pk=one.pk,
                    url=reverse("tasks:task", args=[one.pk]),
                    asked=str(asks["claim" if opened else "confirm"].label),
                    number=one.title,
                    about=_("Task ledger"),
                    place=ledger_name(one),
                    reason=owner_words(one),
                    since=one.entered_at if opened else one.claimed_at or one.entered_at,
                    left=by_day(one.due_on, one.late_from, now) if opened else TimeLeft(),
                    barred=str(TWO_PEOPLE) if one.ref in barred else "",
                    version=one.version,
                )
            )
        return rows
