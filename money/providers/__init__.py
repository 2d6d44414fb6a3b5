"""Those over whom a charge is paid online: one interface, adapters behind.

Which one serves is set by the operator (docs/payments.md). Without one, paying online is closed.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.links import public_address
from money.providers.interface import Provider

#: By the name that the operator gives: the module, whose `provider` makes the adapter.
ADAPTERS: Final = {"wechat": "wechat"}
#: Where a provider tells us of payments and refunds, under our own address; its name follows.
NOTICES: Final = "/api/v1/payments/notices/"
_made: dict[str, Provider] = {}


def serving() -> str:
    """The name of the one that serves; empty where paying online is closed."""
    return str(settings.PAYMENTS_PROVIDER)


def is_open() -> bool:
    return bool(serving())


def of(name: str = "") -> Provider:
    """The adapter that serves, or the one by that name that an order was given to.

    Raises:
        ImproperlyConfigured: there is none such, or something that it needs is not set.
    """
    wanted = name or serving()
    module = ADAPTERS.get(wanted)
    if module is None:
        raise ImproperlyConfigured(f"No provider of payments is called {wanted!r}.")
    if wanted not in _made:
        make: Callable[[str], Provider] = import_module(f"{__name__}.{module}").provider
        _made[wanted] = make(public_address(f"{NOTICES}{wanted}/"))
    return _made[wanted]


def forget() -> None:
    """Adapters are made anew: the settings have changed."""
    _made.clear()
