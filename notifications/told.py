"""Who was told of a clock at which of its marks, and what became of it: circles and numbers, and
nobody's name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.clock import local_date
from core.problems import Text
from core.templatetags.city import instant, short_day, working_days
from deadlines.explain import name_of
from deadlines.models import Clock, ClockWarning
from notifications.models import Delivery, Outbox
from notifications.warnings import BREACHED, WARNED
from rules.warnings import Circle, When, warning_rules

CIRCLES: Final[Mapping[str, Text]] = {
    Circle.APPLICANT: Role.APPLICANT.label,
    Circle.COMPANY: gettext_lazy("Supply company"),
    Circle.COMPANY_LEAD: Role.SUPPLY_LEAD.label,
    Circle.OFFICER: Role.OFFICER.label,
    Circle.BUREAU_LEAD: Role.BUREAU_LEAD.label,
    Circle.DIGITAL: Role.DIGITAL.label,
    Circle.REGULATOR: Role.REGULATOR.label,
}
#: What became of the messages, by the states of their deliveries.
OUTCOMES: Final[Mapping[str, tuple[Delivery.State, ...]]] = {
    "arrived": (Delivery.State.CONFIRMED,),
    "sent": (Delivery.State.SENT,),
    "waiting": (Delivery.State.PENDING, Delivery.State.LEASED),
    "unknown": (Delivery.State.UNKNOWN,),
    "given_up": (Delivery.State.PARKED,),
}


@dataclass(frozen=True, slots=True)
class ToldCircle:
    """How many people of a circle, and how many messages by their outcome: one person may have
    several, and none before they are planned."""

    circle: str
    persons: int
    messages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ToldMark:
    """`on` is the day of the mark, `told_at` when it was told."""

    clock: Clock
    mark: str
    on: date
    told_at: datetime
    circles: list[ToldCircle]


def marks_told(clocks: Iterable[Clock]) -> list[ToldMark]:
    """The marks of clocks that were told, in their order; two statements at most."""
    known, rules = {clock.pk: clock for clock in clocks}, warning_rules()
    breach = rules.breach.name
    warnings = list(ClockWarning.objects.filter(clock__in=known))
    late = [
        clock for clock in known.values() if clock.noticed_at and rules.told(clock.kind, breach)
    ]
    circles = _circles(warnings, late)
    found = [
        ToldMark(
            known[one.clock_id], one.mark, one.on, one.told_at, circles.get((WARNED, one.pk), [])
        )
        for one in warnings
    ]
    found += [
        ToldMark(
            clock, breach, local_date(clock.breached_at), clock.noticed_at,
            circles.get((BREACHED, clock.pk), []),
        )
        for clock in late if clock.breached_at and clock.noticed_at
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.on, one.told_at, one.clock.pk))


def _circles(
    warnings: Iterable[ClockWarning], late: Iterable[Clock]
) -> dict[tuple[str, int], list[ToldCircle]]:
    """By the kind and version of their messages (`notifications.warnings`)."""
    marks, breaches = [one.pk for one in warnings], [clock.pk for clock in late]
    if not marks and not breaches:
        return {}
    # Each kind by itself, as its index has it.
    rows = Outbox.objects.filter(
        Q(kind=WARNED, version__in=marks) | Q(kind=BREACHED, version__in=breaches)
    )
    counted: Iterable[Any] = (
        rows.values("kind", "version", circle=KeyTextTransform("circle", "context"))
        .annotate(
            persons=Count("recipient", distinct=True),
            **{
                name: Count("deliveries", filter=Q(deliveries__state__in=states))
                for name, states in OUTCOMES.items()
            },
        )
        .order_by()
    )
    found: dict[tuple[str, int], list[ToldCircle]] = {}
    for row in sorted(counted, key=lambda row: _place(row["circle"])):
        one = ToldCircle(
            row["circle"] or "", row["persons"], {name: row[name] for name in OUTCOMES}
        )
        found.setdefault((row["kind"], row["version"]), []).append(one)
    return found


def _place(circle: str | None) -> int:
    names = list(CIRCLES)
    return names.index(circle) if circle in names else len(names)


def told_json(found: Iterable[ToldMark]) -> list[dict[str, Any]]:
    """As `deadlines.serializers.ToldMarkSerializer` describes it."""
    return [
        {
            "clock": one.clock.kind,
            "name": name_of(one.clock),
            "mark": one.mark,
            "on": one.on,
            "told_at": one.told_at,
            "circles": [
                {"circle": each.circle, "persons": each.persons, **each.messages}
                for each in one.circles
            ],
        }
        for one in found
    ]


def told_table(found: Iterable[ToldMark]) -> dict[str, Any]:
    """For `components/data_table.html`."""
    heads = (
        _("Limit"),
        _("Mark"),
        _("Its day"),
        _("Told at"),
        _("Who was told, and what became of it"),
    )
    return {
        "caption": _("Who was warned when"),
        "columns": [{"label": head} for head in heads],
        "rows": [
            [
                name_of(one.clock),
                mark_words(one.mark),
                short_day(one.on),
                instant(one.told_at),
                _("; ").join(map(circle_words, one.circles)) or _("nobody"),
            ]
            for one in found
        ],
        "stack": True,
    }


def mark_words(name: str) -> str:
    """A mark that the rules do not have any more goes by its name."""
    mark = warning_rules().marks.get(name)
    if mark is None:
        return name
    if mark.when == When.BEFORE and mark.days:
        return _("%(days)s left") % {"days": working_days(mark.days)}
    if mark.when == When.AFTER:
        return _("Late by %(days)s") % {"days": working_days(mark.days)}
    return {
        When.HALF: _("Half of the days used"),
        When.BEFORE: _("Last day"),
        When.BREACH: _("Limit passed"),
    }[mark.when]


def circle_words(one: ToldCircle) -> str:
    became = _(", ").join(
        f"{OUTCOMES[name][0].label} {count}" for name, count in one.messages.items() if count
    )
    values = {
        "circle": CIRCLES.get(one.circle, _("Not recorded")),
        "persons": one.persons,
        "became": became or Delivery.State.PENDING.label,
    }
    return _("%(circle)s: %(persons)s (%(became)s)") % values
