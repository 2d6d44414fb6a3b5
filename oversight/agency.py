"""Acts that are the lead agency's of the whole city."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role


def lead_agency(_thing: Any, user: User) -> Role | None:
    """The role, where somebody holds it in every district."""
    return Role.LEAD_AGENCY if user.districts(Role.LEAD_AGENCY) is None else None


#: Of an act of a machine (`workflow.machine.Act`).
LEAD_AGENCY: Final[dict[str, Any]] = {
    "who": lead_agency, "refusal": _("Only the lead agency of the city does this."),
}  # fmt: skip
