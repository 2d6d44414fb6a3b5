"""What is left out of the logs: the questions of those who only watch whether we are alive."""

import logging

WATCHED = {"/healthz", "/metrics"}


def not_watched(record: logging.LogRecord) -> bool:
    """A filter: an unhealthy /healthz is an answer, not a failure of the request."""
    path = getattr(getattr(record, "request", None), "path", "")
    return path not in WATCHED
