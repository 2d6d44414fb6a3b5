"""What is said with a report, and with each act on it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import lazy, lazystr
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from core.bodies import (
    AmountField,
    Body,
    ChoiceField,
    InstantField,
    NumberedField,
    WordsField,
    refuse,
)
from core.clock import city_now, local_date
from core.problems import Text
from grid.points.models import POINT_MAX
from reliability.reports.kinds import FOUND, Outcome, ReportKind, Where, office_words
from reliability.reports.place import DegreesField, misplaced
from rules.city import city
from rules.registry import current
from rules.values import report_offices

LONGEST: Final = 2000
PLACE_MAX: Final = 200
LINE_MAX: Final = 300
NUMBER_MAX: Final = 20
PENALTY_BELOW: Final = Decimal("100000000")


class NewReport(Body):
    """What somebody has seen, where and when; who it is, is not asked for."""

    kind = ChoiceField(ReportKind.choices, label=_("What you report"))
    district = ChoiceField(
        [(code, lazystr(words)) for code, words in city().district_choices], label=_("District")
    )
    where = ChoiceField(Where.choices, label=_("What sort of place it is"), required=False)
    place = WordsField(
        label=_("Place"),
        help_text=_("Street and house number, or what is near it."),
        one_line=True,
        max_length=PLACE_MAX,
    )
    longitude = DegreesField(label=_("Longitude"))
    latitude = DegreesField(label=_("Latitude"))
    point = NumberedField(
        label=_("Customer or meter number"),
        help_text=_("If you have it at hand: by it we know which line feeds you."),
        required=False,
        max_length=POINT_MAX,
    )
    seen_at = InstantField(
        label=_("When it was"),
        help_text=_("When it began, or when you saw it. Empty: now."),
        required=False,
        allow_null=True,
        default=None,
    )
    text = WordsField(
        label=_("What you see"),
        help_text=_("Do not say who you are: nobody needs it to look into this."),
        max_length=LONGEST,
    )

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        out = data.get("kind") == ReportKind.POWER_OUT
        if not out and data.get("kind") and not data.get("where"):
            yield "where", _("Say what sort of place it is: by it we know who looks into it.")
        for name in ("where",) if out else ("point",):
            if data.get(name):
                yield name, _("This is not asked about what you report.")
        given = [name for name in ("longitude", "latitude") if data.get(name) not in (None, "")]
        if len(given) == 1:
            yield given[0], _("A point has a longitude and a latitude.")

    def validate_seen_at(self, seen_at: datetime | None) -> datetime | None:
        now = city_now()
        if seen_at is None:
            return None
        if seen_at > now:
            self._refuse(_("That is still to come."))
        oldest = current().in_force(on=local_date(now)).get("report.oldest.days")
        if oldest is not None and seen_at < now - timedelta(days=int(oldest.number)):
            reason = _("Longer than %(days)d days ago nobody can look into it any more.")
            self._refuse(reason % {"days": oldest.number})
        return seen_at

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["longitude"] is not None and (
            reason := misplaced(attrs["longitude"], attrs["latitude"])
        ):
            raise refuse("longitude", reason)
        return attrs

    @staticmethod
    def _refuse(reason: Text) -> None:
        raise ValidationError(str(reason))


class Note(Body):
    """What was looked into and found; files that show it may come along."""

    text = WordsField(
        label=_("What was found"),
        help_text=_("The offices that may read the report read this; whoever reported does not."),
        max_length=LONGEST,
    )


class HandingOver(Body):
    """To which office a report goes, and why."""

    office = ChoiceField(
        [(code, lazy(office_words, str)(code)) for code in report_offices(city())],
        label=_("Office"),
    )
    reason = WordsField(label=_("Why it is theirs"), one_line=True, max_length=LINE_MAX)


class Joining(Body):
    """With which report of the same this one is answered."""

    number = NumberedField(
        label=_("Number of the other report"),
        help_text=_("An open one of the same kind that is older. Its outcome goes to everybody."),
        max_length=NUMBER_MAX,
    )


class Linking(Body):
    """The outage that is reported, or that came of what is reported."""

    outage = NumberedField(label=_("Number of the outage"), max_length=NUMBER_MAX)


class ClosingReport(Body):
    """What was found of a report, what followed of it, and the answer."""

    outcome = ChoiceField([(each.value, each.label) for each in FOUND], label=_("Outcome"))
    answer = WordsField(
        label=_("Answer to whoever reported it"),
        help_text=_("They read this as it stands, and so does whoever reported the same."),
        max_length=LONGEST,
    )
    referred_to = WordsField(
        label=_("Referred to"), required=False, one_line=True, max_length=LINE_MAX,
        help_text=_("The authority, where it is for another one."),
    )  # fmt: skip
    penalty_by = WordsField(
        label=_("Penalty imposed by"), required=False, one_line=True, max_length=LINE_MAX,
        help_text=_("Only where there is one: the authority that imposed it."),
    )  # fmt: skip
    penalty_clause = WordsField(
        label=_("By which clause"), required=False, one_line=True, max_length=LINE_MAX
    )
    penalty_yuan = AmountField(
        label=_("Amount of the penalty in yuan"), required=False, allow_null=True, default=None,
        below=PENALTY_BELOW,
        message=_("An amount has at most two decimals and is above zero."),
        help_text=_("As the decision has it; empty where it is no fine."),
    )  # fmt: skip

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        outcome = data.get("outcome")
        if outcome == Outcome.REFERRED and not data.get("referred_to"):
            yield "referred_to", _("Name the authority to which it is referred.")
        if outcome != Outcome.REFERRED and data.get("referred_to"):
            yield "referred_to", _("Only what is referred to another authority names one.")
        penalty = [name for name in PENALTY if data.get(name)]
        if penalty and outcome != Outcome.CONFIRMED:
            yield penalty[0], _("Only what is confirmed has a penalty.")
        for name in ("penalty_by", "penalty_clause"):
            if penalty and name not in penalty:
                yield name, _("A penalty has the authority and the clause.")


PENALTY: Final = ("penalty_by", "penalty_clause", "penalty_yuan")


class SeeingReporter(Body):
    """Why whoever works a report must speak to whoever made it."""

    reason = WordsField(
        label=_("What you need it for"),
        help_text=_("It is kept in the record."),
        one_line=True,
        max_length=LINE_MAX,
    )
