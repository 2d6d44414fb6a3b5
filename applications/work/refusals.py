"""Why a step was not taken, for the top of the page on which it can be tried again."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from applications.wording import role_words
from core.problems import Problem
from core.templatetags.city import short_instant


def refused(problem: Problem | None) -> dict[str, Any]:
    """Return what `templates/work/_refused.html` draws.

    Args:
        problem: the refusal; None where nothing was refused.
    """
    return {
        "problem": problem,
        "winner": _winner(problem) if problem else "",
        "failed": problem is not None,
    }


def _winner(problem: Problem) -> str:
    """Who was faster, and when; empty where nobody was."""
    winner = problem.extra.get("winner")
    if not winner:
        return ""
    at = short_instant(datetime.fromisoformat(winner["at"]))
    return _("It was: {who}, {when}.").format(who=role_words(winner["role"]), when=at)
