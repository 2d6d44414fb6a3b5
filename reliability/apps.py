"""The reliability app: outages and the indices computed from them."""

from django.apps import AppConfig


class ReliabilityConfig(AppConfig):
    """Outages, customers served, indices, and the supply company's publishing pages."""

    name = "reliability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the tables of this app known."""
        from reliability import tables  # noqa: F401, PLC0415 (models are ready only now)
