"""Starts the portal on one machine: embedded servers, web, worker and beat under one supervisor.

From the ground up: trouble, places, identity, children, postgres and valkey, servers, supervisor,
site, __main__.
`portal.settings` reads only `places`, so that it stays free of everything else.
"""
