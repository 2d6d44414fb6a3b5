import logging

WATCHED = {"/healthz", "/metrics"}


def not_watched(record: logging.LogRecord) -> bool:
    """An unhealthy /healthz is an answer, not a failure of the request."""
    path = getattr(getattr(record, "request", None), "path", "")
    return path not in WATCHED
