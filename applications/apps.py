"""The app of cases."""

from django.apps import AppConfig
from django.urls import reverse


class ApplicationsConfig(AppConfig):
    """Wires the cases to the apps below them."""

    name = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to permits, and say who may see what."""
        # Models are ready only now.
        import applications.line_works  # noqa: F401, PLC0415 (it listens once it is imported)
        from applications import documents, models, notices  # noqa: PLC0415
        from approvals.permissions import register_case_viewer  # noqa: PLC0415
        from notifications.texts import register_link  # noqa: PLC0415

        documents.wire()
        notices.wire()
        register_link(
            documents.SUBJECT,
            lambda _case, context: reverse("applications:case", args=[context["number"]]),
        )
        register_case_viewer(
            lambda user: models.Application.objects.filter(filed_by=user).values("ref")
        )
