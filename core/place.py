"""Where a request comes from: the client's address, and for the record's sealed side a keyed digest
of its network, never the address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from core.fields import blind_index

PLACE_BYTES = 16
#: Neighbours count as one place: people move within an office's network.
PREFIX = {4: 24, 6: 48}
#: What one customer of a provider is given: whoever has it can take any address of it.
ONE_CLIENT = {4: 32, 6: 64}

_present: ContextVar[str] = ContextVar("address", default="")


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw.

    Each proxy appends to X-Forwarded-For what it saw, so that only as many entries from the end are
    true as there are proxies of ours (PORTAL_TRUSTED_PROXIES). A request with fewer did not come
    through all of them: it comes from where its connection does.
    """
    connection = str(request.META.get("REMOTE_ADDR", ""))
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    ours = settings.TRUSTED_PROXIES
    known = _read(seen[-ours]) if 0 < ours <= len(seen) else None
    return str(known) if known else connection


def one_client(request: HttpRequest) -> str:
    """The network that limits count as one client; empty where the address is not known."""
    return _client_of(client_address(request))


def present_client() -> str:
    """As `one_client`, of the request that is being answered; empty for commands and tasks."""
    return _client_of(_present.get())


def present_place() -> bytes:
    """Empty for commands and tasks."""
    return place_of(_present.get())


def place_of(address: str) -> bytes:
    """The keyed digest of an address's network; empty where it is no address."""
    known = _read(address)
    return blind_index(_network(known, PREFIX), "place")[:PLACE_BYTES] if known else b""


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    token = _present.set(address)
    try:
        yield
    finally:
        _present.reset(token)


def _client_of(address: str) -> str:
    known = _read(address)
    return _network(known, ONE_CLIENT) if known else ""


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """None where it is no address. An IPv4 address in the dress of IPv6 is the former."""
    try:
        known = ip_address(text)
    except ValueError:
        return None
    return getattr(known, "ipv4_mapped", None) or known


def _network(known: IPv4Address | IPv6Address, prefix: dict[int, int]) -> str:
    return str(ip_network(f"{known}/{prefix[known.version]}", strict=False))
