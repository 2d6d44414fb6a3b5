"""What pages show of calls and messages. Their words stay in the rows: what else a template is
given may be logged."""

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from applications.correspondence.models import Attempt, CaseMessage
from applications.correspondence.queries import (
    as_desk,
    as_writer,
    messages_of,
    reads_here,
    unanswered,
)
from applications.erasure import is_erased
from applications.models import Application
from core.form_token import fresh_token
from core.paging import page_of

#: On the page of a case; the page of its messages has all of them.
NEWEST: Final = 3
#: Calls that the page of a case lists, the newest.
CALLS: Final = 20
PAGE: Final = 20


def thread_context(request: HttpRequest, case: Application) -> dict[str, Any]:
    """Return what `applications/_thread.html` draws with its pager: all messages of a case."""
    page = page_of(request, messages_of(case), order=CaseMessage.ORDER, size=PAGE)
    return {"thread": page.rows, "page": page}


def newest(case: Application) -> dict[str, Any]:
    """Return the newest messages of a case, and whether there are others."""
    found = list(messages_of(case)[: NEWEST + 1])
    return {
        "thread": found[:NEWEST],
        "more_messages": len(found) > NEWEST,
        "message_token": fresh_token(found[0].pk if found else 0),
    }


def version_of(case: Application) -> int:
    """What a message is written after: the newest one, 0 where there is none."""
    found: int | None = messages_of(case).values_list("pk", flat=True).first()
    return found or 0


def desk_context(case: Application, user: User) -> dict[str, Any]:
    """Return the context of `work/case/_messages.html`; nothing for who does not work on the case.
    Three statements."""
    if as_desk(case, user) is None:
        return {"correspondence": False}
    return {
        "correspondence": True,
        "may_call": not is_erased(case),
        "may_message": not is_erased(case) and reads_here(case),
        "unanswered": unanswered().filter(application=case).count(),
        "attempts": list(Attempt.objects.of_case(case)[:CALLS]),
        **newest(case),
    }


def own_context(case: Application, user: User) -> dict[str, Any]:
    """Return the context of the messages on the applicant's own page of a case."""
    writes = as_writer(case, user) is not None and not is_erased(case)
    url = reverse("applications:case-messages", args=[case.number])
    return {"may_write": writes, "messages_url": url, **newest(case)}


def followed_context(case: Application) -> dict[str, Any]:
    """The same on the page of whoever follows a case by number, phone and a code: the customer of a
    counter answers there; whoever filed online does so on the page of the case."""
    at_counter = case.channel == Application.Channel.COUNTER
    return {
        "may_write": at_counter and not is_erased(case),
        "messages_url": reverse("applications:progress-messages"),
        **newest(case),
    }
