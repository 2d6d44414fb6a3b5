"""The disclosure app: public pages and open data. It has no tables of its own."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"
