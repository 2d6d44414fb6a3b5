"""Pages of repair crews at the desk."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from reliability.crews.actions import CREWS, register
from reliability.crews.bodies import NewCrew
from reliability.crews.filters import CrewListFilter
from reliability.crews.models import RepairCrew
from reliability.crews.workflow import CrewState
from reliability.records import Pages, Shown, Words, at_desk
from rules.city import city
from workflow.machine import state_words


def shown(crew: RepairCrew) -> Shown:
    names = {town.code: str(town.name) for town in city().towns_of(crew.district)}
    cell = _(", ").join(names.get(code, code) for code in crew.towns) or _("the whole district")
    district = str(city().district(crew.district).name)
    return Shown(
        title=crew.name,
        number=crew.code,
        tags=[
            {
                "text": state_words(crew),
                "tone": "success" if crew.state == CrewState.ACTIVE else "",
            }
        ],
        sentence=f"{district} · {cell} · {crew.phone}",
        facts=[
            {"key": _("District"), "value": district},
            {"key": _("Towns and subdistricts"), "value": cell},
            *([{"key": _("Where it stands by"), "value": crew.place}] if crew.place else []),
            {"key": _("Duty phone"), "value": crew.phone},
        ],
    )


def initial(_request: HttpRequest, crew: RepairCrew | None, _action: str) -> Mapping[str, Any]:
    if crew is None:
        return {}
    return {
        "name": crew.name,
        "place": crew.place,
        "phone": crew.phone,
        "towns": "\n".join(crew.towns),
    }


PAGES: Final = Pages(
    name="repair-crews",
    words=Words(
        title=gettext_lazy("Repair crews"),
        one=gettext_lazy("Repair crew"),
        new=gettext_lazy("Register a repair crew"),
        nothing=gettext_lazy("There is no such repair crew"),
        what=gettext_lazy(
            "Who is sent where the power is off is chosen of these. Until a district has one, "
            "crews are sent there without a name."
        ),
        made=gettext_lazy("The crew is registered."),
    ),
    workflow=CREWS,
    filters=CrewListFilter,
    order=lambda _filters: RepairCrew.ORDER,
    found=lambda user: at_desk(RepairCrew, user),
    shown=shown,
    body=NewCrew,
    enter=lambda body, user: register(body=body, by=user),
    makers=(Role.SUPPLY_LEAD,),
    initial=initial,
)
