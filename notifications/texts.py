"""What a message says, put together when it is shown, in the language of who reads it.

A message is stored as what happened (`kind`, `context`). Apps add the kinds of their own with
`register`, and where a message leads with `register_link`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import mod
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import events
from core.events import event_of
from core.problems import Text
from notifications.models import Message
from rules.files import Words

Context = Mapping[str, Any]
LinkOf = Callable[[int, Context], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person reads it; `url` is empty where it leads nowhere."""

    title: str
    body: str
    url: str


ANYTHING = events.Message(
    _("Case %(number)s has moved on"),
    _("Something has been recorded in your case. The case page shows what, when and by whom."),
)
_links: dict[str, LinkOf] = {}


def both(say: Callable[[], str]) -> dict[str, str]:
    """Return what is said in each language, for a context: a message shows its reader's."""
    found = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[key] = say()
    return found


def register_link(subject_kind: str, link_of: LinkOf) -> None:
    """Says where messages lead, by the subject's id and the message's context."""
    _links[subject_kind] = link_of


def shown(message: Message) -> Shown:
    event = event_of(message.kind)
    wording = event.message if event and event.message else ANYTHING
    outcome = wording.outcomes.get(str(message.context.get("state", "")))
    variant = wording.variants.get(str(message.context.get("variant", "")))
    title, body = outcome or variant or (wording.title, wording.body)
    link = _links.get(message.subject_kind)
    return Shown(
        title=_filled(title, message.context),
        body=_filled(body, message.context),
        url=link(message.subject_id, message.context) if link else "",
    )


def _filled(text: Text, context: Context) -> str:
    """Fill in values, those kept in both languages in the reader's; a missing one is a dash."""
    values = _Values(context)
    for name, value in context.items():
        if isinstance(value, dict) and {*value} == {"zh", "en"}:
            values[name] = str(Words(**value))
    # A plural chooses its form while it is filled.
    return str(mod(text, values))


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> "_Dash":
        return _Dash(2)


class _Dash(int):
    """What is not known, where a plural asks how many."""

    def __str__(self) -> str:
        return "–"
