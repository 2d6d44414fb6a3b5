"""What a case looks like to whoever may see it: the API's answer and the pages' source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
    Serializer,
    SerializerMethodField,
    UUIDField,
)

from accounts.models import User
from accounts.roles import COMPANY
from applications import checklist
from applications.actions import CASES
from applications.assignments.answers import ManagerAnswer
from applications.custody import custody_of
from applications.declaration import KINDS
from applications.licences.answers import AcceptedAnswer, FetchingAnswer
from applications.licences.ways import NONE, ways_of
from applications.models import Application, Remark
from applications.queries import may_see
from applications.receipts.lookup import receipt_of
from applications.states import BROKEN_OFF, HIGH, NOBODY, NOT_ACCEPTED, Holder, State
from applications.supply import queries as supply
from applications.waiting.workflow import is_reminded
from approvals.answers import MemberAnswer, case_permits
from core.answers import Count, Instant, MaybeChoice, MaybeDay, MaybeInstant, MaybeText
from core.clock import city_now
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.queries import clocks_of, days_used
from deadlines.serializers import CaseClocksSerializer
from documents.models import Document
from documents.queries import about
from ledger.queries import Event, timeline
from notifications.told import marks_told, told_json
from rules.names import VOLTAGES, Measure
from rules.policy import Limit, Requirement
from workflow.buttons import ButtonSerializer, buttons


@dataclass(frozen=True, slots=True)
class Times:
    """The time fields of a case, all at one instant."""

    handling_days: int
    whole_process_days: int
    due_on: date | None
    due_at: datetime | None
    late: bool
    past_target: bool
    provisional: bool


def times(
    clocks: Mapping[tuple[UUID | None, str], Clock], limit: Limit | None, now: datetime
) -> Times:
    """Return the times from the clocks, by (part, kind); zeros before `submit`.

    A limit of handling time has a due day only while the supply company has the case."""
    whole = clocks.get((None, Clock.Kind.WHOLE_PROCESS))
    handling = clocks.get((None, Clock.Kind.HANDLING))
    limited = handling if limit and limit.measure == Measure.HANDLING else whole
    due = (
        limited if limited and (limited is whole or limited.state == Clock.State.RUNNING) else None
    )
    used = days_used([clock for clock in (whole, handling) if clock], now)
    return Times(
        handling_days=used[handling.pk] if handling else 0,
        whole_process_days=used[whole.pk] if whole else 0,
        due_on=due.due_on if due else None,
        due_at=due.due_at if due else None,
        late=bool(limited and limited.is_late(now)),
        past_target=bool(limited and limited.target and limited.past(now)),
        provisional=bool(due and due.due_on and due.provisional),
    )


class CaseRow(Serializer[Any]):
    """What a list shows of a case: nothing personal."""

    number = CharField()
    kind = MaybeChoice(KINDS)
    voltage = MaybeChoice(VOLTAGES)
    state = ChoiceField(State.choices)
    holder = MaybeChoice(Holder.choices)
    held_since = SerializerMethodField()
    district = MaybeText()
    channel = ChoiceField(Application.Channel.choices)
    filed_at = MaybeInstant()
    rules_version = MaybeText()
    party = SerializerMethodField()

    @extend_schema_field(IntegerField(allow_null=True))
    def get_party(self, case: Application) -> int | None:
        """Whose application it is, told to those who act for that party."""
        held = case.office_id is None and self.context["user"].right_for(case.filed_by_id, case.ref)
        return case.filed_by_id if held else None

    def get_held_since(self, case: Application) -> datetime | None:
        return case.held_since if case.holder else None


class LimitAnswer(Serializer[Any]):
    """A limit as the contract shows it."""

    measure = CharField(source="measure.value")
    statistic = CharField(source="statistic.value")
    days = Count()
    clause = CharField()


class _Limits(Serializer[Any]):
    continues = SerializerMethodField()
    limits = SerializerMethodField()

    @extend_schema_field(CharField(allow_null=True))
    def get_continues(self, case: Application) -> str | None:
        """None also where the earlier case is another account's, whose number this one is not."""
        before = case.continues
        if before is None or not may_see(before, self.context["user"]):
            return None
        return before.number

    @extend_schema_field(LimitAnswer(many=True))
    def get_limits(self, case: Application) -> Any:
        """None as long as a draft is of no kind yet."""
        policy = self.context["policy"]
        return LimitAnswer(policy.limits_of(case.kind) if policy else [], many=True).data


class _TimesAnswer(Serializer[Any]):
    handling_days = Count(source="times.handling_days")
    whole_process_days = Count(source="times.whole_process_days")
    due_on = MaybeDay(source="times.due_on")
    due_at = MaybeInstant(source="times.due_at")
    late = BooleanField(source="times.late")
    past_target = BooleanField(source="times.past_target")
    provisional = BooleanField(source="times.provisional")


class NeedAnswer(Serializer[Any]):
    """One document of the checklist and whether it is there."""

    requirement = CharField(source="code")
    name = CharField()
    met = SerializerMethodField()
    library = SerializerMethodField()
    accepted = SerializerMethodField()

    def get_met(self, need: Requirement) -> bool:
        return need.code in self.context["here"]

    @extend_schema_field(FetchingAnswer(allow_null=True))
    def get_library(self, need: Requirement) -> Any:
        """The licence that `documents/fetch/` asks for; null where that is not offered."""
        found = self.context["ways"].get(need.code, NONE).fetching
        return FetchingAnswer(found).data if found else None

    @extend_schema_field(AcceptedAnswer(allow_null=True))
    def get_accepted(self, need: Requirement) -> Any:
        """What `documents/reuse/` uses again; null where nothing serves."""
        found = self.context["ways"].get(need.code, NONE).accepted
        return AcceptedAnswer(found).data if found else None


class _Waiting(Serializer[Any]):
    """Of what it waits for from the applicant, or waited for when it was closed."""

    reminded_at = SerializerMethodField()
    closable_on = SerializerMethodField()
    closing_reason = MaybeText()

    @extend_schema_field(MaybeInstant())
    def get_reminded_at(self, case: Application) -> datetime | None:
        return case.reminded_at if is_reminded(case) else None

    @extend_schema_field(MaybeDay())
    def get_closable_on(self, case: Application) -> date | None:
        """The first day on which the case may be closed, if nothing comes; null: it may not be."""
        return case.closable_on if is_reminded(case) else None


class _ForOne(Serializer[Any]):
    documents = SerializerMethodField()
    permits = SerializerMethodField()
    managers = SerializerMethodField()
    actions = SerializerMethodField()
    remarks = ListField(child=ChoiceField(Remark.choices))
    version = IntegerField()

    @extend_schema_field(NeedAnswer(many=True))
    def get_documents(self, case: Application) -> Any:
        files = list(about(checklist.SUBJECT, case.pk))
        context = {
            "here": checklist.met(case, files),
            "ways": ways_of(case, self.context["user"], files),
        }
        return NeedAnswer(case.requirements(), many=True, context=context).data

    @extend_schema_field(MemberAnswer(many=True))
    def get_permits(self, case: Application) -> Any:
        return case_permits(case.ref)

    @extend_schema_field(ManagerAnswer(many=True))
    def get_managers(self, case: Application) -> Any:
        of_company = self.context["user"].role_in(*COMPANY, district=case.district) is not None
        rows = case.assigned.values() if case.kind in HIGH else ()
        return ManagerAnswer(rows, many=True, context={"of_company": of_company}).data

    @extend_schema_field(ButtonSerializer(many=True))
    def get_actions(self, case: Application) -> Any:
        found = buttons(CASES, case, self.context["user"]) if case.kind else []
        return ButtonSerializer(found, many=True).data


class _Supply(Serializer[Any]):
    not_reserved = SerializerMethodField()

    @extend_schema_field(MaybeText())
    def get_not_reserved(self, case: Application) -> str | None:
        """Why nothing of the grid is reserved for the case; null where something is, before the
        case is accepted, and where it has ended and nothing ever was."""
        if case.state in NOT_ACCEPTED - BROKEN_OFF or supply.reserved(case):
            return None
        return supply.not_reserved(case) or None


class CaseAnswer(CaseRow, _Limits, _TimesAnswer, _Waiting, _Supply, _ForOne):
    """The whole answer about a case for one person."""


class EventAnswer(Serializer[Any]):
    """One step of the timeline, with the number of its receipt if it has one."""

    seq = Count()
    at = Instant()
    recorded_at = Instant()
    type = CharField()
    role = CharField()
    locals()["from"] = MaybeText(source="from_state")  # a word of Python's
    to = MaybeText(source="to_state")
    holder = SerializerMethodField()
    clock = MaybeText()
    part = UUIDField(allow_null=True)
    receipt = SerializerMethodField()

    def get_holder(self, event: Event) -> str | None:
        return None if event.holder == NOBODY else event.holder or None

    def get_receipt(self, event: Event) -> str | None:
        return receipt_of(self.context["number"], event)


class _Numbered(Serializer[Any]):
    number = CharField()


class _Events(Serializer[Any]):
    events = SerializerMethodField()

    @extend_schema_field(EventAnswer(many=True))
    def get_events(self, case: Application) -> Any:
        context = {"number": case.number}
        return EventAnswer(timeline(case.ref), many=True, context=context).data


class TimelineAnswer(_Numbered, _TimesAnswer, _Events):
    """The times of a case and every step of it, oldest first."""


class PolicyAnswer(Serializer[Any]):
    """The rules of a case as one text; `explained` is the digest of the text that was read or
    explained before the filing, null where that is not recorded."""

    rules_version = CharField()
    language = CharField()
    text = CharField()
    sha256 = CharField()
    explained = MaybeText()


class DocumentAnswer(Serializer[Any]):
    """A stored file: never its name."""

    id = IntegerField()
    requirement = CharField()
    content_type = CharField()
    size = IntegerField()
    sha256 = CharField()
    received_sha256 = SerializerMethodField()
    source = ChoiceField(Document.Source.choices)  # type: ignore[assignment]
    valid_until = MaybeDay()
    uploaded_at = Instant()
    scan = ChoiceField(Document.Scan.choices)

    def get_received_sha256(self, document: Document) -> str:
        """Of the file as it came; `sha256` is of what is kept of it."""
        return document.received_sha256 or document.sha256


class FoundCases(Serializer[Any]):
    """What fits a search; `complete` where there are no others."""

    results = CaseRow(many=True)
    complete = BooleanField()


def rows_json(cases: Iterable[Application], user: User) -> Any:
    return CaseRow(cases, many=True, context={"user": user}).data


def case_json(case: Application, user: User) -> dict[str, Any]:
    now = city_now()
    policy = case.rules(now) if case.kind else None
    case.times = times(clocks_of(case.ref), policy.limit(case.kind) if policy else None, now)
    return CaseAnswer(case, context={"policy": policy, "user": user}).data


def timeline_json(case: Application) -> dict[str, Any]:
    now = city_now()
    limit = case.rules(now).limit(case.kind) if case.kind else None
    case.times = times(clocks_of(case.ref), limit, now)
    return TimelineAnswer(case).data


def clocks_json(case: Application) -> dict[str, Any]:
    now = city_now()
    rows = list(Clock.objects.filter(case_ref=case.ref).order_by("part", "id"))
    own_first = sorted(rows, key=lambda clock: clock.part is not None)
    told = {
        "clocks": [explain(clock, now) for clock in own_first],
        "holding": custody_of(case, timeline(case.ref), own_first, now),
        "warnings": told_json(marks_told(own_first)),
    }
    found: dict[str, Any] = CaseClocksSerializer(told).data
    return found
