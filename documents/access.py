"""Who may open a document: the app that owns its subject says so.

Each app registers its own kinds of subject when it is loaded. A kind that nobody registered is
open to nobody.
"""

from collections.abc import Callable

from accounts.models import User
from documents.models import Document

MaySee = Callable[[int, User], bool]

_rules: dict[str, MaySee] = {}


def register(subject_kind: str, may_see: MaySee) -> None:
    """Says who may open the documents of a kind of subject.

    Args:
        may_see: takes the subject's id and the person; asked at every opening.
    """
    _rules[subject_kind] = may_see


def may_open(document: Document, user: User) -> bool:
    """Whether this person may open this document now."""
    rule = _rules.get(document.subject_kind)
    return rule is not None and user.is_active and rule(document.subject_id, user)
