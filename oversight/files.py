"""Files that go with an explanation or with an answer: kept with the one that they belong to."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from documents.actions import store_all
from documents.queries import Digest, register
from oversight.models import Finding, Matter, RectificationOrder
from oversight.permissions import may_see

#: What kind of subject the files of each are kept under.
SUBJECTS: Final[dict[type[Matter], str]] = {Finding: "signal", RectificationOrder: "order"}

Uploads = Iterable["UploadedFile[Any]"]


def keep_explanation(finding: Finding, uploads: Uploads, by: User) -> list[Digest]:
    """Keep the files of the explanation, and return what its entry commits to.

    Args:
        finding: held, and checked to be explainable by `by`.

    Raises:
        Invalid: a file that is not taken.
    """
    return _keep(finding, "explanation", uploads, by)


def keep_answer(order: RectificationOrder, uploads: Uploads, by: User) -> list[Digest]:
    """Keep the files of the answer that is being given, and return what its entry commits to.

    Args:
        order: held, and checked to be answerable by `by`.

    Raises:
        Invalid: a file that is not taken.
    """
    answers = order.statements.filter(action="answer").count()
    return _keep(order, requirement_of(answers + 1), uploads, by)


def _keep(matter: Matter, requirement: str, uploads: Uploads, by: User) -> list[Digest]:
    return store_all(
        subject_kind=SUBJECTS[type(matter)],
        subject_id=matter.pk,
        case_ref=matter.ref,
        requirement=requirement,
        uploads=uploads,
        by=by,
    )


def requirement_of(answer: int) -> str:
    """Return what the files of an order's first, second, … answer are kept under."""
    return f"answer_{answer}"


def may_open(kind: type[Matter], subject_id: int, user: User) -> bool:
    """Return whether a person may open the files: whoever may read what they belong to."""
    matter = kind._default_manager.filter(pk=subject_id).first()
    return matter is not None and may_see(user, matter)


def wire() -> None:
    """Tell the documents app who may open these files."""
    for kind, subject in SUBJECTS.items():
        register(subject, partial(may_open, kind))
