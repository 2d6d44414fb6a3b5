from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import city_now, local_date
from core.templatetags.city import in_english, pick, working_days
from disclosure.guide import guides
from rules import registry
from rules.names import Measure, Statistic
from rules.policy import Policy

LINKS: Final = [
    {
        "name": "applications:progress",
        "label": gettext_lazy("Follow a case"),
        "text": gettext_lazy("With the case number and your phone number, without an account"),
    },
    {
        "name": "applications:ask",
        "label": gettext_lazy("Ask a question"),
        "text": gettext_lazy("Without a case, with an account or a phone; answered by a day"),
    },
    {
        "name": "reports:start",
        "label": gettext_lazy("Report something"),
        "text": gettext_lazy(
            "The power is out, dangerous digging, illegal use: without an account, with a phone"
        ),
    },
    {
        "name": "disclosure:standards",
        "label": gettext_lazy("Service standards"),
        "text": gettext_lazy("Limits, steps and documents of each kind, and the rule behind each"),
    },
    {
        "name": "disclosure:fees",
        "label": gettext_lazy("Fees"),
        "text": gettext_lazy("Everything that may be charged, and nothing else"),
    },
    {
        "name": "disclosure:capacity",
        "label": gettext_lazy("Open capacity"),
        "text": gettext_lazy("Where power can be connected now, and where it is limited"),
    },
    {
        "name": "disclosure:outages",
        "label": gettext_lazy("Outages"),
        "text": gettext_lazy("Planned work and faults, with the expected end"),
    },
    {
        "name": "disclosure:reliability",
        "label": gettext_lazy("Reliability"),
        "text": gettext_lazy("How long and how often customers were without power"),
    },
    {
        "name": "disclosure:record",
        "label": gettext_lazy("The record"),
        "text": gettext_lazy("Every step with its time, and proof that none was changed"),
    },
    {
        "name": "disclosure:record-check",
        "label": gettext_lazy("Check a receipt"),
        "text": gettext_lazy("In your browser; your files stay with you"),
    },
]


def content() -> dict[str, Any]:
    book = registry.current()
    policy = book.in_force(on=local_date(city_now()))
    three_zero = policy.three_zero_kw()
    # Each document once, in the order of the checklists, with the kinds if not all need it.
    kinds = policy.city.kinds
    needed: dict[str, list[str]] = {}
    names: dict[str, Any] = {}
    for kind in kinds:
        for requirement in policy.checklist(kind.code):
            names[requirement.code] = requirement.name
            needed.setdefault(requirement.code, []).append(pick(kind.name))
    return {
        "city_name": book.city.name,
        "district_names": _listed([pick(district.name) for district in book.city.districts]),
        "documents": [
            {"name": names[code], "only_for": "" if len(who) == len(kinds) else _listed(who)}
            for code, who in needed.items()
        ],
        "three_zero": {"kw": three_zero.number, "clause": three_zero.clause},
        "kinds": guides(),
        "limits": _limits(policy),
        "links": LINKS,
    }


def _listed(words: list[str]) -> str:
    return (", " if in_english() else "、").join(words)


def _limits(policy: Policy) -> dict[str, Any]:
    limits = policy.limits()
    first = next(iter(limits.values()))
    rows = []
    for kind in policy.city.kinds:
        limit = limits[kind.code]
        counted = _("the days on which the supply company has the case")
        if limit.measure == Measure.WHOLE_PROCESS:
            counted = _("from filing to power on")
        if limit.statistic == Statistic.AVERAGE:
            counted += _(", on average")
        steps = str(len(policy.steps(kind.code)))
        rows.append([pick(kind.name), working_days(limit.days), counted, steps, pick(limit.clause)])
    return {
        "caption": _("How long it may take"),
        "columns": [
            {"label": _("Kind")},
            {"label": _("Limit"), "numeric": True},
            {"label": _("What is counted")},
            {"label": _("Steps"), "numeric": True},
            {"label": _("By")},
        ],
        "rows": rows,
        "stack": True,
        "source": {"title": first.source.title, "url": first.source.url, "since": policy.since},
    }
