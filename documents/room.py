"""How much may come in: by whoever hands it in, and for what it is handed in."""

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.models import User
from core.place import present_client
from documents import queries
from documents.refusals import refused
from rules import limits as rule
from rules.limits import Meter, Quota

MEGABYTE = 1024 * 1024


def count(size: int, by: User) -> None:
    """Count what came, whatever is kept of it. The narrowest first: what an account may not hand in
    any more is not counted against its network and the site.

    Raises:
        TooMany: a limit is reached.
    """
    megabytes = -(-size // MEGABYTE)
    limits.spend(Meter.UPLOAD_ACCOUNT, by.pk, amount=megabytes)
    if client := present_client():
        limits.spend(Meter.UPLOAD_ADDRESS, client, amount=megabytes)
    limits.spend(Meter.UPLOAD_SITE, amount=megabytes)


def check(subject_kind: str, subject_id: int, size: int) -> None:
    """Raises Invalid where a case or permit has as many files, or bytes, as it may."""
    quotas, here = rule.limits().quotas, queries.about(subject_kind, subject_id)
    held = here.aggregate(files=Count("id"), size=Sum("size", default=0))
    if held["files"] >= quotas[Quota.FILES]:
        reason = _("There are %(count)d files here already: no more are taken.")
        raise refused(reason % {"count": held["files"]})
    if held["size"] + size > quotas[Quota.MEGABYTES] * MEGABYTE:
        reason = _("The files here may have %(megabytes)d MB together: this one is too much.")
        raise refused(reason % {"megabytes": quotas[Quota.MEGABYTES]})
