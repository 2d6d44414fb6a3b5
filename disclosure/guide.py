"""A guide to each kind of application: for whom it is and what it takes, by the rules in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.casefile import fee_words, limit_words
from applications.explained import step_words
from applications.licences import library
from applications.states import LOW, ZERO_INVESTMENT
from applications.times import RealTimes, real_times
from core.problems import Text
from core.templatetags.city import figure, working_days
from disclosure.queries import today
from disclosure.rows import WORDS, joined, stage_name
from rules import registry
from rules.calendar import Due
from rules.city import city
from rules.licences import LicenceKind, licence_rules
from rules.names import COMPANY, PERSON, Kind, Measure, Stage, Statistic
from rules.policy import Limit, Policy, Requirement


@dataclass(frozen=True)
class Takes:
    """What an application of a kind takes. `due` is for what would be filed today, and only where
    the whole process is what the limit counts."""

    kind: str
    name: str
    voltage: str
    conditions: str
    limit: Limit
    due: Due | None
    times: RealTimes | None
    free: bool
    documents: list[Requirement]
    #: Licences of those who apply for it that stand for some of these, where a library is asked.
    licences: list[LicenceKind]
    steps: list[str]
    since: date
    version: str

    @property
    def limit_words(self) -> str:
        return limit_words(self.limit)

    @property
    def is_target(self) -> bool:
        """Whether the limit binds the cases of a period together, and no case by itself."""
        return self.limit.statistic == Statistic.AVERAGE

    @property
    def fee_words(self) -> str:
        return fee_words(self.kind)

    @property
    def papers(self) -> list[tuple[Requirement, str]]:
        """Each document with when it is asked for."""
        return [(need, stage_name(need.stage)) for need in self.documents]

    @property
    def short(self) -> str:
        """Time, money and documents in a few words."""
        now = [need for need in self.documents if need.stage == Stage.APPLICATION]
        papers = ngettext("%(count)d document", "%(count)d documents", len(now))
        fee = _("free") if self.free else _("applying costs nothing")
        return " · ".join([working_days(self.limit.days), fee, papers % {"count": len(now)}])

    @property
    def licence_words(self) -> str:
        """Which documents come from the licence library, and how many are left to upload; empty
        where none does."""
        if not self.licences:
            return ""
        now = {need.code for need in self.documents if need.stage == Stage.APPLICATION}
        left = len(now - {kind.meets for kind in self.licences})
        names = joined(kind.name for kind in self.licences)
        if self.kind == Kind.RESIDENTIAL:
            words = _("Once you have shown who you are, by a face check or an identity service:")
        else:
            words = _(
                "A company needs one document alone, its licence, once its legal representative, "
                "or whom it has entrusted, has shown who that is:"
            )
        fetched = _("%(licences)s come from the licence library, with your consent.")
        upload = _("Then nothing is left to upload.")
        if left:
            upload = ngettext(
                "Then %(count)d document is left to upload.",
                "Then %(count)d documents are left to upload.",
                left,
            ) % {"count": left}
        return _("%(who)s %(fetched)s %(left)s") % {
            "who": words,
            "fetched": fetched % {"licences": names},
            "left": upload,
        }

    @property
    def times_words(self) -> str:
        told = city().real_times
        if self.times is None:
            few = _(
                "Of the last %(days)d days too few cases are known to tell (fewer than %(least)d)."
            )
            return few % {"days": told.days, "least": told.least}
        words = _(
            "Of the last %(days)d days: %(cases)s cases, half of them within %(median)s, "
            "%(within)s %% within the limit."
        )
        return words % {
            "days": told.days,
            "cases": figure(self.times.cases),
            "median": working_days(int(self.times.median + 0.5)),
            "within": 100 * self.times.within // self.times.cases,
        }


def takes(policy: Policy, kind: str, *, party: str = "", times: RealTimes | None = None) -> Takes:
    """Say what an application of a kind takes.

    Args:
        party: `person` or `company`; empty where both are meant.
    """
    limit, on = policy.limit(kind), today()
    due = registry.calendar().due(on, limit.days) if limit.measure != Measure.HANDLING else None
    return Takes(
        kind=kind,
        name=str(policy.city.kind(kind).name),
        voltage="low" if kind in LOW else "high",
        conditions=conditions(policy, kind),
        limit=limit,
        due=due,
        times=times,
        free=kind in ZERO_INVESTMENT,
        documents=(documents := policy.requirements(kind, party)),
        licences=licences_for(
            documents, party or (PERSON if kind == Kind.RESIDENTIAL else COMPANY)
        ),
        steps=[step_words(step) for step in policy.steps(kind)],
        since=policy.since,
        version=policy.version,
    )


def licences_for(documents: Iterable[Requirement], party: str) -> list[LicenceKind]:
    """What the licence library has of the documents that a party hands in; nothing where none is
    asked."""
    if not library.is_open():
        return []
    found = (licence_rules().kind_for(need.code, party) for need in documents)
    return [kind for kind in found if kind]


def guides() -> list[Takes]:
    """Every kind, by the rules that hold today in the city as a whole."""
    policy, times = registry.current().in_force(on=today()), real_times()
    return [takes(policy, kind, times=times.get(kind)) for kind in Kind]


def conditions(policy: Policy, kind: str) -> str:
    """Say for whom a kind is."""
    kw = figure(policy.three_zero_kw().number)
    customers = joined(WORDS[code] for code in policy.value("three_zero.customers").codes)
    words: dict[str, Text] = {
        Kind.RESIDENTIAL: _("A person, for a home."),
        Kind.LV_SMALL: _("Up to %(kw)s kW: %(customers)s."),
        Kind.LV_OTHER: _("Everybody else who is connected at 220 or 380 V."),
        Kind.HV_SINGLE: _(
            "Whoever has a transformer of its own, with one supply. Small customers up to "
            "%(kw)s kW need none."
        ),
        Kind.HV_DUAL: _(
            "Whoever has a transformer of its own, and a second supply because the power must "
            "not fail."
        ),
    }
    return str(words[kind]) % {"kw": kw, "customers": customers}
