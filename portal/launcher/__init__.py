"""Starts the portal on one machine: embedded servers, web, worker and beat under one supervisor.

Import order inside the package: trouble, places → servers (postgres, valkey) → supervisor → __main__.
`portal.settings` reads only `places`, so that it stays free of everything else.
"""
