"""Where a request comes from, for the record's sealed side: a keyed digest, never the address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address, ip_network

from core.fields import blind_index

PLACE_BYTES = 16
#: Neighbours count as one place: people move within an office's network.
PREFIX = {4: 24, 6: 48}

_present: ContextVar[bytes] = ContextVar("place", default=b"")


def present_place() -> bytes:
    """Empty for commands and tasks."""
    return _present.get()


def place_of(address: str) -> bytes:
    """The keyed digest of an address's network; empty where it is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return b""
    network = ip_network(f"{known}/{PREFIX[known.version]}", strict=False)
    return blind_index(str(network), "place")[:PLACE_BYTES]


@contextmanager
def acting_from(address: str) -> Iterator[None]:
    token = _present.set(place_of(address))
    try:
        yield
    finally:
        _present.reset(token)
