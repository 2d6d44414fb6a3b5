"""Answers that are prepared: saved one by one under the case's lock, in no record and seen by the
supply company alone, and the window that takes them in, until the supplement is handed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import COMPANY, Role
from approvals.actions import PERMITS
from approvals.models import Permit
from approvals.packages.sight import opens_for_bureau
from approvals.queries import opens_as, visible
from approvals.supplement.acts import Uploads, keep
from approvals.supplement.models import ITEM, SupplementItem
from approvals.window.models import at_window
from core.problems import FieldError, Invalid, Missing, Stale
from documents.actions import delete
from documents.queries import about, register
from workflow.machine import acts_of

SUPPLY = "supply_supplement"


@contextmanager
def held(
    permit: Permit, number: int, by: User, version: int | None = None
) -> Iterator[tuple[Permit, SupplementItem]]:
    """An item that waits for its answer, for whoever may hand the supplement in.

    Args:
        version: of the item, as the person saw it.

    Raises:
        Missing, Forbidden, WrongState, Faster, Stale: as for the act itself.
    """
    with transaction.atomic():
        now = PERMITS.hold_seen(permit, by)
        said = acts_of(Permit)[SUPPLY]
        PERMITS.role_in(now, said, by)
        PERMITS.check_state(now, said, by)
        item = SupplementItem.objects.filter(permit=now, number=number, supplied_at=None).first()
        if item is None:
            raise Missing
        if version is not None and version != item.version:
            raise Stale
        yield now, item
        item.version += 1
        item.save(update_fields=["answer", "version"])


def save_answer(
    permit: Permit,
    number: int,
    words: str,
    *,
    by: User,
    uploads: Uploads = (),
    version: int | None = None,
) -> None:
    """Put the words in the place of those before; files are added. Raises as `held` and `store`."""
    with held(permit, number, by, version) as (now, item):
        item.answer = words
        keep(item, now, uploads, by)


def add_files(
    permit: Permit, number: int, uploads: Uploads, *, by: User, version: int | None = None
) -> None:
    """Raises Invalid where there is none, and as `held` and `store`."""
    with held(permit, number, by, version) as (now, item):
        if not uploads:
            raise Invalid([FieldError("/files", _("Choose a file."))])
        keep(item, now, uploads, by)


def take_out(
    permit: Permit, number: int, file: UUID, *, by: User, version: int | None = None
) -> None:
    """Delete a file of a draft. Raises as `held`; Missing too where the item has no such file."""
    with held(permit, number, by, version) as (_now, item):
        document = about(ITEM, item.pk).filter(ref=file).first()
        if document is None:
            raise Missing
        delete(document)


def prepares(permit: Permit, user: User) -> Role | None:
    """Under which role somebody reads what is not handed in yet: of the supply company, or of the
    window that has the case."""
    return user.role_in(*COMPANY, district=permit.district) or at_window(permit, user)


def opens_item(pk: int, user: User) -> Role | None:
    """Once handed in, its files are open to whoever sees its permit; the case's other bureaus open
    those that their own permit looks at (`sight`)."""
    item = SupplementItem.objects.select_related("permit").filter(pk=pk).first()
    if item is None:
        return None
    if item.supplied_at is None:
        return prepares(item.permit, user)
    sees = Permit.objects.filter(visible(user), pk=item.permit_id).exists()
    return opens_as(item.permit_id, user) if sees else None


def wire() -> None:
    register(ITEM, opens_item, single=opens_for_bureau)
