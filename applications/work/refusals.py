"""Why a step was not taken, for the top of the page on which it can be tried again."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from applications.wording import role_words
from core.problems import Problem
from core.templatetags.city import short_instant


def refused(problem: Problem | None) -> dict[str, Any]:
    """Return what a template needs to say that nothing was done, and why.

    Args:
        problem: the refusal; None where nothing was refused.
    """
    return {"errors": _lines(problem) if problem else [], "failed": problem is not None}


def _lines(problem: Problem) -> list[dict[str, str]]:
    sentences = [str(problem.title), str(problem.detail)]
    winner = problem.extra.get("winner")
    if winner:
        at = short_instant(datetime.fromisoformat(winner["at"]))
        sentences.append(_("It was {who}, {when}").format(who=role_words(winner["role"]), when=at))
    words = [sentence.rstrip(_(".")) for sentence in sentences if sentence]
    return [{"text": _(". ").join(words) + _(".")}]
