"""The body of a review or inspection."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.inspections.models import ItemResult
from core.bodies import Body, ChoiceField, WordsField, YesNoField, refuse

NOT_MET = ItemResult.Result.NOT_MET


class ItemSaid(Body):
    """One item that was looked at; what is not met is said in words, and nothing else is."""

    item = WordsField(one_line=True)
    result = ChoiceField(ItemResult.Result.choices)
    finding = WordsField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        words = attrs.get("finding") or ""
        if attrs["result"] == NOT_MET and not words:
            raise refuse("finding", _("Say what was found."))
        if attrs["result"] != NOT_MET and words:
            raise refuse("result", _("Something was found, so this is not met."))
        return attrs | {"finding": words}


class Review(Body):
    """A review or inspection, item by item, or as a whole: passed, or everything that was found, at
    one time. Where items are told, whether it passed follows from them."""

    passed = YesNoField(label=_("Passed"), required=False)
    findings = serializers.ListField(
        child=WordsField(required=False),
        label=_("Findings"),
        help_text=_("One on each line."),
        required=False,
        allow_null=True,
        error_messages={"not_a_list": _("A list of texts.")},
    )
    items = ItemSaid(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        findings = [one for one in attrs.get("findings") or [] if one]
        items, passed = attrs.get("items", []), attrs.get("passed")
        not_met = [one["result"] == NOT_MET for one in items]
        if passed is None and not items:
            raise serializers.ValidationError({"passed": [_("Say yes or no.")]})
        if passed and any(not_met):
            text = _("What is not met cannot have passed.")
            raise serializers.ValidationError(
                {"items": [{"result": [text]} if each else {} for each in not_met]}
            )
        found = any(not_met) or bool(findings)
        if passed is None:
            passed = not found
        if not passed and not found:
            raise refuse("findings", _("Say what was found, all at one time."))
        return {"passed": passed, "findings": findings, "items": items}
