"""What programs are told of advice."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    FloatField,
    IntegerField,
    ListField,
    Serializer,
    SerializerMethodField,
)

from approvals.advice.actions import ADVICE
from approvals.advice.line import as_asked, changed_since, works_of
from approvals.advice.models import Advice
from approvals.advice.queries import SHOWN
from approvals.advice.serializers import Verdict
from approvals.advice.workflow import AdviceState
from approvals.answers import WorksAnswer
from approvals.packages.route import length_of
from approvals.packages.serializers import AttachmentAnswer
from core.answers import Exact, Instant, MaybeChoice, MaybeDay, MaybeInstant, MaybeText
from rules.names import Permit
from workflow.buttons import WithButtons


class GivenAnswer(Serializer[Any]):
    """What was asked before an application, and what the bureau advised; it binds nobody.
    `changed`: the line is another one now than was asked about."""

    id = IntegerField(source="pk")
    permit = ChoiceField([str(code) for code in Permit])
    bureau = CharField()
    question = MaybeText(read_only=True)
    verdict = MaybeChoice(Verdict.choices)
    words = MaybeText(read_only=True)
    asked_at = Instant()
    ended_at = MaybeInstant()
    sha256 = CharField(help_text="of the line that was asked about")
    changed = BooleanField()


class AdviceRow(Serializer[Any]):
    """An advice as a list has it, without what was said."""

    id = IntegerField(source="pk")
    application = CharField()
    district = CharField()
    permit = ChoiceField([str(code) for code in Permit])
    bureau = CharField()
    state = ChoiceField(AdviceState.choices)
    verdict = MaybeChoice(Verdict.choices)
    asked_at = Instant()
    ended_at = MaybeInstant()
    sha256 = CharField(help_text="of the line that is asked about")
    version = IntegerField()


class AdviceMoved(AdviceRow, WithButtons):
    """Without what was said too: it is kept for whoever repeats a request."""

    workflow = ADVICE


class AskedLineAnswer(Serializer[Any]):
    """The line as it was when advice was asked for."""

    address = CharField()
    works = WorksAnswer(allow_null=True)
    route = ListField(child=ListField(child=FloatField()), source="package.route")
    length_m = Exact(allow_null=True)
    begins_on = MaybeDay(source="package.begins_on")
    ends_on = MaybeDay(source="package.ends_on")
    contractor = MaybeText(source="package.contractor")
    attachments = AttachmentAnswer(many=True, source="files")


class AdviceAnswer(AdviceMoved):
    """An advice with all that was said. `line` is null once a request has ended without an answer;
    `changed`: it is another one now."""

    question = MaybeText(read_only=True)
    words = MaybeText(read_only=True)
    changed = SerializerMethodField()
    line = SerializerMethodField()

    def get_changed(self, advice: Advice) -> bool:
        return bool(changed_since(advice.case_ref, [advice]))

    @extend_schema_field(AskedLineAnswer(allow_null=True))
    def get_line(self, advice: Advice) -> Any:
        if advice.state not in SHOWN:
            return None
        seen, route = as_asked(advice), advice.route
        return AskedLineAnswer(
            {
                "address": seen.address,
                "package": seen.package,
                "files": seen.files,
                "works": works_of(advice),
                "length_m": length_of(route) if route else None,
            }
        ).data
