"""A decision on a permit: what its reviewer answers at each point of the review, and the clause by
which it is refused, one of those that the permit's rules list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from approvals.remedies import Remedy, RemedyAnswer, remedies_of
from approvals.roads.meeting import refuse_unapproved
from core.answers import MaybeInstant, MaybeText
from core.bodies import Body, WordsField, YesNoField, refused
from core.problems import Text
from rules.city import city
from rules.policy import Policy
from rules.reviews import RefusalClause

if TYPE_CHECKING:
    from approvals.models import Permit

#: What is kept of an answer: `point`, `met`, `remark`.
Answer = Mapping[str, Any]
Answers = Sequence[Answer]
#: Before them whoever decides shows once more who it is (`accounts.confirmation`).
CONFIRMED: Final = frozenset({"grant", "refuse"})
NO_NEEDS_WORDS: Final = _("Say why it is not met.")


class PointBody(Body):
    """What the reviewer answers at one point; a no says why."""

    point = WordsField(one_line=True)
    met = YesNoField()
    remark = WordsField(required=False)

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        if data.get("met") is False and not str(data.get("remark") or "").strip():
            yield "remark", NO_NEEDS_WORDS


class Decision(Body):
    """Where points are answered, each point of the permit's review is, once."""

    review_points = PointBody(many=True, required=False, default=list)

    def validate_review_points(self, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        permit: Permit = self.context["thing"]
        points = permit.rules().review_points(permit.permit)
        asked, said = [point.code for point in points], [each["point"] for each in answers]
        if answers and sorted(said) != sorted(asked):
            reason = _("Answer each of these points once: %(points)s.")
            raise serializers.ValidationError([str(reason % {"points": ", ".join(asked)})])
        return answers


class Grant(Decision):
    """A grant, with conditions if a law asks for some."""

    conditions = WordsField(
        label=_("Conditions"),
        help_text=_("Only what a law or regulation asks for. Leave empty where there are none."),
        required=False,
    )
    not_dug = WordsField(
        label=_("Why the line digs none of these roads"),
        help_text=_(
            "Only of roads that its drawing meets and the company does not name, for example where "
            "the line crosses above. It stays with the permit."
        ),
        required=False,
    )

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        refuse_unapproved(self.context["thing"], field="not_dug", not_dug=said["not_dug"])
        return said


class Refusal(Decision):
    """A refusal states its reason and its clause."""

    reason = WordsField(
        label=_("Reason"),
        help_text=_("What stands against it, so that the plan can be changed. It is shown."),
    )
    clause = WordsField(
        label=_("Clause"),
        help_text=_("One of those by which this permit can be refused, by its code or wording."),
        one_line=True,
    )

    def validate_clause(self, text: str) -> str:
        """Returns the Chinese wording, which is the law's."""
        permit: Permit = self.context["thing"]
        clauses = permit.rules().refusal_clauses(permit.permit)
        if clauses is None:
            return text
        found = clause_named(text, clauses.listed)
        if found is None:
            names = _(", ").join(str(clause.name) for clause in clauses.listed)
            reason = _("This permit can be refused by one of these clauses only: %(names)s.")
            raise serializers.ValidationError([refused(reason % {"names": names}, clauses.clause)])
        return found.name.zh


def clause_named(text: str, clauses: Iterable[RefusalClause]) -> RefusalClause | None:
    """By its code or any wording of it; spaces and title marks do not count."""
    wanted = _plain(text)
    return next((one for one in clauses if wanted in map(_plain, one.names)), None)


def _plain(text: str) -> str:
    return "".join(text.split()).translate(str.maketrans("", "", "《》")).casefold()


def clause_words(text: str) -> str:
    """A clause as it is kept, in the reader's language; as it was typed where no list has it."""
    found = clause_named(text, city().refusal_clauses.values())
    return str(found.name) if found else text


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a permit's review with what its reviewer answered; `met` is None before that."""

    point: str
    name: str
    question: str
    met: bool | None = None
    remark: str = ""


def recorded_points(answers: Answers) -> list[str]:
    """What an entry commits to of a review, in words."""
    names = city().review_points
    found = []
    for each in answers:
        name = names[each["point"]].name if each["point"] in names else each["point"]
        met = gettext("Yes") if each["met"] else gettext("No")
        said = gettext("{met} ({remark})") if each["remark"] else "{met}"
        found.append(f"{name}{gettext(': ')}" + said.format(met=met, remark=each["remark"]))
    return found


class Reviewed:
    """What a permit says of its review and its refusal, by the rules of its receipt."""

    permit: Any
    review_points: list[Answer]
    refusal_clause: Any

    def rules(self) -> Policy:
        raise NotImplementedError

    def reviewed(self) -> list[Point]:
        said = {each["point"]: each for each in self.review_points}
        return [
            Point(
                point.code,
                str(point.name),
                str(point.question),
                met=said.get(point.code, {}).get("met"),
                remark=said.get(point.code, {}).get("remark", ""),
            )
            for point in self.rules().review_points(self.permit)
        ]

    def refusal_clauses(self) -> tuple[RefusalClause, ...]:
        """Those by which it can be refused; none where its rules have no list."""
        clauses = self.rules().refusal_clauses(self.permit)
        return clauses.listed if clauses else ()

    def refusal_words(self) -> str:
        """The clause by which it was refused, in the reader's language."""
        return clause_words(self.refusal_clause)

    def remedies(self) -> list[Remedy]:
        """What can be done against its refusal or revocation."""
        return remedies_of(cast("Permit", self))


class PointAnswer(serializers.Serializer[Any]):
    """A point of the review, with what the reviewer answered at the decision; null before it."""

    point = serializers.CharField()
    name = serializers.CharField()
    question = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
    remark = MaybeText()


class DecidedAnswer(serializers.Serializer[Any]):
    """The decision on a permit, as its answer tells of it."""

    decided_at = MaybeInstant()
    conditions = MaybeText()
    not_dug = MaybeText(help_text="Why no closed road is dug that the drawing meets.")
    review_points = PointAnswer(source="reviewed", many=True, read_only=True)
    reason = MaybeText()
    refusal_clause = MaybeText(source="refusal_words")
    remedies = RemedyAnswer(many=True, read_only=True)
    permit_number = MaybeText(source="issued.number", help_text="Of a granted permit.")
    paper_kept_at = MaybeInstant(
        source="issued.kept_at", help_text="Since when its sealed PDF is kept; null: not yet."
    )
