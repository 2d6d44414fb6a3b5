"""Keeping repair crews."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.problems import FieldError, Invalid
from reliability.crews.models import RepairCrew
from reliability.records import OwnRecord


class CrewWorkflow(OwnRecord[RepairCrew]):
    model = RepairCrew
    overtaken = gettext_lazy("Somebody has kept this crew before you: it is now “%(state)s”.")
    subject = "repair_crew"

    def identity(self, thing: RepairCrew) -> dict[str, Any]:
        return {"crew": thing.code}


CREWS: Final = CrewWorkflow()


def register(*, body: Mapping[str, Any], by: User) -> RepairCrew:
    """Make a crew of a body (`reliability.crews.bodies.NewCrew`).

    Raises:
        Forbidden: for anybody but the lead of the district. Invalid: refused values; a code that
            another crew has or had.
    """
    new = RepairCrew(district=str(body.get("district", "")))
    try:
        with transaction.atomic():
            return CREWS.perform(new, "register", by=by, body=body)
    except IntegrityError as error:
        if "reliability_repaircrew_code" not in str(error):
            raise
        raise Invalid([FieldError("/code", _("A crew has this code, or had it."))]) from error
