"""Starts the portal on one machine: embedded servers, web, worker and beat under one supervisor.

From the ground up: identity, children, postgres and valkey, servers, site, __main__.
"""


class Trouble(Exception):
    """Something keeps the portal from starting. The message says what, and what to do about it."""
