"""Files that show what was put right: kept with the answer that they belong to."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from documents.actions import store_all
from documents.queries import Digest, register
from rectification.models import Order
from rectification.permissions import may_see

SUBJECT: Final = "order"


def keep(order: Order, uploads: Iterable["UploadedFile[Any]"], by: User) -> list[Digest]:
    """Keep the files of the answer that is being given, and return what its entry commits to.

    Args:
        order: held, and checked to be answerable by `by`.

    Raises:
        Invalid: a file that is not taken.
    """
    requirement = requirement_of(order.statements.filter(action="answer").count() + 1)
    return store_all(
        subject_kind=SUBJECT,
        subject_id=order.pk,
        case_ref=order.ref,
        requirement=requirement,
        uploads=uploads,
        by=by,
    )


def requirement_of(answer: int) -> str:
    """Return what the files of an order's first, second, … answer are kept under."""
    return f"answer_{answer}"


def may_open(subject_id: int, user: User) -> bool:
    """Return whether a person may open the files of an order: whoever may read the order."""
    order = Order.objects.filter(pk=subject_id).first()
    return order is not None and may_see(user, order)


def wire() -> None:
    """Tell the documents app who may open an order's files."""
    register(SUBJECT, may_open)
