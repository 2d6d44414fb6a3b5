"""The app of cases."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Wires the cases to the apps below them."""

    name = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to permits, and say who may see what."""
        from applications import documents, line_works, models
        from approvals.permissions import register_case_viewer

        documents.wire()
        register_case_viewer(
            lambda user: models.Application.objects.filter(filed_by=user).values("ref")
        )
        assert line_works.follow_permits
