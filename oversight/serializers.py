from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, WholeField, WordsField, refused
from oversight.addressees import addressees
from rules.city import city
from rules.files import Clause
from rules.policy import Policy
from rules.registry import policy

TEXT_MAX: Final = 4_000
CLAUSE_MAX: Final = 200
NUMBER_MAX: Final = 40
TO_PUT_RIGHT: Final = dict.fromkeys(
    ("required", "null", "blank"), _("Say what is to be put right.")
)
#: What is said at a step.
Said = partial(WordsField, max_length=TEXT_MAX)


@dataclass(frozen=True, slots=True)
class Bounds:
    """In working days; a form begins with the usual number."""

    least: int
    usual: int
    most: int
    clause: Clause


def bounds(rules: Policy) -> Bounds:
    least, usual, most = (rules.value(f"rectification.days.{b}") for b in ("min", "default", "max"))
    return Bounds(int(least.number), int(usual.number), int(most.number), most.clause)


class DaysField(WholeField):
    """The usual number where none is named."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Working days"))
        kwargs.setdefault("help_text", "working days; within the bounds of the rules")
        kwargs.setdefault("default", lambda: bounds(policy()).usual)
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Null is as good as none."""
        return super().run_validation(serializers.empty if data is None else data)

    def to_internal_value(self, data: Any) -> int:
        days, allowed = super().to_internal_value(data), bounds(policy())
        if not allowed.least <= days <= allowed.most:
            reason = _("This must be between %(least)s and %(most)s working days.")
            values = {"least": allowed.least, "most": allowed.most}
            raise serializers.ValidationError([refused(reason % values, allowed.clause)])
        return days


class PartyField(WordsField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Addressee"))
        kwargs.setdefault("help_text", "`supplier`, `district`, or a bureau's code")
        super().__init__(one_line=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        party = str(super().to_internal_value(data))
        if party not in dict(addressees()):
            raise serializers.ValidationError(_("There is no such addressee."))
        return party


class NewOrder(Body):
    """A new order, about the case or permit that it names, or about neither."""

    party = PartyField()
    district = WordsField(label=_("District"), one_line=True)
    application = WordsField(
        label=_("Case number"),
        help_text=_("Where the order is about a case. Leave empty where it is about none."),
        max_length=NUMBER_MAX,
        required=False,
        one_line=True,
    )
    permit = WholeField(
        help_text="id of the permit, where it is about one",
        min_value=1,
        required=False,
        allow_null=True,
        default=None,
    )
    text = Said(
        label=_("What is to be put right"),
        help_text=_(
            "What was found, what is asked, and what is to be shown as evidence. Read by the lead "
            "of the addressee and by those who watch over the district, by nobody else."
        ),
        error_messages=TO_PUT_RIGHT,
    )
    clause = WordsField(
        label=_("Clause"),
        help_text=_("The rule that was not kept, such as “Plan 3(3)3”."),
        max_length=CLAUSE_MAX,
        required=False,
        one_line=True,
    )
    days = DaysField()

    def validate_district(self, district: str) -> str:
        if district not in {each.code for each in city().districts}:
            raise serializers.ValidationError(_("There is no such district."))
        return district


class Explanation(Body):
    """How a finding came about; files that show it can go with it."""

    text = Said(
        label=_("How it came about"),
        help_text=_(
            "What was done, by whom, and what shows it. The regulator reads it; it can be given "
            "only once."
        ),
    )


class Acceptance(Body):
    """Why an explanation is taken."""

    text = Said(
        label=_("Why the explanation holds"),
        help_text=_(
            "Those whom it concerns read it. The finding ends; it stays in the public counts."
        ),
    )


class Confirmation(Body):
    """What was found to be true."""

    text = Said(
        label=_("What was found"),
        help_text=_(
            "Those whom it concerns read it. It can be ordered to be put right afterwards."
        ),
    )


class OrderIt(Body):
    """The order that a confirmed finding leads to."""

    party = PartyField(
        help_text="as of a new order; who explains the finding where left out",
        required=False,
    )
    text = Said(
        label=_("What is to be put right"),
        help_text=_("What is asked, and what is to be shown as evidence."),
        error_messages=TO_PUT_RIGHT,
    )
    days = DaysField()


class Answer(Body):
    """What was put right; files that show it can go with it."""

    text = Said(
        label=_("What was put right"),
        help_text=_("What was done, when, and what it changed."),
    )


class Closing(Body):
    """What was checked before an order is closed, if anybody wants to say."""

    reason = Said(
        label=_("What was checked"),
        help_text=_("The addressee reads it."),
        required=False,
    )


class Return(Body):
    """What an answer leaves open."""

    reason = Said(
        label=_("What is missing"),
        help_text=_("The addressee reads it. The clock goes on with the days that are left."),
    )


class Escalation(Body):
    """Why the lead agency is to take an order up."""

    reason = Said(
        label=_("Reason"),
        help_text=_(
            "The lead agency and the addressee read it. The order is still to be answered."
        ),
    )


class SaidWithFiles(Body):
    """An explanation or an answer as a form, with files that show what is said."""

    text = Said()
    files = serializers.ListField(child=serializers.FileField(), required=False)
