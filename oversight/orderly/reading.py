"""What pages show of orderly use."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.clock import city_now
from core.templatetags.city import day, due_day, figure, instant, short_day, short_instant
from ledger.queries import timeline
from oversight.orderly.bodies import LEVELS, Important, Livelihood, Reason
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from oversight.orderly.workflow import DistrictState, is_late
from rules.city import city
from workflow.machine import state_words
from workflow.pages import steps_table

Table = dict[str, Any]


def district_name(code: str) -> str:
    return str(city().district(code).name)


def districts_of(execution: Execution) -> str:
    return _(", ").join(map(district_name, execution.districts))


def period(plan: CityPlan) -> str:
    return _("{since} to {until}").format(since=day(plan.begins_on), until=day(plan.ends_on))


def plan_rows(found: Iterable[CityPlan]) -> list[dict[str, Any]]:
    return [
        {"plan": plan, "period": period(plan), "state": state_words(plan), "due_on": plan.due_on}
        for plan in found
    ]


def plan_facts(plan: CityPlan) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"key": _("Period"), "value": period(plan)},
        {
            "key": _("Protected livelihood"),
            "lines": [str(Livelihood(code).label) for code in plan.livelihood],
        },
        {
            "key": _("Important customers"),
            "lines": [str(Important(code).label) for code in plan.important],
        },
    ]
    if plan.issued_at:
        rows.append({"key": _("Issued"), "value": instant(plan.issued_at)})
        rows.append({"key": _("Districts hand in"), "value": due_day(plan.due_on)})
    return rows


def mw(value: Decimal | None) -> str:
    return "–" if value is None else figure(value.normalize())


def _megawatts(label: Any = "") -> dict[str, Any]:
    return {"label": label, "unit": "MW", "numeric": True}


def by_level(columns: Sequence[tuple[str, Sequence[Decimal | None]]], caption: str) -> Table:
    """A row for each level, a column for each plan."""
    return {
        "caption": caption,
        "columns": [{"label": _("Level")}, *(_megawatts(label) for label, _mw in columns)],
        "rows": [
            [name, *(mw(levels[place]) for _label, levels in columns)]
            for place, name in enumerate(LEVELS)
        ],
    }


def in_time(plan: DistrictPlan, now: datetime) -> str:
    """Of the first time that it was handed in."""
    first = next(iter(plan.rounds.all()), None)
    if first is not None:
        return _("in time") if first.on_time else _("late")
    return _("late, not handed in yet") if is_late(plan, now) else _("not handed in yet")


def levels_table(plan: CityPlan, districts: Sequence[DistrictPlan] = ()) -> Table:
    """What the city plans, beside what its districts have handed in together, if any has."""
    columns: list[tuple[str, Sequence[Decimal | None]]] = [(_("City"), plan.levels)]
    handed_in = [each.levels for each in districts if None not in each.levels]
    if handed_in:
        sums = [sum(filter(None, column), Decimal(0)) for column in zip(*handed_in, strict=True)]
        columns.append((_("Districts together"), sums))
    return by_level(columns, _("To be shed"))


def districts_table(districts: Iterable[DistrictPlan], *, linked: bool) -> Table:
    """What each handed in; `linked`: to its page at the desk."""
    now = city_now()

    def name(each: DistrictPlan) -> Any:
        words = district_name(each.district)
        if not linked:
            return words
        return {"text": words, "url": reverse("orderly:district", args=[each.pk])}

    def row(each: DistrictPlan) -> list[Any]:
        first = next(iter(each.rounds.all()), None)
        return [
            name(each),
            state_words(each),
            in_time(each, now),
            short_day(first.due_on if first else each.due_on),
            short_instant(first.at) if first else "–",
            *(mw(level) for level in each.levels),
        ]

    return {
        "caption": _("Plans of the districts"),
        "columns": [
            {"label": _("District")},
            {"label": _("State")},
            {"label": _("In time")},
            {"label": _("Due on")},
            {"label": _("First handed in")},
            *(_megawatts(name) for name in LEVELS),
        ],
        "rows": [row(each) for each in districts],
        "stack": True,
    }


def execution_cells(one: Execution) -> list[Any]:
    """When, at which level, where, why, how much; corrections with what stood there before."""
    until = instant(one.ended_at) if one.ended_at else _("still carried out")
    return [
        {"text": instant(one.began_at), "url": "", "note": until},
        LEVELS[one.level - 1],
        districts_of(one),
        str(Reason(one.reason).label),
        mw(one.ordered_mw),
        mw(one.shed_mw),
        mw(one.plan.levels[one.level - 1]),
        "; ".join(corrected_words(one)) or "–",
    ]


def corrected_words(one: Execution) -> list[str]:
    return [
        _("%(at)s, before: %(reason)s, ordered %(ordered)s MW, shed %(shed)s MW. %(why)s")
        % {
            "at": instant(each.at),
            "reason": Reason(each.reason).label,
            "ordered": mw(each.ordered_mw),
            "shed": mw(each.shed_mw),
            "why": each.why,
        }
        for each in one.corrections.all()
    ]


def executions_table(found: Iterable[Execution], *, page: str = "") -> Table:
    """`page`: the name of the page of one; empty: none."""

    def row(one: Execution) -> list[Any]:
        first, *cells = execution_cells(one)
        url = reverse(page, args=[one.pk]) if page else ""
        return [first | {"url": url}, *cells]

    return {
        "caption": _("What was carried out"),
        "columns": [
            {"label": _("From, until")},
            {"label": _("Level")},
            {"label": _("Districts")},
            {"label": _("Reason")},
            _megawatts(pgettext("orderly", "Ordered")),
            _megawatts(_("Shed")),
            _megawatts(_("Planned at this level")),
            {"label": _("Corrected")},
        ],
        "rows": [row(one) for one in found],
        "stack": True,
        "empty": {
            "title": _("Nothing was carried out"),
            "text": _("Each time that power is shed by it stands here from its first minute."),
        },
    }


def district_context(plan: DistrictPlan) -> dict[str, Any]:
    """Everything of what one district has to hand in."""
    rounds = [
        {
            "each": each,
            "word": _("in time") if each.on_time else _("late"),
            "levels": by_level(
                [(_("This district"), each.levels), (_("City"), plan.plan.levels)],
                _("Round %(number)s") % {"number": each.round},
            ),
        }
        for each in plan.rounds.order_by("-round")
    ]
    return {
        "district": plan,
        "title": district_name(plan.district),
        "tags": tags_of(plan),
        "sentence": sentence(plan),
        "rounds": rounds,
        "chases": plan.chases.order_by("-id"),
        "events": steps_table(timeline(plan.ref)),
    }


def tags_of(plan: DistrictPlan) -> list[dict[str, str]]:
    tone = "success" if plan.state == DistrictState.ACCEPTED else "primary"
    tags = [{"text": state_words(plan), "tone": tone}]
    if is_late(plan, city_now()):
        tags.append({"text": _("Late"), "tone": "danger"})
    return tags


def sentence(plan: DistrictPlan) -> str:
    if plan.state == DistrictState.ACCEPTED:
        return _("Accepted on %(at)s.") % {"at": instant(plan.accepted_at)}
    if plan.state == DistrictState.HANDED_IN:
        return _("Handed in on %(at)s. The lead agency accepts it or gives it back.") % {
            "at": instant(plan.handed_in_at)
        }
    values = {"day": due_day(plan.due_on)}
    if city_now() >= plan.late_from:
        return _("The district was to hand it in %(day)s: it is late.") % values
    return _("The district hands it in %(day)s.") % values
