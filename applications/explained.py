"""The rules as explained to an applicant before filing (办理一户、宣传一户), and which text
of them it was: what is shown is what the digest is of."""

import hashlib
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from applications import casefile
from applications.models import Application
from applications.wording import STAGES, kind_words
from core.templatetags.city import working_days
from rules.names import Stage
from rules.policy import Policy, Step

LANGUAGES = ("zh-hans", "en")


def policy_rows(case: Application, policy: Policy) -> casefile.Rows:
    """Kind, limits, steps, cost and documents of a case of a kind, each with its clause."""
    limit = policy.limit(case.kind)
    papers = policy.requirements(case.kind, case.applicant_type)
    stages = {stage: [need for need in papers if need.stage == stage] for stage in Stage}
    clause = case.kind_under(policy).clause
    return [
        {"key": _("Kind"), "value": by_clause(kind_words(case.kind), clause)},
        {"key": _("Limit"), "value": by_clause(casefile.limit_words(limit), limit.clause)},
        {"key": _("Steps of the process"), "lines": [*map(step_words, policy.steps(case.kind))]},
        {"key": _("Cost"), "value": casefile.fee_words(case.kind)},
        *(
            {"key": str(STAGES[stage]), "lines": [str(need.name) for need in needs]}
            for stage, needs in stages.items()
            if needs
        ),
    ]


def by_clause(words: Any, clause: Any) -> str:
    return _("%(words)s (by %(clause)s)") % {"words": words, "clause": clause}


def step_words(step: Step) -> str:
    """A step, with its own limit where the rules set one."""
    if step.limit is None:
        return str(step.name)
    values = {"step": step.name, "days": working_days(step.limit.days)}
    return by_clause(
        _("%(step)s: %(days)s of the supply company's time") % values, step.limit.clause
    )


def policy_text(case: Application, policy: Policy) -> str:
    """What `policy_rows` shows, as one text in the reader's language, with its version."""
    lines = [
        f"{row['key']}: {row.get('value') or ' / '.join(row['lines'])}"
        for row in policy_rows(case, policy)
    ]
    return "\n".join([f"{policy.version} {policy.since.isoformat()}", *lines])


def digest_of(case: Application, policy: Policy) -> str:
    """The SHA-256 of the text in the reader's language, in hexadecimal digits."""
    return hashlib.sha256(policy_text(case, policy).encode()).hexdigest()


def language_of(case: Application, policy: Policy, digest: str) -> str:
    """In which language a text of the rules of a case has a digest; empty: it is none of them."""
    for language in LANGUAGES:
        with override(language):
            if digest_of(case, policy) == digest:
                return language
    return ""


def policy_json(case: Application, policy: Policy) -> dict[str, Any]:
    return {
        "rules_version": policy.version,
        "language": get_language(),
        "text": policy_text(case, policy),
        "sha256": digest_of(case, policy),
        "explained": case.explained or None,
    }


def explained_words(case: Application) -> str:
    """Which version of the rules was explained, for the pages of a filed case."""
    values = {"version": case.rules_version, "digest": case.explained[:12]}
    if not case.explained:
        return _("Not recorded: the application came from a program, or before this was kept.")
    if case.channel == Application.Channel.COUNTER:
        return (
            _("By the clerk, before it was submitted: rules %(version)s, text %(digest)s…") % values
        )
    return _("Shown before it was submitted: rules %(version)s, text %(digest)s…") % values
