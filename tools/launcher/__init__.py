"""Starts the portal on one machine: embedded servers, web, worker and beat under one supervisor.

From the ground up: identity, children, postgres and valkey, servers, site, __main__.
"""

import socket


class Trouble(Exception):
    """Something keeps the portal from starting. The message says what, and what to do about it."""


def free_port(wanted: int = 0) -> int:
    """One that nobody has on this machine; OSError where the one that is wanted is taken."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", wanted))
        return int(probe.getsockname()[1])
