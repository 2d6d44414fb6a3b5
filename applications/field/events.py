"""What the record calls field work."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.events import Event

REPORTED: Final = "case.field_reported"

EVENTS: Final = (Event(REPORTED, _("Report from the site received"), receipt=False),)
