"""What programs are told: clocks (`explain.Explanation`) and custody (`timeline.Timeline`)."""

from typing import Any

from rest_framework import serializers

from core.answers import Day, Instant, MaybeChoice
from deadlines.custody import HOLDERS
from deadlines.delay import Days
from deadlines.explain import LINES
from deadlines.models import Clock
from rules.names import Permit
from rules.warnings import Circle

CLOCKS = Clock.Kind.values


class DayAndReasonSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    why = serializers.CharField(help_text="the notice, or the day of the week")


class ExplanationLineSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(LINES)
    text = serializers.CharField()
    at = Instant(allow_null=True, help_text="the instant that it speaks of")
    clause = serializers.CharField(allow_blank=True)
    dates = DayAndReasonSerializer(many=True)


class ExplanationSerializer(serializers.Serializer[Any]):
    clock = serializers.ChoiceField(CLOCKS, source="kind")
    name = serializers.CharField()
    lines = ExplanationLineSerializer(many=True)
    text = serializers.CharField()
    rules_version = serializers.CharField()
    calendar_version = serializers.CharField()


class CaseExplanationSerializer(ExplanationSerializer):
    part = serializers.UUIDField(allow_null=True, help_text="the permit or round that it is of")


class DaysSerializer(serializers.Serializer[Days]):
    calendar_days = serializers.IntegerField(source="calendar")
    working_days = serializers.IntegerField(source="working")


class WaitedForSerializer(serializers.Serializer[Any]):
    permits = serializers.ListField(child=serializers.CharField())
    calendar_days = serializers.IntegerField()
    working_days = serializers.IntegerField()


class DelaySerializer(serializers.Serializer[Any]):
    """Whose the days past a last day were; each is counted once."""

    last_day = Day()
    until = Day()
    calendar_days = serializers.IntegerField(source="total.calendar")
    working_days = serializers.IntegerField(source="total.working")
    by_holder = serializers.DictField(child=DaysSerializer())
    waited_for = WaitedForSerializer(many=True)
    text = serializers.CharField()


class CustodySpanSerializer(serializers.Serializer[Any]):
    """A span in which one party held a case, or in which a permit stood in one state."""

    holder = serializers.ChoiceField(HOLDERS, allow_null=True)
    phase = serializers.CharField(allow_null=True, help_text="the state of the permit")
    locals()["from"] = Instant(source="start")  # a word of Python's
    to = Instant(source="end", allow_null=True)
    began = serializers.CharField(allow_null=True)
    ended = serializers.CharField(allow_null=True)
    working_days = serializers.IntegerField()
    not_counted = DayAndReasonSerializer(many=True, source="days_off")
    made_up = DayAndReasonSerializer(many=True, source="make_up")
    used = serializers.IntegerField(allow_null=True)
    gap = serializers.BooleanField()
    earlier_filing = serializers.BooleanField(source="earlier")


class HolderDaysSerializer(serializers.Serializer[Any]):
    supplier = serializers.IntegerField()
    applicant = serializers.IntegerField()
    government = serializers.IntegerField()


class CustodySerializer(serializers.Serializer[Any]):
    """Who held a case, or a permit, when."""

    spans = CustodySpanSerializer(many=True)
    by_holder = HolderDaysSerializer(source="totals.by_holder")
    gross_days = serializers.IntegerField(source="totals.gross")
    net_days = serializers.IntegerField(source="totals.net")
    calendar_version = serializers.CharField(source="table.version")
    delay = DelaySerializer(allow_null=True)


class LatePartSerializer(serializers.Serializer[Any]):
    permit = serializers.ChoiceField(list(Permit), source="code")
    bureau = serializers.CharField()
    part = serializers.UUIDField(source="ref")
    delay = DelaySerializer()


class CaseCustodySerializer(CustodySerializer):
    permits = LatePartSerializer(many=True, source="late_parts")


class ToldCircleSerializer(serializers.Serializer[Any]):
    """How many people, and how many messages became what."""

    circle = MaybeChoice([circle.value for circle in Circle])
    persons = serializers.IntegerField()
    arrived = serializers.IntegerField()
    sent = serializers.IntegerField()
    waiting = serializers.IntegerField()
    unknown = serializers.IntegerField()
    given_up = serializers.IntegerField()


class ToldMarkSerializer(serializers.Serializer[Any]):
    """Who was warned of a clock at one of its marks."""

    clock = serializers.ChoiceField(CLOCKS)
    name = serializers.CharField()
    mark = serializers.CharField()
    on = Day()
    told_at = Instant()
    circles = ToldCircleSerializer(many=True)


class PermitClocksSerializer(serializers.Serializer[Any]):
    clocks = ExplanationSerializer(many=True)
    holding = CustodySerializer()
    warnings = ToldMarkSerializer(many=True)


class CaseClocksSerializer(serializers.Serializer[Any]):
    clocks = CaseExplanationSerializer(many=True)
    holding = CaseCustodySerializer()
    warnings = ToldMarkSerializer(many=True)
