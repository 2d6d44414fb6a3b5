"""The bodies of the acts of a supply plan, each declared once."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.plans.models import (
    BELOW,
    GROUNDS,
    ITEM_MAX,
    SIDES,
    UNIT_MAX,
    WORDS_MAX,
    Part,
)
from applications.plans.queries import contested_lines, newest_plan, open_lines, prolongation_left
from applications.supply.serializers import SupplyElement
from core.bodies import (
    NEEDED,
    AmountField,
    Body,
    ChoiceField,
    WholeField,
    WordsField,
    YesNoField,
    refuse,
)
from core.clock import city_now
from rules.limits import Quota, limits
from rules.names import Ground
from rules.values import Valued

if TYPE_CHECKING:
    from applications.models import Application

CODES: Final = [(code.value, words) for code, words in GROUNDS.items()]
NUMBER: Final = _("A number with at most two decimals.")
LIST: Final[dict[str, Any]] = dict.fromkeys(("null", "not_a_list"), _("This must be a list."))


class PlanLineBody(Body):
    """One line of works or costs; who pays it is not said, it follows from the boundary."""

    item = WordsField(label=_("Works or cost"), max_length=ITEM_MAX, one_line=True)
    part = ChoiceField(Part.choices, label=_("Where it lies"))
    extended = YesNoField(
        label=_("The boundary is extended over it"), required=False, default=False
    )
    quantity = AmountField(
        below=BELOW, message=NUMBER, label=_("Quantity"), required=False, allow_null=True,
        default=None,
    )  # fmt: skip
    unit = WordsField(label=_("Unit"), max_length=UNIT_MAX, one_line=True, required=False)
    cost_yuan = AmountField(
        below=BELOW, message=NUMBER, zero=True, label=_("Cost in yuan"), required=False,
        allow_null=True, default=None,
    )  # fmt: skip
    builder = ChoiceField(SIDES, label=_("Who builds it"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["quantity"] is not None and not attrs["unit"]:
            raise refuse("unit", _("Say in what it is counted."))
        if attrs["unit"] and attrs["quantity"] is None:
            raise refuse("quantity", _("Say how much of it."))
        if attrs["extended"] and attrs["part"] != Part.BEYOND_BOUNDARY:
            raise refuse("extended", _("The boundary is extended over works beyond it only."))
        if attrs["extended"] and attrs["cost_yuan"] is None:
            raise refuse("cost_yuan", _("The amount of an extension is recorded: say what it is."))
        return attrs


class PlanHead(Body):
    """What a plan says besides its lines."""

    summary = WordsField(
        label=_("Supply plan"),
        help_text=_(
            "Point of connection, line and substation, voltage, capacity, where the boundary "
            "of property and of investment lies, metering, and what the applicant builds."
        ),
    )
    ground = ChoiceField(
        CODES,
        label=_("Why the investment boundary is extended"),
        help_text=_("Only where it is. First for projects of the three battles."),
        required=False,
    )
    ground_words = WordsField(
        label=_("The ground in words"),
        help_text=_("Which project it is; needed for another ground."),
        max_length=WORDS_MAX,
        one_line=True,
        required=False,
    )


def check_ground(case: "Application", attrs: Mapping[str, Any]) -> Valued | None:
    """Refuse a ground that the rules do not have, or that lacks its words; the row of the rules."""
    row = case.rules(city_now()).get("boundary.grounds")
    if attrs["ground"] and (row is None or attrs["ground"] not in row.codes):
        raise refuse("ground", _("The rules do not have this ground."), row and row.clause)
    if attrs["ground"] == Ground.OTHER and not attrs["ground_words"]:
        raise refuse("ground_words", NEEDED)
    if attrs["ground_words"] and not attrs["ground"]:
        raise refuse("ground", NEEDED)
    return row


class LineAnswer(Body):
    """The company's answer to a line of the plan before that the applicant contests."""

    line = WholeField(label=_("Line"))
    answer = WordsField(label=_("Answer"), max_length=WORDS_MAX)


class PlanReply(PlanHead):
    """The reply with the supply plan; `summary` alone is a plan without lines."""

    lines = PlanLineBody(many=True, required=False, label=_("Works and costs"), error_messages=LIST)
    supply = SupplyElement(many=True, required=False, error_messages=LIST)
    answers = LineAnswer(many=True, required=False, error_messages=LIST)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        most = limits().quotas[Quota.PLAN_LINES]
        if len(lines) > most:
            reason = _("At most %(most)d lines.") % {"most": most}
            raise serializers.ValidationError([reason])
        return lines

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = {"lines": [], "answers": [], "supply": []} | attrs
        self._check_extension(attrs)
        asked = {line.number for line in contested_lines(self.context["thing"])}
        given = Counter(each["line"] for each in attrs["answers"])
        if asked != set(given) or any(count > 1 for count in given.values()):
            numbers = ", ".join(map(str, sorted(asked))) or "–"
            reason = _("Answer each line that the applicant contests, once: %(lines)s.")
            raise refuse("answers", reason % {"lines": numbers})
        return attrs

    def _check_extension(self, attrs: dict[str, Any]) -> None:
        """Ground and lines of an extension go together, and the rules have the grounds."""
        extended = any(line["extended"] for line in attrs["lines"])
        row = check_ground(self.context["thing"], attrs)
        if extended and not attrs["ground"]:
            reason = _("Say why the investment boundary is extended.")
            raise refuse("ground", reason, row and row.clause)
        if attrs["ground"] and not extended:
            raise refuse("ground", _("Say over which lines the boundary is extended."))


class ContestedLine(Body):
    """A line that the applicant does not agree to, and why."""

    line = WholeField(label=_("Line"))
    reason = WordsField(label=_("What you contest in it"), max_length=WORDS_MAX)


class PlanAgreement(Body):
    """Whether the applicant agrees, and if not, why."""

    agree = YesNoField(label=_("Do you agree to this plan?"))
    reason = WordsField(
        label=_("What should be different"),
        help_text=_("If you do not agree: what, and why."),
        required=False,
    )


class PlanAnswer(PlanAgreement):
    """Yes to the supply plan; or another one, with the lines that are contested."""

    contested = ContestedLine(many=True, required=False, error_messages=LIST)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        contested = attrs.setdefault("contested", [])
        if attrs["agree"] and contested:
            raise refuse("contested", _("Agree to the plan, or contest lines of it: not both."))
        plan = newest_plan(self.context["thing"])
        known = set(range(1, plan.line_count + 1)) if plan else set()
        errors: list[dict[str, Any]] = []
        for each in contested:
            fits = each["line"] in known
            known.discard(each["line"])
            errors.append({} if fits else {"line": [_("The plan has no such line, or once only.")]})
        if any(errors):
            raise serializers.ValidationError({"contested": errors})
        return attrs


class FinishedLine(Body):
    """Which line of its own works the company has finished."""

    line = WholeField(label=_("Line"))

    def validate_line(self, number: int) -> int:
        if number not in {line.number for line in open_lines(self.context["thing"])}:
            raise serializers.ValidationError(_("This is no line that the company has to finish."))
        return number


class Prolongation(Body):
    """For how many months the plan is to hold longer; the applicant agrees, or it stays."""

    months = WholeField(label=_("Months"), min_value=1)

    def validate_months(self, months: int) -> int:
        most = prolongation_left(self.context["thing"])
        if months > most:
            reason = _("The rules allow %(most)d more months at most.") % {"most": most}
            raise serializers.ValidationError(reason)
        return months


class ProlongationAnswer(Body):
    """Yes to a longer validity, or no: then the plan lapses when it would have."""

    agree = YesNoField(label=_("Do you agree that the plan holds longer?"))
    reason = WordsField(label=_("Reason"), help_text=_("You need not give one."), required=False)
