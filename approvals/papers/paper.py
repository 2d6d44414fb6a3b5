"""A permit as PDF in both languages, under a seal, with a code that leads to its check."""

import json
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.answers import clause_of
from approvals.offices import office_of
from approvals.papers.models import PermitPaper
from approvals.wording import ROUTES, permit_name, place_name, works_rows
from core.demonstration import is_demonstration
from core.links import public_address
from core.templatetags.city import instant
from ledger.paper import in_both_languages, qr_svg, typeset_anyway
from ledger.seal import Seal, Sealed
from rules.city import city
from rules.limits import limits

TEMPLATE: Final = Path(settings.BASE_DIR) / "templates" / "approvals" / "permit.typ"
FIELD: Final = "PermitSeal"


def sealed_pdf(paper: PermitPaper) -> Sealed:
    """Raises NoSeal, NoTime: to be tried again."""
    return seal().put(lambda sealed: pdf_of(paper, sealed=sealed))


def seal() -> Seal:
    """One for the permits of all bureaus."""
    return Seal("permit", settings.PERMIT, FIELD, limits().permit_papers.wait)


def pdf_of(paper: PermitPaper, *, sealed: bool) -> bytes:
    """Before it is sealed; of the same permit always the same."""
    decided_at = paper.permit.decided_at
    assert decided_at is not None  # it was granted
    url = check_url(paper)
    words = in_both_languages(lambda: sheet(paper, sealed=sealed))
    told = {"words": words, "url": url, "qr": qr_svg(url)}
    return typeset_anyway(TEMPLATE, {"sheet": json.dumps(told, ensure_ascii=False)}, decided_at)


def check_url(paper: PermitPaper) -> str:
    """The public address at which it is checked, as the code on the paper has it."""
    return public_address(reverse("permits:check", args=[paper.number]))


def sheet(paper: PermitPaper, *, sealed: bool) -> dict[str, Any]:
    """All that it says, in one language. Nobody is named but the bureau and the company: whose line
    it is, the case says."""
    permit = paper.permit
    by_seal = _("By the electronic seal in this file.")
    rows = [
        (_("Holder of the permit"), str(city().supplier)),
        (_("Where the works are"), place_name(permit.line_works)),
        (_("Case number"), permit.line_works.application),
        (_("How it is decided"), str(ROUTES[permit.route])),
        *((row["key"], row["value"]) for row in works_rows(permit.round)),
        (_("Conditions"), permit.conditions or _("none")),
        (_("Rule"), clause_of(permit.clause)),
        (_("Bureau"), office_of(permit)),
        (_("Granted on"), instant(permit.decided_at)),
        (_("Sealed"), by_seal if sealed else _("This file bears no electronic seal.")),
    ]
    return {
        "title": permit_name(permit.permit),
        "issuer": office_of(permit),
        "number": paper.number,
        "notice": _("Demonstration city: this paper has no legal force.")
        if is_demonstration()
        else "",
        "rows": [{"key": key, "value": value} for key, value in rows],
        "check": _(
            "Anybody can check whether this permit is valid, without an account: read the code "
            "with a phone, or enter the number at this address."
        ),
    }
