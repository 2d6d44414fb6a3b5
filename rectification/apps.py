"""The app of the regulator's orders."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    """Orders to put something right, with a deadline."""

    name = "rectification"
    default_auto_field = "django.db.models.BigAutoField"
