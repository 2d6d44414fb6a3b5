"""The grid app: what the network can still take."""

from django.apps import AppConfig


class GridConfig(AppConfig):
    """Open capacity."""

    name = "grid"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the published table known."""
        from grid import tables  # noqa: F401, PLC0415 (models are ready only now)
