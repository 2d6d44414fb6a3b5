"""Those who carry messages to phones, mailboxes and other systems: one interface, adapters behind.

Which one serves a channel is set by the operator (docs/messages.md). A channel without one is
closed: nothing is planned for it.
"""

import os
from collections.abc import Callable
from importlib import import_module
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.providers.interface import Provider
from rules.delivery import Channel

#: The one system that webhooks go to (docs/supply-chain.md).
SUPPLY_CHAIN: Final = "supply_chain"
#: The one gateway of the company's app (docs/messages.md).
GATEWAY: Final = "gateway"
#: By channel and the name that the operator gives: the module, whose `provider` makes the adapter.
ADAPTERS: Final = {
    (Channel.SMS, "aliyun"): "aliyun",
    (Channel.SMS, "tencent"): "tencent",
    (Channel.SMS, "counterpart"): "counterpart",
    (Channel.EMAIL, "smtp"): "mail",
    (Channel.EMAIL, "counterpart"): "counterpart",
    (Channel.WECHAT, "subscription"): "wechat",
    (Channel.WECHAT, "template"): "wechat",
    (Channel.APP, GATEWAY): "app",
    (Channel.WEBHOOK, SUPPLY_CHAIN): "webhook",
    (Channel.SUBSCRIBER, "endpoint"): "endpoint",
}
_made: dict[tuple[str, str], Provider] = {}


def name_of(channel: str) -> str:
    """The one that serves a channel; empty where it is closed."""
    return {
        Channel.SMS: settings.SMS_PROVIDER,
        Channel.EMAIL: settings.EMAIL_PROVIDER,
        Channel.WECHAT: settings.WECHAT_PROVIDER,
        Channel.APP: GATEWAY if settings.APP_URL else "",
        Channel.WEBHOOK: SUPPLY_CHAIN if settings.SUPPLY_CHAIN_URL else "",
        Channel.SUBSCRIBER: "endpoint" if settings.WEBHOOK_HOSTS else "",
    }.get(Channel(channel), "")


def is_open(channel: str) -> bool:
    return channel == Channel.SITE or bool(name_of(channel))


def of(channel: str, name: str = "") -> Provider:
    """The adapter of a channel, or the one by that name that a message was given to.

    Raises:
        ImproperlyConfigured: there is none such, or something that it needs is not set.
    """
    key = (channel, name or name_of(channel))
    module = ADAPTERS.get((Channel(channel), key[1]))
    if module is None:
        raise ImproperlyConfigured(f"No provider of {channel} is called {key[1]!r}.")
    if key not in _made:
        make: Callable[[str], Provider] = import_module(f"{__name__}.{module}").provider
        _made[key] = make(channel)
    return _made[key]


def forget() -> None:
    """Adapters are made anew: the settings have changed."""
    _made.clear()


# The connections that they keep are one process's.
os.register_at_fork(after_in_child=forget)
