"""What the API gives of findings, orders and what is late."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import (
    BooleanField,
    CharField,
    FloatField,
    IntegerField,
    Serializer,
)

from accounts.models import User
from applications.models import Application
from core.answers import Count, Day, Instant, MaybeInstant, MaybeText
from core.clock import city_now
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, times_of
from documents.queries import about as documents_about
from documents.serializers import FileAnswer
from oversight import findings, orders, subjects
from oversight.actions import FINDINGS, ORDERS
from oversight.detectors import DETECTORS
from oversight.late import LateClock
from oversight.models import Finding, Matter, RectificationOrder
from oversight.workflow import FindingState, OrderState
from workflow.buttons import ButtonSerializer, buttons_json

Fields = dict[str, Any]
Number = partial(IntegerField, allow_null=True)
Party = partial(CharField, help_text="`supplier`, or a bureau's code")
Sign = partial(serializers.ChoiceField, choices=list(DETECTORS))


class Threshold(Serializer[Any]):
    """A number that detectors count with, and where it comes from."""

    key = CharField()
    value = Count(source="number")
    unit = CharField()
    clause = CharField()
    source = CharField(source="source.title")  # type: ignore[assignment]
    trust = CharField()
    reading = BooleanField(source="ours")

    def get_fields(self) -> Fields:
        """`from` is a word of Python, so it is not written as the others."""
        return {**super().get_fields(), "from": Day(source="since")}


class FindingRow(Serializer[Any]):
    number = CharField()
    sign = Sign(source="detector")
    finding = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=FindingState.choices)
    party = Party()
    district = CharField()
    completed_at = Instant(source="entry_at")
    found_at = Instant()
    explained_at = MaybeInstant()
    decided_at = MaybeInstant()
    ended_at = MaybeInstant()
    version = Count()

    def get_finding(self, finding: Finding) -> str:
        return findings.sentence_of(finding)


class FindingMoved(FindingRow):
    """A finding without anything that was said: the answer to a step.

    Answers are kept in plain for whoever repeats a request, and what is said may name people.
    """

    definition = serializers.SerializerMethodField()
    harmless = serializers.SerializerMethodField()
    thresholds = serializers.SerializerMethodField()
    rules_version = CharField()
    application = serializers.SerializerMethodField()
    entries = serializers.SerializerMethodField()
    order = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    def get_definition(self, finding: Finding) -> str:
        return findings.detector_of(finding).describe(finding.thresholds)

    def get_harmless(self, finding: Finding) -> list[str]:
        return [str(note) for note in findings.detector_of(finding).harmless]

    @extend_schema_field(Threshold(many=True))
    def get_thresholds(self, finding: Finding) -> Any:
        return Threshold(findings.thresholds_of(finding).values(), many=True).data

    def get_application(self, finding: Finding) -> str | None:
        return findings.case_number(finding, self.context["user"]) or None

    def get_entries(self, finding: Finding) -> int:
        return findings.evidence_of(finding).count()

    def get_order(self, finding: Finding) -> str | None:
        order = findings.order_of(finding)
        return order.number if order else None

    @extend_schema_field(ButtonSerializer(many=True))
    def get_actions(self, finding: Finding) -> Any:
        return buttons_json(FINDINGS, finding, self.context["user"])


class FindingAnswer(FindingMoved):
    """A finding as one person reads it: what it says, what was said, what can be done."""

    explanation = MaybeText(read_only=True)
    files = serializers.SerializerMethodField()
    decision = MaybeText(read_only=True)

    @extend_schema_field(FileAnswer(many=True))
    def get_files(self, finding: Finding) -> Any:
        return FileAnswer(documents_about(finding.word, finding.pk), many=True).data


class EntryAnswer(Serializer[Any]):
    """An entry of the record behind a finding, with its leaf: what anybody can check."""

    index = Number(help_text="place in the log")
    leaf = serializers.SerializerMethodField(help_text="leaf hash, hexadecimal")
    at = Instant(source="entry.at")
    type = CharField(source="entry.type")
    role = CharField(source="entry.actor_role")
    application = MaybeText(read_only=True)

    def get_leaf(self, proof: findings.Proof) -> str:
        return bytes(proof.entry.leaf).hex()


class OrderRow(Serializer[Any]):
    """Its context is `timed`."""

    number = CharField()
    party = Party()
    district = CharField()
    state = serializers.ChoiceField(choices=OrderState.choices)
    days = Count()
    used_days = serializers.SerializerMethodField()
    issued_as = CharField(help_text="the role: `regulator` or `district_lead`")
    issued_at = Instant()
    answered_at = MaybeInstant()
    escalated_at = MaybeInstant()
    closed_at = MaybeInstant()
    due_on = serializers.SerializerMethodField()
    due_at = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    provisional = serializers.SerializerMethodField()
    version = Count()

    def get_used_days(self, order: RectificationOrder) -> int:
        return self._left(order).used

    def get_due_on(self, order: RectificationOrder) -> date | None:
        return self._clock(order).due_on

    def get_due_at(self, order: RectificationOrder) -> datetime | None:
        return self._clock(order).due_at

    def get_late(self, order: RectificationOrder) -> bool:
        return self._clock(order).is_late(self.context["now"])

    def get_provisional(self, order: RectificationOrder) -> bool:
        return self._left(order).provisional

    def _clock(self, order: RectificationOrder) -> Clock:
        found: Clock = self.context["clocks"][order.ref]
        return found

    def _left(self, order: RectificationOrder) -> TimeLeft:
        found: TimeLeft = self.context["left"][order.ref]
        return found


def timed(rows: Sequence[RectificationOrder]) -> dict[str, Any]:
    """What the serializers of orders need; two queries however many there are."""
    now, found = city_now(), orders.clocks_of(rows)
    return {"now": now, "clocks": found, "left": times_of(found.values(), now)}


class SubjectAnswer(Serializer[Any]):
    """What an order is about; nulls where the reader may not know more."""

    kind = serializers.ChoiceField(choices=RectificationOrder.Subject.values)
    label = MaybeText()  # type: ignore[assignment]
    application = MaybeText()
    permit = Number()


class OrderMoved(OrderRow):
    """An order without anything that was said: the answer to a step.

    Answers are kept in plain for whoever repeats a request, and what is said may name people.
    """

    subject = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(SubjectAnswer(allow_null=True))
    def get_subject(self, order: RectificationOrder) -> Any:
        if not order.subject_kind:
            return None
        found = subjects.subject_of(order, self.context["user"])
        return {
            "kind": order.subject_kind,
            "label": found.label if found else None,
            "application": found.number or None if found else None,
            "permit": found.permit if found else None,
        }

    @extend_schema_field(ButtonSerializer(many=True))
    def get_actions(self, order: RectificationOrder) -> Any:
        return buttons_json(ORDERS, order, self.context["user"])


class StatementAnswer(Serializer[Any]):
    action = serializers.ChoiceField(choices=["answer", "return", "close", "escalate"])
    at = Instant()
    text = CharField()
    files = FileAnswer(many=True)


class OrderAnswer(OrderMoved):
    """An order as one person reads it: its text, what was said, what can be done."""

    text = CharField()
    clause = MaybeText(read_only=True)
    statements = serializers.SerializerMethodField()

    @extend_schema_field(StatementAnswer(many=True))
    def get_statements(self, order: RectificationOrder) -> Any:
        said = [
            {"action": one.action, "at": one.at, "text": one.text, "files": files}
            for one, files in orders.statements(order)
        ]
        return StatementAnswer(said, many=True).data


def answer_of(kind: type[Serializer[Any]], matter: Matter, user: User) -> Any:
    context: dict[str, Any] = {"user": user}
    if isinstance(matter, RectificationOrder):
        context |= timed([matter])
    return kind(matter, context=context).data


class AwaitedAnswer(Serializer[Any]):
    """A party that was awaited since a limit was passed, and for how many calendar days."""

    party = CharField()
    days = IntegerField()


#: The kinds of clocks that can be late.
LATE: Final = (
    "whole_process", "handling", "step", "review", "instant", "set", "follow_up", "enquiry",
)  # fmt: skip


class LateAnswer(Serializer[Any]):
    """A limit that was passed."""

    application = CharField(
        source="number", help_text="the number of the case; of a question about none its own"
    )
    clock = serializers.ChoiceField(LATE, source="kind")
    step = MaybeText(read_only=True)
    permit = MaybeText(read_only=True)
    permit_id = Number()
    follow_up_id = Number()
    enquiry_id = Number()
    party = CharField(
        help_text="who is awaited now, or was at the end: `supplier`, `applicant`, a bureau's "
        "code, or `set`: all bureaus of the set"
    )
    awaited = AwaitedAnswer(many=True)
    district = CharField()
    due_on = Day()
    late_since = Instant()
    ended_at = MaybeInstant()
    days_late = serializers.SerializerMethodField()

    def get_days_late(self, row: LateClock) -> int:
        return row.days_late(self.context["now"])


class HomesPeriod(Serializer[Any]):
    """Working days from filing to power on; null where there were no homes."""

    since = Day()
    energised = Count(source="cases")
    mean_days = FloatField(source="mean", allow_null=True)
    mean_days_if_open_ended_now = FloatField(source="with_open", allow_null=True)


class HomesAnswer(Serializer[Any]):
    """Homes against their target: the mean of each period, and what it does not count yet."""

    as_of = Day(source="today")
    target_days = Count(source="target.days")
    clause = CharField(source="target.clause")
    open = Count()
    past_target = Count(help_text="of the open ones; listed at past-target/")
    periods = HomesPeriod(source="averages", many=True)


class ExplainedPeriod(Serializer[Any]):
    """`share` is from 0 to 1, null where nothing was filed."""

    since = Day()
    filed = Count()
    explained = Count()
    share = FloatField(allow_null=True)


class ExplainedPlace(Serializer[Any]):
    district = CharField()
    channel = serializers.ChoiceField(Application.Channel.values)
    periods = ExplainedPeriod(many=True)


class ExplainedAnswer(Serializer[Any]):
    """Cases of whose filing it is on record which text of the rules was read or explained; a
    district and channel in which nothing was filed is left out."""

    as_of = Day(source="today")
    periods = ExplainedPeriod(source="total", many=True)
    places = ExplainedPlace(many=True)


class OpenHomeAnswer(Serializer[Any]):
    application = CharField(source="number")
    district = CharField()
    filed_on = Day()
    target_on = Day()
    whole_process_days = Count(source="days")
    holder = CharField()


class LoadedAnswer(Serializer[Any]):
    """A calendar, or rules, that were let in."""

    version = CharField()
    hash = CharField(help_text="SHA-256 of its texts")
    loaded_at = Instant()
    changes = serializers.ListField(child=CharField())
    reason = CharField()
    approved_role = MaybeText(
        read_only=True, help_text="the right under which somebody let it in; null: the system"
    )
    entry = Number(help_text="of the record; null: loaded before the record began")
    clocks_moved = Count(source="moved")
    clocks_made_final = Count(source="settled")
