"""Which addresses of other people's systems are asked at all: none that the operator has not
allowed, so that nobody reaches our own network through us."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def is_allowed(url: str) -> bool:
    """Whether a host, with its port where it is not the usual one, stands on the operator's list;
    over https, or on this machine alone over http."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None or parts.fragment:
        return False
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        return False
    return (host if port is None else f"{host}:{port}") in settings.WEBHOOK_HOSTS


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
