"""Pages of patrols and defects at the desk."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.clock import city_now
from core.templatetags.city import day, instant
from deadlines.timeleft import by_day
from reliability.patrols import queries
from reliability.patrols.actions import DEFECTS, PATROLS, register_patrol, report_defect
from reliability.patrols.bodies import NewDefect, NewPatrol, Severity
from reliability.patrols.filters import DefectListFilter, PatrolListFilter
from reliability.patrols.models import Defect, Patrol
from reliability.patrols.workflow import DefectState, PatrolState
from reliability.records import Pages, Shown, Words
from reliability.who import OPERATORS
from rules.city import city
from workflow.machine import state_words

TONES: Final = {
    Severity.CRITICAL: "danger", Severity.SERIOUS: "warning", Severity.ORDINARY: "",
}  # fmt: skip


def title_of(thing: Patrol | Defect) -> str:
    """The element by name and district."""
    row = thing.element.row
    name = row.name if row else thing.element.code
    return f"{city().district(thing.district).name} · {name}"


def due_words(thing: Patrol | Defect) -> str:
    return by_day(thing.due_on, thing.late_from, city_now()).word


def patrol_shown(patrol: Patrol) -> Shown:
    going = patrol.state == PatrolState.ACTIVE
    tags = [{"text": state_words(patrol), "tone": "primary" if going else ""}]
    if going and patrol.late_from <= city_now():
        tags.append({"text": _("Late"), "tone": "danger"})
    done = instant(patrol.last_done_at) if patrol.last_done_at else _("never")
    facts = [
        {"key": _("Line or transformer"), "value": patrol.element.code},
        {"key": _("Patrolled every so many days"), "value": str(patrol.every_days)},
        {"key": _("Last done"), "value": done},
    ]
    return Shown(
        title_of(patrol), tags, due_words(patrol) if going else "", facts, patrol.element.code
    )


def patrol_page(patrol: Patrol) -> Shown:
    """With the newest of what was found."""
    links = [
        {"url": reverse("defects:one", args=[each.pk]), "text": f"{each.number} · {each.words}"}
        for each in patrol.defects.order_by("-id")[:20]
    ]
    return replace(patrol_shown(patrol), links=links)


def defect_shown(defect: Defect) -> Shown:
    standing = defect.state != DefectState.MENDED
    tags = [
        {"text": state_words(defect), "tone": "primary" if standing else "success"},
        {"text": str(defect.get_severity_display()), "tone": TONES[Severity(defect.severity)]},
    ]
    if standing and defect.late_from <= city_now():
        tags.append({"text": _("Late"), "tone": "danger"})
    facts = [
        {"key": _("Line or transformer"), "value": defect.element.code},
        {"key": _("What was found"), "value": defect.words},
        {"key": _("To be mended by"), "value": day(defect.due_on)},
        *([{"key": _("Works ordered"), "value": defect.works}] if defect.works else []),
        *([{"key": _("What was done"), "value": defect.mended}] if defect.mended else []),
    ]
    said = due_words(defect) if standing else instant(defect.mended_at)
    return Shown(title_of(defect), tags, f"{defect.words} · {said}", facts, defect.number)


def defect_page(defect: Defect) -> Shown:
    """With the outages that it led to, and the way to announce one."""
    links = [
        {"url": reverse("work-outages:one", args=[number]), "text": number}
        for number in defect.outages.order_by("id").values_list("number", flat=True)
    ]
    if defect.state != DefectState.MENDED:
        url = f"{reverse('work-outages:new')}?defect={defect.number}"
        links.append({"url": url, "text": _("Announce an outage for it")})
    return replace(defect_shown(defect), links=links)


def initial(_request: HttpRequest, patrol: Patrol | None, _action: str) -> Mapping[str, Any]:
    return {"every_days": patrol.every_days} if patrol else {}


PATROL_PAGES: Final = Pages(
    name="patrols",
    words=Words(
        title=gettext_lazy("Patrols"),
        one=gettext_lazy("Patrol"),
        new=gettext_lazy("Register a patrol"),
        nothing=gettext_lazy("There is no such patrol"),
        what=gettext_lazy(
            "How often each line and transformer is patrolled, when it was last and what was found."
        ),
        made=gettext_lazy("The patrol is registered."),
    ),
    workflow=PATROLS,
    filters=PatrolListFilter,
    order=lambda _filters: Patrol.ORDER,
    found=queries.patrols,
    shown=patrol_shown,
    page_shown=patrol_page,
    body=NewPatrol,
    enter=lambda body, user: register_patrol(body=body, by=user),
    makers=(Role.SUPPLY_LEAD,),
    initial=initial,
)
DEFECT_PAGES: Final = Pages(
    name="defects",
    words=Words(
        title=gettext_lazy("Defects of the grid"),
        one=gettext_lazy("Defect"),
        new=gettext_lazy("Report a defect"),
        nothing=gettext_lazy("There is no such defect"),
        what=gettext_lazy("What patrols find stands here until it is mended."),
        made=gettext_lazy("The defect is written down."),
    ),
    workflow=DEFECTS,
    filters=DefectListFilter,
    order=lambda filters: filters.order,
    found=queries.defects,
    shown=defect_shown,
    page_shown=defect_page,
    body=NewDefect,
    enter=lambda body, user: report_defect(body=body, by=user),
    makers=OPERATORS,
)
