"""What is broken, for those who run the portal: on their page, and in their morning's digest."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from applications.contracts.paper import seal as contract_seal
from approvals.papers.paper import seal as permit_seal
from core.clock import city_now, local_date
from desk.digest import Trouble
from ledger.paper import PdfKey, ends_at
from ledger.receipts.render import key as receipt_key
from notifications.models import Delivery
from portal.health import examine
from publishing.models import Kind
from publishing.queries import newest_of_all
from rules.registry import calendar
from rules.warnings import warning_rules

State = Delivery.State
SILENT: Final = _("the sweep of deadlines has not run")
UNKNOWN: Final = _("messages of which nobody knows whether they went: %(count)s")
PARKED: Final = _("messages given up: %(count)s")
UNSIGNED: Final = _("entries of the record wait for their signature too long, or may not be signed")
UNSCANNED: Final = _("files wait for the virus scanner too long")
UNPUBLISHED: Final = _("nothing was ever published: %(table)s")
STALE: Final = _("not published for %(days)s days: %(table)s")
CALENDAR_ENDS: Final = _("the calendar of working days ends on %(day)s")
CERTIFICATE_ENDS: Final = _("the certificate %(file)s ends on %(day)s")
CERTIFICATE_SHUT: Final = _("the certificate %(file)s does not open")


def find() -> list[Trouble]:
    now = city_now()
    return [*_health(), *_stale(now), *_ending(now)]


def _health() -> Iterator[Trouble]:
    health = examine()
    if not health.sweep:
        yield Trouble(SILENT, {})
    counts = health.deliveries or {}
    for state, words in ((State.UNKNOWN, UNKNOWN), (State.PARKED, PARKED)):
        if count := counts.get(state.value):
            yield Trouble(words, {"count": count})
    if not health.signing:
        yield Trouble(UNSIGNED, {})
    if not health.scanning:
        yield Trouble(UNSCANNED, {})


def _stale(now: datetime) -> Iterator[Trouble]:
    newest = newest_of_all()
    for kind, days in warning_rules().operators.published.items():
        table = Kind(kind).label
        if kind not in newest:
            yield Trouble(UNPUBLISHED, {"table": table})
        elif (old := (now - newest[kind].published_at).days) > days:
            yield Trouble(STALE, {"table": table, "days": old})


def _ending(now: datetime) -> Iterator[Trouble]:
    rules, last = warning_rules().operators, calendar().last
    if last - local_date(now) < timedelta(days=rules.calendar):
        yield Trouble(CALENDAR_ENDS, {"day": last.isoformat()})
    for key in _certificates():
        try:
            end = ends_at(key)
        except ValueError:
            yield Trouble(CERTIFICATE_SHUT, {"file": key.path.name})
            continue
        # By the server's own clock: a certificate knows nothing of a demonstration's.
        if end and end - datetime.now(end.tzinfo) < timedelta(days=rules.certificates):
            yield Trouble(CERTIFICATE_ENDS, {"file": key.path.name, "day": f"{end:%Y-%m-%d}"})


def _certificates() -> Iterator[PdfKey]:
    """Those that were bought; our own do not end."""
    if settings.RECEIPT_PDF_PKCS12:
        yield receipt_key()
    for seal in (contract_seal(), permit_seal()):
        if seal.given["pkcs12"] and (key := seal.key()):
            yield key
