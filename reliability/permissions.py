"""Who may open the publishing pages, and whose drafts a person may touch."""

from accounts.models import User
from core.problems import Missing
from grid.models import Draft


def own_draft(user: User, pk: int) -> Draft:
    """A draft of this person.

    Raises:
        Missing: there is none, or it is somebody else's (the same answer for both).
    """
    draft = Draft.objects.filter(pk=pk, by=user).select_related("publication").first()
    if draft is None:
        raise Missing
    return draft
