"""Files that go with an explanation."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from documents.actions import store_all
from documents.queries import Digest, register
from integrity.models import Signal
from integrity.permissions import may_see

SUBJECT: Final = "signal"
REQUIREMENT: Final = "explanation"


def keep(signal: Signal, uploads: Iterable["UploadedFile[Any]"], by: User) -> list[Digest]:
    """Keep the files of the explanation, and return what its entry commits to.

    Args:
        signal: held, and checked to be explainable by `by`.

    Raises:
        Invalid: a file that is not taken.
    """
    return store_all(
        subject_kind=SUBJECT,
        subject_id=signal.pk,
        case_ref=signal.ref,
        requirement=REQUIREMENT,
        uploads=uploads,
        by=by,
    )


def may_open(subject_id: int, user: User) -> bool:
    """Return whether a person may open the files of a signal: whoever may read the signal."""
    signal = Signal.objects.filter(pk=subject_id).first()
    return signal is not None and may_see(user, signal)


def wire() -> None:
    """Tell the documents app who may open a signal's files."""
    register(SUBJECT, may_open)
