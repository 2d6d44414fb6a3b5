"""The forms of a supply plan: rows of lines for the company, lines to contest for the applicant."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import CONTROLS
from applications.models import Application
from applications.plans.models import PlanLine
from applications.plans.queries import contested_lines, lines_of, open_lines
from applications.plans.serializers import (
    ContestedLine,
    LineAnswer,
    PlanAgreement,
    PlanHead,
    PlanLineBody,
)
from applications.supply.queries import is_loaded, proposed, reserved, told_apart
from applications.supply.reading import works_for
from core.forms import BodyForm, form_of
from core.reading import whole_number
from core.templatetags.city import figure
from rules.limits import Quota, limits

#: Empty rows that a form begins with, and that one press adds.
ROWS: Final = 3
LineForm: Final = form_of(
    PlanLineBody,
    controls={
        "extended": forms.BooleanField(
            label=gettext_lazy("The boundary is extended over it"), required=False
        )
    },
)
MEMBERS: Final = tuple(LineForm.base_fields)
#: The tick by which a plan reserves nothing; no part of the body.
UNRESERVED: Final = "unreserved"
BOTH: Final = gettext_lazy("Choose what it is supplied from, or tick this: not both.")


class PlanForm(form_of(PlanHead)):  # type: ignore[misc]
    """A reply: its head, a number of rows for lines, and an answer to each contested line.

    Args:
        data: what is sent.
        typed: what was typed when another row was asked for; it is not judged yet.
        element: the code of the proposal from which the plan begins.
    """

    def __init__(
        self,
        case: Application,
        data: Mapping[str, Any] | None = None,
        typed: Mapping[str, Any] | None = None,
        element: str = "",
    ) -> None:
        super().__init__(data)
        before = list(lines_of(case)) if data is None and typed is None else []
        self.contested = contested_lines(case)
        self.proposals = proposed(case)
        self._offer_supply(case)
        self.count = self._rows(data, typed, len(before))
        for number in range(1, self.count + 1):
            # Of a row that is sent empty nothing is needed.
            empty = data is not None and not any(data.get(f"line_{number}_{n}") for n in MEMBERS)
            for name, control in LineForm().fields.items():
                control.required = control.required and not empty
                self.fields[f"line_{number}_{name}"] = control
        for line in self.contested:
            answer = form_of(LineAnswer, rows=3)().fields["answer"]
            self.fields[f"answer_{line.number}"] = answer
        self.initial = dict(typed.items()) if typed else _as_before(case, before)
        able = (each for each in self.proposals if each.possible and each.element.code == element)
        chosen = next(able, None)
        if chosen and not before:
            self.initial |= {"supply_1": element} | _typed(works_for(case, chosen))

    def _offer_supply(self, case: Application) -> None:
        """One choice for each source, of what is possible now and of what the case has; what was
        chosen stays a choice where its room has gone meanwhile, and the act says why it is none.
        Where the grid is published, a plan that reserves nothing is one because somebody says so.
        """
        held = {each.source: each.element for each in reserved(case)}
        origins = told_apart(case, self.proposals)
        names = {
            each.element.code: named(each.element.row.name, origins.get(each.element.code))
            for each in self.proposals
        }
        able = {each.element.code for each in self.proposals if each.possible}
        asked = is_loaded()
        for source in range(1, case.sources + 1):
            name, own = f"supply_{source}", held.get(source)
            kept = able | ({str(self.data.get(name))} & names.keys())
            choices = {code: words for code, words in names.items() if code in kept}
            if own:
                choices[own.code] = own.row.name if own.row else own.code
            if not choices:
                continue
            self.fields[name] = forms.ChoiceField(
                label=_("Supplied from (source %(number)d)") % {"number": source},
                choices=[("", _("Choose")), *choices.items()],
                initial=own.code if own else "",
                required=asked and not self.data.get(UNRESERVED),
            )
        if asked:
            self.fields[UNRESERVED] = forms.BooleanField(
                label=_("Nothing is reserved for this plan"),
                help_text=_("What it needs can be promised to others meanwhile."),
                required=not self.supply,
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean()
        if said.get(UNRESERVED) and any(said.get(field.name) for field in self.supply):
            self.add_error(UNRESERVED, BOTH)
        return said

    @property
    def supply(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("supply_")]

    def _rows(
        self, data: Mapping[str, Any] | None, typed: Mapping[str, Any] | None, before: int
    ) -> int:
        sent = whole_number(str((data or typed or {}).get("rows", "")))
        rows = before + ROWS if sent is None else sent + (ROWS if typed else 0)
        return min(rows, limits().quotas[Quota.PLAN_LINES])

    @property
    def lines(self) -> list[dict[str, BoundField]]:
        return [
            {name: self[f"line_{number}_{name}"] for name in MEMBERS}
            for number in range(1, self.count + 1)
        ]

    @property
    def asked(self) -> list[tuple[PlanLine, BoundField]]:
        """Each contested line with the control of its answer."""
        return [(line, self[f"answer_{line.number}"]) for line in self.contested]

    def filled(self) -> list[int]:
        """The numbers of the rows in which something was typed or chosen."""
        values = self.cleaned_data
        return [
            number
            for number in range(1, self.count + 1)
            if any(values.get(f"line_{number}_{name}") not in (None, "", False) for name in MEMBERS)
        ]

    def body(self) -> dict[str, Any]:
        values = self.cleaned_data
        lines = [
            {
                name: str(value) if isinstance(value, Decimal) else value
                for name in MEMBERS
                if (value := values[f"line_{number}_{name}"]) not in (None, "")
            }
            for number in self.filled()
        ]
        answers = [
            {"line": line.number, "answer": values[f"answer_{line.number}"]}
            for line in self.contested
        ]
        head = {name: values[name] for name in ("summary", "ground", "ground_words")}
        codes = [values[field.name] for field in self.supply if values[field.name]]
        supply = {"supply": [{"element": code} for code in codes]} if codes else {}
        return head | {"lines": lines, "answers": answers} | supply

    def field_of(self, pointer: str) -> str | None:
        """`/lines/0/unit` means the unit of the first row that is filled."""
        parts = pointer.strip("/").split("/")
        if parts[0] == "supply":
            return f"supply_{int(parts[1]) + 1 if len(parts) > 1 else 1}"
        if parts[0] == "lines" and len(parts) == 3:
            return f"line_{self.filled()[int(parts[1])]}_{parts[2]}"
        return parts[0]


def named(name: str, origin: str | None) -> str:
    return _("%(name)s (%(origin)s)") % {"name": name, "origin": origin} if origin else name


def _as_before(case: Application, lines: list[PlanLine]) -> dict[str, Any]:
    """The plan before, from which another one is made."""
    rows = ({name: getattr(line, name) for name in MEMBERS} for line in lines)
    return {"summary": case.plan_summary} | _typed(rows)


def _typed(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Lines as somebody would type them, from the first row on."""
    return {
        f"line_{number}_{name}": figure(value.normalize()) if isinstance(value, Decimal) else value
        for number, line in enumerate(lines, 1)
        for name, value in line.items()
    }


class PlanAnswerForm(form_of(PlanAgreement, controls=CONTROLS["confirm_plan"])):  # type: ignore[misc]
    """Yes, or no with what is contested in each line."""

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.numbers = []
        for line in lines_of(case):
            contest = form_of(ContestedLine, rows=2)().fields["reason"]
            values = {"number": line.number, "item": line.item}
            contest.label = _("What you contest in line %(number)d, %(item)s") % values
            contest.required = False
            self.fields[f"contest_{line.number}"] = contest
            self.numbers.append(line.number)

    def contested(self) -> list[int]:
        return [number for number in self.numbers if self.cleaned_data[f"contest_{number}"]]

    def body(self) -> dict[str, Any]:
        values = self.cleaned_data
        said = [
            {"line": number, "reason": values[f"contest_{number}"]} for number in self.contested()
        ]
        plain = {"agree": values["agree"], "reason": values["reason"]}
        return plain | ({"contested": said} if said else {})

    def field_of(self, pointer: str) -> str | None:
        """Of lines that are contested beside a yes, the yes is what does not fit."""
        first = pointer.strip("/").partition("/")[0]
        return "agree" if first == "contested" else first


class FinishedLineForm(BodyForm):
    """Which of the lines that are left is finished."""

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["line"] = forms.TypedChoiceField(
            label=_("Which works are finished?"),
            choices=[(line.number, f"{line.number}. {line.item}") for line in open_lines(case)],
            coerce=int,
            widget=forms.RadioSelect,
        )
