"""The app of the signs of work outside the system."""

from django.apps import AppConfig


class IntegrityConfig(AppConfig):
    """Signs of work outside the system, and what became of each."""

    name = "integrity"
    default_auto_field = "django.db.models.BigAutoField"
