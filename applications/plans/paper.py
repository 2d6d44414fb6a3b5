"""A supply plan on paper: one PDF in both languages, made when it is asked for."""

import json
import logging
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from applications.models import Application
from applications.plans.reading import plans_in_words
from applications.wording import kind_words, place_words
from core.clock import city_now
from core.demonstration import is_demonstration
from core.problems import Missing
from core.templatetags.city import instant
from ledger.paper import in_both_languages, typeset

TEMPLATE: Final = Path(settings.BASE_DIR) / "templates" / "applications" / "plan.typ"

log = logging.getLogger("tongdian.plans")


def plan_pdf(case: Application) -> bytes:
    """The newest plan with its lines, to be read at home or handed over at a counter.

    Raises:
        Missing: no plan was replied.
    """
    now = city_now()
    page = in_both_languages(lambda: _page(case, now))
    inputs = {"page": json.dumps(page, ensure_ascii=False)}
    try:
        return typeset(TEMPLATE, inputs, now)
    except typst.TypstError as error:
        # A word may hold a character that is in no typeface of ours. It is not logged.
        log.warning("a plan was set as plain PDF: %d hints", len(error.hints))
        return typeset(TEMPLATE, inputs, now, archival=False)


def _page(case: Application, now: datetime) -> dict[str, Any]:
    """Everything that stands on the paper, in the language that holds."""
    found = plans_in_words(case)
    if found is None:
        raise Missing(_("No supply plan was replied in this case yet."))
    plan = found.newest
    notice = _("Demonstration city: this paper has no legal force.") if is_demonstration() else ""
    heads = (
        _("Works or cost"), _("Where it lies"), _("Quantity"), _("Cost"), _("Paid by"),
        _("Built by"),
    )  # fmt: skip
    rows = [
        [f"{line.number}. {line.item}", line.part, line.quantity, line.cost, line.payer,
         line.builder]
        for line in plan.lines
    ]  # fmt: skip
    return {
        "title": plan.title,
        "head": [
            _("Case %(number)s") % {"number": case.number},
            kind_words(case.kind),
            place_words(case, line=True),
        ],
        "notice": notice,
        "facts": [
            [_("Replied"), plan.replied],
            [_("Answer"), plan.standing],
            [_("Validity"), plan.holds],
        ],
        "summary": plan.summary,
        "heads": list(heads) if rows else [],
        "rows": rows,
        "sums": [[_("Paid by: %(payer)s") % asdict(each), each.amount] for each in plan.sums],
        "notes": plan.boundary,
        "foot": _("As it stood %(when)s. The record of the case commits to this plan.")
        % {"when": instant(now)},
    }
