"""The publishing app: how the supply company publishes tables of rows."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Publications, drafts and the pages of those who keep published tables."""

    name = "publishing"
    default_auto_field = "django.db.models.BigAutoField"
