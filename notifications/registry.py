"""Our texts beside those that a vendor has approved: what is missing there, and what does not fit.

What does not fit keeps the portal from starting (`check`): a vendor refuses a whole message for one
name that is not exactly its own.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from accounts.models import User
from core.events import catalogue, topic_of
from notifications import providers
from notifications.providers import templates
from notifications.providers.templates import Template
from notifications.stopping import is_stoppable
from notifications.texts import Wording, as_one, places_in, wording_of
from rules.delivery import Channel

#: What a template of WeChat may have besides the places of the text.
OF_WECHAT: Final = frozenset({"title", "stop"})
#: As WeChat names its variables: thing1, character_string2, keyword3, first.
WECHAT_NAME: Final = re.compile(r"[a-z_]+[0-9]*")


def wordings(channel: str) -> Iterator[tuple[str, Wording]]:
    """Kind and wording of every message that goes over a channel."""
    for event in catalogue():
        said = event.message
        if said is not None and channel in said.channels:
            yield event.type, Wording(event.type, said.title, said.body)
            for name, (title, body) in {**said.outcomes, **said.variants}.items():
                yield event.type, Wording(f"{event.type}.{name}", title, body)


def texts_of(channel: str, language: str) -> dict[str, str]:
    """Every text of a channel in a language, with its places to fill in, by the name that a
    vendor's template has."""
    with override(language):
        return {
            f"{wording.name}.{language}": as_one(
                wording, with_stop=is_stoppable(channel, topic_of(kind))
            )
            for kind, wording in wordings(channel)
        }


def all_texts(channel: str) -> dict[str, str]:
    return {
        name: text
        for language in User.Language.values
        for name, text in texts_of(channel, language).items()
    }


def missing(channel: str) -> list[str]:
    """Names of texts for which the provider of a channel has no template."""
    provider = providers.name_of(channel)
    if not provider or not templates.needs_templates(channel, provider):
        return []
    known = templates.load(channel, provider)
    return sorted(set(all_texts(channel)) - set(known))


def has_template(channel: str, kind: str, context: Mapping[str, Any], language: str) -> bool:
    """Whether a message can be sent over a channel at all, as far as templates go."""
    provider = providers.name_of(channel)
    if not templates.needs_templates(channel, provider):
        return True
    name = f"{wording_of(kind, context).name}.{language}"
    return name in templates.load(channel, provider)


def wrong(channel: str) -> list[str]:
    """What does not fit of the templates of a channel's provider, a sentence each."""
    provider = providers.name_of(channel)
    if not provider or not templates.needs_templates(channel, provider):
        return []
    texts = all_texts(channel)
    found = []
    for name, template in templates.load(channel, provider).items():
        if name not in texts:
            found.append(f"{name}: there is no such text.")
        elif reason := _misfit(channel, template, places_in(texts[name])):
            found.append(f"{name}: {reason}")
    return found


def _misfit(channel: str, template: Template, places: list[str]) -> str:
    names = template.variables
    if channel == Channel.WECHAT:
        if not names:
            return "variables are missing."
        if unknown := sorted(set(names.values()) - set(places) - OF_WECHAT):
            return f"the text has no {', '.join(unknown)}."
        bad = sorted(each for each in names if not WECHAT_NAME.fullmatch(each))
        return f"{', '.join(bad)}: WeChat has no such names." if bad else ""
    if names is not None and set(names.values()) != set(places):
        return f"variables are {sorted(names.values())}, the text has {sorted(places)}."
    return ""


@register()
def check(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for channel in (Channel.SMS, Channel.WECHAT):
        try:
            found += [Error(f"Templates of {channel}: {each}") for each in wrong(channel)]
        except ImproperlyConfigured as error:
            found.append(Error(str(error)))
    return found
