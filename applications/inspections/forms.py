"""The form of a review or inspection: every item that is open, and what was found besides."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from applications.checklist import STAGES
from applications.inspections.models import ItemResult
from applications.inspections.queries import Item, items_of, rounds_of
from applications.models import Application
from core.forms import BodyForm, LinesField, yes_or_no
from core.templatetags.city import day

NOT_MET = ItemResult.Result.NOT_MET.value


class InspectionForm(BodyForm):
    """Nothing is chosen beforehand. Where something is not in order, what was not looked at may
    stay open; else every item is answered."""

    def __init__(
        self, case: Application, items: Sequence[Item], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        self.items = [item for item in items if item.is_open]
        names = {need.code: need.name for need in case.requirements()}
        typed = {} if data is None else {name: data.get(name, "").strip() for name in data}
        chosen = [typed.get(f"said_{item.code}") for item in self.items]
        ends_early = NOT_MET in chosen or bool(typed.get("findings"))
        for item, said in zip(self.items, chosen, strict=True):
            self.fields[f"said_{item.code}"] = forms.ChoiceField(
                label=item.name,
                help_text=about(item, str(names.get(item.requirement, ""))),
                choices=ItemResult.Result.choices,
                widget=forms.RadioSelect,
                required=not ends_early or bool(typed.get(f"found_{item.code}")),
            )
            self.fields[f"found_{item.code}"] = forms.CharField(
                label=format_html(
                    '{}<span class="td-visually-hidden">: {}</span>',
                    _("What is not in order"),
                    item.name,
                ),
                # Empty as it is, it lets the style sheet see that nothing was typed.
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": " "}),
                required=data is None or said == NOT_MET,
            )
        if not self.items:
            self.fields["passed"] = yes_or_no(label=_("Passed"))
        self.fields["findings"] = LinesField(
            label=_("Found besides"),
            help_text=_("What no item above names, one on each line. With it nothing passes."),
            widget=forms.Textarea(attrs={"rows": 3}),
            required=False,
        )

    @property
    def rows(self) -> list[dict[str, forms.BoundField]]:
        """Each item with what is said of it."""
        return [
            {"said": self[f"said_{item.code}"], "found": self[f"found_{item.code}"]}
            for item in self.items
        ]

    def answered(self) -> list[str]:
        """The codes of the items of which something was said."""
        values = self.cleaned_data
        return [
            item.code
            for item in self.items
            if values[f"said_{item.code}"] or values[f"found_{item.code}"]
        ]

    def body(self) -> dict[str, Any]:
        values, answered = self.cleaned_data, self.answered()
        said: dict[str, Any] = {"findings": values["findings"]}
        if answered:
            said["items"] = [
                {
                    "item": code,
                    "result": values[f"said_{code}"],
                    "finding": values[f"found_{code}"],
                }
                for code in answered
            ]
        else:
            said["passed"] = values.get("passed", False)
        return said

    def field_of(self, pointer: str) -> str | None:
        """`/items/0/finding` means the words of the first item of which something was said."""
        name, *rest = pointer.strip("/").split("/")
        if name != "items" or not rest:
            return name
        code = self.answered()[int(rest[0])] if rest[0].isdigit() else rest[0]
        return f"found_{code}" if rest[1:] == ["finding"] else f"said_{code}"


def about(item: Item, document: str) -> str:
    """Say on which document an item is seen, and what was found of it before."""
    lines = []
    if document:
        lines.append(format_html("{}", _("See: %(document)s") % {"document": document}))
    if item.last:
        when = day(item.last.inspection.at)
        text = _("Found on %(day)s: %(words)s") % {"day": when, "words": item.last.words}
        lines.append(format_html("<strong>{}</strong>", text))
    return format_html("{}" + "<br>{}" * (len(lines) - 1), *lines) if lines else ""


def inspection_form(
    case: Application, action: str, data: Mapping[str, Any] | None
) -> InspectionForm:
    return InspectionForm(case, items_of(case, STAGES[action], rounds_of(case)), data)
