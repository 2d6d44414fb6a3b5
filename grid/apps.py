from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "grid"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from grid import tables  # noqa: F401, PLC0415 (models are ready only now)
        from grid.areas import tables as areas  # noqa: F401, PLC0415
        from grid.points import tables as points  # noqa: F401, PLC0415
        from grid.rental import tables as of_rental  # noqa: F401, PLC0415
