"""The bodies of a permit's acts, each declared once."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from approvals.commitments.models import rules_of
from approvals.missing import mentioned, named_in, names_several
from approvals.roads.meeting import refuse_unapproved
from approvals.window.models import Receiver
from core.bodies import (
    NEEDED,
    AmountField,
    Body,
    ChoiceField,
    LeftOut,
    WholeField,
    WordsField,
    YesNoField,
    refused,
)
from core.problems import Text
from core.reading import whole_number
from rules.city import PermitDocument, city
from rules.names import VOLTAGES, Permit
from rules.works import GREENINGS, HIGHWAY_CLASSES, ROADS, Works

ITEMS_MAX: Final = 50
EXPECTED_MAX: Final = 366


class Missing(Body):
    """Everything that is missing, named at one time."""

    items = serializers.ListField(
        child=WordsField(),
        max_length=ITEMS_MAX,
        allow_empty=False,
        label=_("What is missing"),
        help_text=_(
            "Documents of the permit's list, all of them now: it can be asked for once only. Each "
            "by its code or name and, after a colon, what is wrong with it."
        ),
        error_messages={
            "required": _("Name at least one thing that is missing."),
            "empty": _("Name at least one thing that is missing."),
            "null": _("Name at least one thing that is missing."),
            "not_a_list": _("This must be a list of texts."),
            "max_length": _("These are more than {max_length} things."),
        },
    )

    def validate_items(self, items: list[str]) -> list[str]:
        """Only what the permit's own list has, anywhere in a text; what a clause waives is not on
        it."""
        permit = self.context["thing"]
        asked = permit.documents()
        if asked is None:
            return items
        errors: dict[Any, Any] = {}
        for index, text in enumerate(items):
            found = named_in(text, city().permit_documents)
            off = [one for one in mentioned(text) if one not in asked.listed]
            if found is None or off:
                errors[index] = [refused(off_the_list(off, asked.listed), asked.clause)]
            elif names_several(text):
                errors[index] = [refused(_("Name each document as an item of its own."))]
        if errors:
            raise serializers.ValidationError(errors)
        return items


def off_the_list(off: Sequence[PermitDocument], listed: Iterable[PermitDocument]) -> str:
    """Why a bureau may not ask for that, with what it may ask for."""
    names = _(", ").join(str(document.name) for document in listed)
    if not off:
        return _("This is not on the list of this permit, which is: %(names)s.") % {"names": names}
    reason = _("“%(name)s” is not on the list of this permit, which is: %(names)s.")
    return reason % {"name": off[0].name, "names": names}


class ItemAnswer(Body):
    """What is answered to one item, beside what was saved as a draft."""

    item = WholeField(min_value=1, help_text=_("Number of the item."))
    answer = WordsField(required=False)
    files = serializers.ListField(
        child=WholeField(min_value=0),
        required=False,
        default=list,
        help_text=_("Places among the `files` of this request, the first is 0."),
    )


class FormList(serializers.ListField):
    """A list that comes with files is written as JSON in its field of the form."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except ValueError:
                self.fail("not_a_list", input_type="str")
        return super().run_validation(data)


class SuppliedItems(Body):
    """The answers to a supplement request; what was saved as a draft need not be said again."""

    answers = FormList(
        child=ItemAnswer(),
        required=False,
        default=list,
        max_length=ITEMS_MAX,
        error_messages={
            "not_a_list": _("This must be a list of answers."),
            "max_length": _("These are more than {max_length} things."),
        },
    )


class ItemDraft(Body):
    """The words of one answer; empty where files alone are the answer."""

    answer = WordsField(
        label=_("Answer"),
        help_text=_("What the bureau should know, or where in the files it finds it."),
        required=False,
    )


class Files(Body):
    """The files that come with an act, as a form, beside the members of its body."""

    answers = serializers.CharField(required=False, help_text=_("As JSON: see `SuppliedItems`."))
    approved_roads = serializers.CharField(
        required=False, help_text=_("As JSON: a list of numbers.")
    )
    approval_number = serializers.CharField(required=False)
    government = serializers.CharField(required=False)
    approved_on = serializers.DateField(required=False)
    ground = serializers.CharField(required=False)
    expected_days = serializers.IntegerField(required=False)
    files = serializers.ListField(child=serializers.FileField(), required=False)


class FormWhole(WholeField):
    """A whole number; beside files it is written in figures."""

    def to_internal_value(self, data: Any) -> int:
        number = whole_number(data) if isinstance(data, str) else None
        return super().to_internal_value(data if number is None else number)


class ExcludedTime(Body):
    """A span that the law leaves out of the review (行政许可法 45)."""

    ground = WordsField(label=_("Ground"), one_line=True)
    expected_days = FormWhole(
        label=_("Expected length in working days"),
        help_text=_("The applicant is told. Past it the suspension shows as overrun."),
        min_value=1,
        max_value=EXPECTED_MAX,
        error_messages={
            "min_value": _("This must be between 1 and 366 days."),
            "max_value": _("This must be between 1 and 366 days."),
        },
    )

    def validate_ground(self, ground: str) -> str:
        grounds = self.context["thing"].rules().excluded_grounds()
        if ground not in grounds.codes:
            reason = _("The law does not leave out time on this ground.")
            raise serializers.ValidationError([refused(reason, grounds.clause)])
        return ground


class Extension(Body):
    """Why the limit of the law is extended; the applicant is told (行政许可法 42)."""

    reason = WordsField(
        label=_("Reason"),
        help_text=_(
            "Why it cannot be decided within the limit of the law. The applicant and the supply "
            "company read it. The city's own limit stays as it is."
        ),
    )


class HandOut(Body):
    """Who came for a permit to the window of a service hall; nobody is named."""

    to = ChoiceField(
        Receiver.choices,
        label=_("Handed to"),
        help_text=_("Look at the paper that shows it, and write no name down here."),
    )


class Commitment(Body):
    """Who is responsible for keeping the conditions, at the supply company; where nobody is named,
    whoever signs."""

    responsible = WordsField(
        label=_("Name of the responsible person"), one_line=True, max_length=60, required=False
    )
    position = WordsField(
        label=_("Position of the responsible person"),
        one_line=True,
        max_length=60,
        required=False,
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Both or neither, as far as the rules of the permit leave it open; and no closed road is
        dug by it."""
        named = rules_of(self.context["thing"]).names_responsible
        missing = [name for name in ("responsible", "position") if not said[name]]
        if missing and (named or len(missing) == 1):
            raise serializers.ValidationError({name: [NEEDED] for name in missing})
        refuse_unapproved(self.context["thing"])
        return said


class CheckAfterwards(Body):
    """Whether the conditions of a commitment are kept, and what was found."""

    kept = YesNoField(label=_("The conditions are kept"))
    findings = WordsField(
        label=_("What the check found"),
        help_text=_(
            "What was looked at, when and where, and what was found. The supply company reads it."
        ),
    )


class Chase(Body):
    """What whoever is awaited is asked."""

    words = WordsField(
        label=_("What is asked of them"),
        help_text=_("Leave empty to ask what keeps it. It is shown with the permit."),
        required=False,
    )


class ChaseAnswer(Body):
    """What keeps a permit, and until when."""

    answer = WordsField(
        label=_("Answer"),
        help_text=_("What keeps it, and until when. It is shown with the permit."),
    )


class Revocation(Body):
    """A permit that was granted on a commitment is taken back with reason and clause."""

    reason = WordsField(
        label=_("Reason"),
        help_text=_("Which condition is not kept. The company and the applicant read it."),
    )
    clause = WordsField(
        label=_("Clause"),
        help_text=_(
            "Law or regulation and article, such as “Regulation on Urban Greening, article 19”."
        ),
        one_line=True,
    )


class PermitsField(LeftOut, serializers.MultipleChoiceField):
    default_error_messages = {
        "not_a_list": _("This must be a list of permits."),
        "invalid_choice": _("This list names something that is no permit, or one twice."),
    }

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        if len(found) < len(data):
            self.fail("invalid_choice", input=data)
        return found


Measure = partial(
    AmountField,
    below=Decimal(10) ** 12,
    zero=True,
    message=_("This must be a number of at least 0 with up to 2 decimals."),
)
Flag = partial(YesNoField, default=False, allow_null=True)
#: What says of a part of the works that there is none.
NOTHING: Final[tuple[Any, ...]] = (None, False, "", "none", [], 0, "0")


def digs_only_roads(data: Mapping[str, Any]) -> bool:
    """Metres dug are metres of road dug: none where no road is touched (plan 3(1)2(1))."""
    if data.get("road") not in ("none", "", None):
        return True
    try:
        return Decimal(str(data.get("excavation_m")).strip()) == 0
    except InvalidOperation:
        # What is no number is refused as that, by its own field.
        return True


class LineWorks(Body):
    """The works of an external line, as the supply company declares them.

    Where there are none (`none`), no work may be described beside.
    """

    application = serializers.CharField(required=False, help_text="number of the case")
    none = Flag()
    voltage = ChoiceField(VOLTAGES)
    length_m = Measure()
    excavation_m = Measure(help_text="metres of road dug; 0 where no road is touched")
    investment_yuan = Measure()
    in_planned_area = Flag()
    along_municipal_road_or_duct = Flag()
    in_adopted_plan = Flag()
    start_report_approved = Flag()
    existing_road = Flag()
    occupies_road = Flag()
    crosses_road = Flag()
    voltage_kv = Measure(default=None, allow_null=True)
    road = ChoiceField(ROADS, required=False, default=ROADS[0])
    highway_class = ChoiceField(HIGHWAY_CLASSES, required=False, default=None)
    greening = ChoiceField(GREENINGS, required=False, default=GREENINGS[0])
    choose_review = PermitsField(
        choices=[str(permit) for permit in Permit], default=set, allow_null=True
    )
    package = WordsField(
        one_line=True,
        required=False,
        max_length=64,
        help_text="`sha256` of the package that is sent with it, as it was read; empty: none",
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping) or data.get("none") is not True:
            values = super().to_internal_value(data)
            values.pop("application", None)
            package = values.pop("package")
            values["choose_review"] = frozenset(values["choose_review"])
            return {"works": Works(**values), "package": package}
        if errors := {name: [str(reason)] for name, reason in self.together(data)}:
            raise serializers.ValidationError(errors)
        return {"works": Works(none=True), "package": ""}

    def together(self, data: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        """Compare the works with their case (`context["thing"]`, if any), and with themselves."""
        case, own = self.context.get("thing"), {"application", "none", "voltage"}
        if case and data.get("application", case.number) != case.number:
            reason = _("These line works belong to the case %(number)s.")
            yield "application", reason % {"number": case.number}
        if data.get("none") is True:
            for name in (str(name) for name in self.fields):
                if name not in own and data.get(name) not in NOTHING:
                    yield name, _("There are no works: leave this out.")
        elif case and data.get("voltage") != case.voltage:
            yield "voltage", _("The voltage of the works must be that of the case.")
        if data.get("none") is not True and not digs_only_roads(data):
            yield (
                "excavation_m",
                _(
                    "No road is touched, so no road is dug: this must be 0. "
                    "Trenches off the road do not count."
                ),
            )
        if data.get("road") == "highway" and not data.get("highway_class"):
            yield "highway_class", _("Name the class of the highway.")
