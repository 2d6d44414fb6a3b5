"""The site: settings, URLs, the Celery app, the launcher and what wires the apps together."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
