"""What permits and line works look like: the API's answers, and the figures behind the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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

from accounts.models import User
from approvals.actions import PERMITS
from approvals.chases import ChaseAnswer
from approvals.commitments.answers import CommitmentAnswer, know_commitments
from approvals.decision import DecidedAnswer
from approvals.exclusions import ExclusionAnswer, exclusions
from approvals.legal_limit import legal_due_on
from approvals.models import LineWorks, Permit, Round
from approvals.opinions.answers import TallyAnswer
from approvals.opinions.queries import tallied, tally
from approvals.papers.queries import know_papers
from approvals.queries import PERMIT_KINDS, clocks_by_part, newest_rounds, set_limits
from approvals.seam import seam
from approvals.workflow import DECIDED, DECISION_KINDS, State
from core.answers import Instant, MaybeDay, MaybeInstant, MaybeText
from core.clock import city_now, local_date
from core.problems import Text
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, left_to
from rules.files import Clause
from rules.names import OFFICES, Level, Route
from rules.names import Permit as PermitCode
from workflow.buttons import ButtonSerializer, buttons

WHOSE_OFFICE: Final = "whose office of the bureau decides: the city's or the district's own"
Clocks = Mapping[tuple[UUID | None, str], Clock]
#: The word for a permit for which no limit runs now.
STILL: Final[Mapping[str, Text]] = {
    State.GRANTED: gettext_lazy("decided"),
    State.REFUSED: gettext_lazy("decided"),
    State.REVOKED: gettext_lazy("ended"),
    State.SUSPENDED: gettext_lazy("stands still by law"),
    State.AWAITING_SUPPLEMENT: gettext_lazy("waits for the supply company"),
    State.AWAITING_COMMITMENT: gettext_lazy("waits for the supply company"),
    State.WITHDRAWN: gettext_lazy("ended"),
}


@dataclass(frozen=True, slots=True)
class Times:
    intake_due_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    late: bool
    provisional: bool
    legal_due_on: date | None = None
    #: When they were read.
    at: datetime | None = field(default=None, compare=False)


def times(permit: Permit, clocks: Clocks, now: datetime) -> Times:
    intake = clocks.get((permit.ref, Clock.Kind.INTAKE))
    waiting = intake if intake and intake.state == Clock.State.RUNNING else None
    decision = decision_clock(permit, clocks)
    shown = decision if decision and decision.due_on else waiting
    return Times(
        intake_due_at=waiting.due_at if waiting else None,
        due_on=decision.due_on if decision else None,
        due_at=decision.due_at if decision else None,
        late=bool(decision and decision.is_late(now)),
        provisional=bool(shown and shown.provisional),
        legal_due_on=legal_due_on(permit),
        at=now,
    )


def decision_clock(permit: Permit, clocks: Clocks) -> Clock | None:
    found = (clocks.get((permit.ref, kind)) for kind in DECISION_KINDS)
    return next((clock for clock in found if clock), None)


def time_left(permit: Permit, clocks: Clocks, now: datetime) -> TimeLeft:
    """Of what the permit waits for now: of what runs out first, the whole set's limit included."""
    found = [clocks.get((permit.ref, kind)) for kind in PERMIT_KINDS]
    if set_limits(permit):
        found.append(clocks.get((permit.round.ref, Clock.Kind.SET)))
    running = [clock for clock in found if clock and clock.state == Clock.State.RUNNING]
    clock = min(running, key=lambda clock: clock.due_on or date.max, default=None)
    decision = decision_clock(permit, clocks)
    late = bool(decision and decision.is_late(now))
    if clock is None or clock.due_on is None:
        passed = decision if late else passed_before(permit, clocks, now)
        return standing_still(permit, passed, now)
    late = late or clock.past(now)
    return TimeLeft(
        limit=clock.limit_days,
        left=0 if late else left_to(clock.due_on, now),
        due_on=clock.due_on,
        late=late,
        days_late=max((local_date(now) - clock.due_on).days, 0),
    )


def passed_before(permit: Permit, clocks: Clocks, now: datetime) -> Clock | None:
    """The limit of the set, where it was passed before the permit stood still (`late_at`)."""
    is_late = permit.late_at is not None and permit.late_at <= now
    return clocks.get((permit.round.ref, Clock.Kind.SET)) if is_late else None


def standing_still(permit: Permit, late: Clock | None, now: datetime) -> TimeLeft:
    """`late`: the limit of its decision, where it is past; it does not stop being so."""
    still = str(STILL.get(permit.state, _("no limit")))
    if late is None or late.last_day is None:
        return TimeLeft(still=still)
    if permit.state in DECIDED:
        return TimeLeft(late=True, still=_("decided late"))
    days = (local_date(now) - late.last_day).days
    word = TimeLeft(limit=late.limit_days, late=True, days_late=days).word
    values = {"late": word, "still": still}
    text = _("%(late)s; %(still)s") % values
    return TimeLeft(late=True, still=text, days_late=days)


def clause_of(clause: Mapping[str, str]) -> str:
    return str(Clause(zh=clause["zh"], en=clause["en"]))


@dataclass(frozen=True, slots=True)
class Member:
    """One of the seven permits of a round; id and times where somebody has to decide it."""

    permit: str
    route: str
    clause: str
    bureau: str
    limit_days: int | None
    state: str | None
    level: str
    carried_over: bool = False
    id: int | None = None
    times: Times | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    round: Round
    permits: list[Member]
    set_due_on: date | None
    set_due_at: datetime | None
    set_late: bool


class _Identified(Serializer[Any]):
    id = IntegerField()


class DecisionAnswer(Serializer[Any]):
    """What the rules answer for one permit of a line."""

    permit = ChoiceField([str(code) for code in PermitCode])
    route = ChoiceField([str(route) for route in Route])
    clause = CharField()
    bureau = CharField()
    level = ChoiceField([str(level) for level in OFFICES], help_text=WHOSE_OFFICE)
    limit_days = IntegerField(allow_null=True)
    state = ChoiceField(State.choices, allow_null=True)
    carried_over = BooleanField()


class _TimesAnswer(Serializer[Any]):
    intake_due_at = MaybeInstant(source="times.intake_due_at")
    due_on = MaybeDay(source="times.due_on")
    due_at = MaybeInstant(source="times.due_at")
    late = BooleanField(source="times.late")
    provisional = BooleanField(source="times.provisional")
    legal_due_on = MaybeDay(source="times.legal_due_on")


DECIDED_ONLY: Final = tuple(DecisionAnswer().fields)


class MemberAnswer(_Identified, DecisionAnswer, _TimesAnswer):
    """One of the seven permits of a round; `id` and times where somebody has to decide it."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in fields.keys() - set(DECIDED_ONLY):
            fields[name].required = False
        return fields

    def to_representation(self, instance: Member) -> dict[str, Any]:
        found = super().to_representation(instance)
        return found if instance.times else {name: found[name] for name in DECIDED_ONLY}


class _PermitHead(_Identified):
    application = CharField(source="line_works.application")
    line_works = IntegerField(source="line_works_id")
    round = IntegerField(source="round.number")
    permit = ChoiceField([str(code) for code in PermitCode])
    bureau = CharField()
    level = ChoiceField([str(level) for level in OFFICES], help_text=WHOSE_OFFICE)
    district = CharField()
    route = ChoiceField([str(route) for route in Route])
    state = ChoiceField(State.choices)
    clause = SerializerMethodField()
    limit_days = IntegerField(allow_null=True)
    received_at = Instant()
    accepted_at = MaybeInstant()
    deemed_accepted = BooleanField()

    def get_clause(self, permit: Permit) -> str:
        return clause_of(permit.clause)


class ListedAnswer(Serializer[Any]):
    """A document that may be asked for, or a clause by which a permit can be refused: named by
    either."""

    code = CharField()
    name = CharField()


class PermitAnswer(_PermitHead, _TimesAnswer, DecidedAnswer):
    """A permit as one person sees it."""

    refusal_clauses = ListedAnswer(many=True, read_only=True)
    handed_out_at = MaybeInstant(help_text="At the window of a service hall.")
    handed_out_to = MaybeText(help_text="`company` or `applicant`")
    extended_at = MaybeInstant()
    extension_reason = MaybeText()
    supplement_items = ListField(child=CharField())
    checklist = ListedAnswer(source="documents.listed", many=True, allow_null=True, read_only=True)
    carried_over = BooleanField()
    chases = ChaseAnswer(many=True, read_only=True)
    opinions = TallyAnswer(source="tally", read_only=True)
    commitment = CommitmentAnswer(source="told_commitment", allow_null=True, read_only=True)
    excluded = ExclusionAnswer(source="exclusions", many=True, read_only=True)
    actions = ButtonSerializer(many=True, read_only=True)
    version = IntegerField()


class WorksAnswer(Serializer[Any]):
    """The declared works, in the words of their body."""

    voltage = CharField()
    length_m = FloatField()
    excavation_m = FloatField()
    investment_yuan = FloatField()
    voltage_kv = FloatField(allow_null=True)
    in_planned_area = BooleanField()
    along_municipal_road_or_duct = BooleanField()
    in_adopted_plan = BooleanField()
    start_report_approved = BooleanField()
    road = CharField()
    highway_class = CharField(allow_null=True)
    existing_road = BooleanField()
    occupies_road = BooleanField()
    crosses_road = BooleanField()
    greening = CharField()
    choose_review = ListField(child=CharField())
    none = BooleanField()


class LineWorksAnswer(Serializer[Any]):
    """Line works with one of their rounds and all seven permits of it."""

    id = IntegerField(source="round.line_works.pk")
    application = CharField(source="round.line_works.application")
    district = CharField(source="round.line_works.district")
    voltage = CharField(source="round.line_works.voltage")
    state = ChoiceField(LineWorks.State.choices, source="round.line_works.state")
    round = IntegerField(source="round.number")
    works = WorksAnswer(source="round")
    opened_at = Instant(source="round.opened_at")
    joined_at = MaybeInstant(source="round.joined_at")
    refused = BooleanField(source="round.refused")
    set_due_on = MaybeDay()
    set_due_at = MaybeInstant()
    set_late = BooleanField()
    permits = MemberAnswer(many=True)
    version = IntegerField(source="round.line_works.version")


def permits_json(permits: Iterable[Permit], user: User) -> list[dict[str, Any]]:
    """As one person sees them; eight queries at most, however many there are."""
    rows = list(permits)
    prefetch_related_objects(rows, "excluded__files", "chases", tallied())
    clocks, now = clocks_by_part(permit.ref for permit in rows), city_now()
    know_commitments(rows, now)
    refs = {permit.case_ref for permit in rows}
    own, left = seam.cases.concerned(refs, user), seam.cases.left(refs, user)
    know_papers(rows)
    for permit in rows:
        ref = permit.case_ref
        permit.is_known(user, concerns=ref in own, left=left.get(ref))
        permit.times, permit.exclusions = times(permit, clocks, now), exclusions(permit, now)
        permit.actions, permit.tally = buttons(PERMITS, permit, user), tally(permit.opinions.all())
    return list(PermitAnswer(rows, many=True).data)


def know_excluded(permits: Iterable[Permit]) -> None:
    """What the last day of an extended limit is counted without; one query, and mostly none."""
    prefetch_related_objects([permit for permit in permits if permit.extended_at], "excluded")


def case_permits(case_ref: UUID) -> list[dict[str, Any]]:
    """The permits of a case's newest round, exempt and unneeded ones included."""
    line = LineWorks.objects.filter(case_ref=case_ref).first()
    if line is None:
        return []
    round_ = newest_rounds([line])[line.pk]
    permits = list(round_.permits.all())
    know_excluded(permits)
    clocks = clocks_by_part(permit.ref for permit in permits)
    return list(MemberAnswer(_members(round_, permits, clocks, city_now()), many=True).data)


def _members(
    round_: Round, permits: Iterable[Permit], clocks: Clocks, now: datetime
) -> list[Member]:
    rows = {permit.permit: permit for permit in permits}
    members = []
    for answer in round_.routes:
        code, route, bureau = answer["permit"], answer["route"], answer["bureau"]
        clause = clause_of(answer["clause"])
        level = answer.get("level", Level.CITY)
        member = Member(code, route, clause, bureau, answer["limit_days"], None, level)
        if permit := rows.get(code):
            member = replace(
                member,
                clause=clause_of(permit.clause),
                limit_days=permit.limit_days,
                state=permit.state,
                level=permit.level,
                carried_over=permit.carried_over,
                id=permit.pk,
                times=times(permit, clocks, now),
            )
        members.append(member)
    return members


def round_json(round_: Round) -> dict[str, Any]:
    permits = list(round_.permits.order_by("id"))
    know_excluded(permits)
    clocks = clocks_by_part([round_.ref, *(permit.ref for permit in permits)])
    return works_json(round_, permits, clocks, city_now())


def many_works_json(lines: Iterable[LineWorks]) -> list[dict[str, Any]]:
    """Each with its newest round; the same few queries however many."""
    rows = list(lines)
    rounds = newest_rounds(rows)
    permits = [permit for round_ in rounds.values() for permit in round_.permits.all()]
    know_excluded(permits)
    clocks = clocks_by_part(
        [*(permit.ref for permit in permits), *(round_.ref for round_ in rounds.values())]
    )
    now = city_now()
    newest = [rounds[line.pk] for line in rows]
    posted = [_posted(round_, round_.permits.all(), clocks, now) for round_ in newest]
    return list(LineWorksAnswer(posted, many=True).data)


def works_json(
    round_: Round, permits: Iterable[Permit], clocks: Clocks, now: datetime
) -> dict[str, Any]:
    return LineWorksAnswer(_posted(round_, permits, clocks, now)).data


def _posted(round_: Round, permits: Iterable[Permit], clocks: Clocks, now: datetime) -> Posted:
    the_set = clocks.get((round_.ref, Clock.Kind.SET))
    return Posted(
        round=round_,
        permits=_members(round_, permits, clocks, now),
        set_due_on=the_set.due_on if the_set else None,
        set_due_at=the_set.due_at if the_set else None,
        set_late=bool(the_set and the_set.is_late(now)),
    )
