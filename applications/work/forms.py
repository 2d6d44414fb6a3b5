"""The forms of the supply company's steps. The actions decide; a form only asks and hands on."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checklist import STAGES
from applications.forms import form_for
from applications.inspections.forms import inspection_form
from applications.materials.forms import EnergiseForm
from applications.models import Application
from applications.plans.forms import FinishedLineForm
from core.forms import BodyForm
from core.problems import Text
from rules.names import Stage

REASON_MAX = 300


class SupplementForm(BodyForm):
    """Everything that is missing, at one time; nothing that the checklist does not have."""

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        checklist = case.checklist(Stage.APPLICATION)
        self.codes = [need.code for need in checklist]
        for need in checklist:
            self.fields[f"ask_{need.code}"] = forms.BooleanField(
                label=str(need.name), help_text=str(need.clause), required=False
            )
            self.fields[f"why_{need.code}"] = forms.CharField(
                label=_("What is wrong or missing: {document}").format(document=need.name),
                max_length=REASON_MAX,
                # Needed where the document is asked for; before that nothing is optional.
                required=data is None or f"ask_{need.code}" in data,
            )

    def body(self) -> dict[str, Any]:
        return {
            "items": [
                {"requirement": code, "reason": self.cleaned_data[f"why_{code}"]}
                for code in self.asked()
            ]
        }

    def asked(self) -> list[str]:
        """What was ticked, or has a reason without a tick, in the order of the checklist."""
        values = self.cleaned_data
        return [code for code in self.codes if values[f"ask_{code}"] or values[f"why_{code}"]]

    def field_of(self, pointer: str) -> str:
        """`/items/0/reason` means the reason of the first document asked for."""
        parts = pointer.strip("/").split("/")
        if len(parts) < 2:
            return f"ask_{self.codes[0]}"
        return f"why_{self.asked()[int(parts[1])]}"


#: What the page of an act says before its form.
LEADS: dict[str, Text] = {
    "request_supplement": gettext_lazy(
        "Name everything that is missing at one time: it can be asked for once only. "
        "The list has all that may be asked for."
    ),
    "reply_plan": gettext_lazy(
        "The applicant reads this as it stands and agrees, or asks for another plan. "
        "Safe, economical, practical; the nearest public line first."
    ),
    **dict.fromkeys(
        ("review_design", "inspect", "inspect_completion"),
        gettext_lazy(
            "Say of each item how it stands. Name everything that was found, at one time and with "
            "what would put it right: the applicant reads it as it stands. Where something is not "
            "in order, what was not looked at stays open for the next time."
        ),
    ),
    "close": gettext_lazy(
        "This ends the case. The applicant is told, reads the reason, and can begin anew from it "
        "with one button; the time since the first filing goes on counting."
    ),
    "propose_prolongation": gettext_lazy(
        "The plan holds longer only if the applicant agrees; until then it stays as it is."
    ),
    "finish_line": gettext_lazy(
        "Once everything is finished that the plan has the company build, the applicant has the "
        "case."
    ),
    "energise": gettext_lazy("This ends the case: the clocks stop at the moment you confirm."),
}
#: The acts of the supply company that ask for something; the others are one button.
ASKING = (
    "request_supplement",
    "propose_prolongation",
    "finish_line",
    "review_design",
    "inspect",
    "inspect_completion",
    "energise",
    "close",
)
BARE = ("accept", "start_works")


def work_form(case: Application, action: str, data: Mapping[str, Any] | None) -> BodyForm:
    if action == "request_supplement":
        return SupplementForm(case, data)
    if action in STAGES:
        return inspection_form(case, action, data)
    if action == "energise":
        return EnergiseForm(case, data)
    if action == "finish_line":
        return FinishedLineForm(case, data)
    return form_for(action)(data)
