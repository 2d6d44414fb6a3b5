"""The grid app: what the supply company publishes about money and capacity."""

from django.apps import AppConfig


class GridConfig(AppConfig):
    """Fee catalogue, open capacity, and the publications that carry them."""

    name = "grid"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the tables of this app known."""
        from grid import catalogue  # noqa: F401, PLC0415 (models are ready only now)
