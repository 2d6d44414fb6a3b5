"""The site: settings, URLs, the Celery app and what wires the apps together."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
