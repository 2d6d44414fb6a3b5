import gc

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What was imported until here stays: a page is not to wait while it is looked through."""
        from desk.digest import watch  # noqa: PLC0415 (models are ready only now)
        from portal.troubles import find  # noqa: PLC0415

        watch(find)
        gc.freeze()
        gc.enable()
