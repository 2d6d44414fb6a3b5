"""Every key of the rules is read: another value is another behaviour."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any, Final

import pytest

from applications.appointments.slots import offered, remind_at
from applications.rentals.actions import longest_rental
from documents.actions import most_pixels
from money.prices.notice import Notice
from oversight import publicity
from oversight.detectors import DETECTORS
from oversight.serializers import bounds
from reliability.rules import (
    arrival_minutes,
    asked_beyond,
    defect_days,
    joining,
    notice_days,
    notice_hours,
    often,
    target,
)
from rules import registry
from rules.advice import advised_permits
from rules.book import Book
from rules.commitments import commitment_rules
from rules.names import Kind, Permit, Route, Stage
from rules.packages import lengths_differ, permit_package, route_documents
from rules.policy import Policy, decide_permit
from rules.values import PUBLISHED_ANEW, Key, Shape, Value, keys_of
from rules.works import FLAGS, GREENINGS, HIGHWAY_CLASSES, ROADS, Works
from tests.applications import test_asked_again as cases
from tests.applications import test_enquiries as enquiries
from tests.applications import test_follow_ups as follow_ups
from tests.applications import test_ratings as ratings
from tests.applications import test_waiting as waiting
from tests.applications.licences import test_reuse as accepted
from tests.applications.plans import test_plans as plans
from tests.applications.referrals import test_referrals as referrals
from tests.approvals import test_exclusions as exclusions
from tests.approvals import test_roads as roads
from tests.deadlines import test_silence as silence
from tests.money import test_complaints as complaints
from tests.oversight import test_interruptions as interruptions
from tests.oversight import test_orderly as orderly
from tests.reliability import test_known_outages as known
from tests.reliability import test_outages as outages
from tests.reliability import test_reports as reports
from tests.reliability import test_suggestions as suggestions
from tests.rules import test_districts as districts
from tests.rules.in_force import changed

ON: Final = date(2023, 1, 2)
APPOINTED: Final = datetime(2023, 1, 2, 9, tzinfo=UTC)
DISTRICT: Final = "510302"
Seen = Callable[[Policy], Any]

BOOK: Final = Book.from_files("zigong")
#: Keys that are data so far, each with the capability that will read it. It only gets shorter.
WAITING: Final[Mapping[str, str]] = {
    "plan.validity_months.low": "none: a low-voltage case has no plan that could lapse",
    "permit.delivery.days": "09: the decision handed over",
}
#: Keys whose change is seen in a case or a whole book, by the test that sees it.
ELSEWHERE: Final[Mapping[str, Callable[..., None]]] = {
    "case.supplement.requests": cases.test_a_case_is_asked_as_often_as_its_rules_say,
    **dict.fromkeys(
        ("no_dig.new_years", "no_dig.overhauled_years"), roads.test_how_many_years_the_rules_say
    ),
    "document.reuse.months": accepted.test_it_serves_for_as_long_as_the_rules_say,
    "rating.reason_to": ratings.test_which_levels_need_words_the_rules_say,
    "outage.again_days": outages.test_within_how_many_days_the_rules_say,
    "monitoring.margin_minutes": suggestions.test_how_long_before_a_plan_the_rules_say,
    "outage.live_natures": outages.test_what_could_be_done_live_says_why_it_is_not,
    "enquiry.answer.days": enquiries.test_how_many_days_the_rules_say,
    "charge.complaint.days": complaints.test_how_many_days_the_rules_say,
    **dict.fromkeys(
        ("orderly.district.days", "orderly.again.days"),
        orderly.test_by_when_a_district_hands_in_the_rules_say,
    ),
    "interruption.complaint.days": interruptions.test_how_many_days_the_rules_say,
    **dict.fromkeys(
        (row.key for row in BOOK.rows("report.office.")),
        reports.test_another_office_where_the_rules_say_so,
    ),
    **dict.fromkeys(
        (row.key for row in BOOK.rows("report.hears.")), reports.test_whose_it_is_the_rules_say
    ),
    **dict.fromkeys(
        (row.key for row in BOOK.rows("report.days.")), reports.test_how_many_days_the_rules_say
    ),
    "report.double.metres": reports.test_what_may_be_the_same_is_proposed,
    "report.double.hours": reports.test_how_near_in_time_the_rules_say,
    "report.cluster.least": known.test_several_of_one_street_stand_first_until_an_outage_is_known,
    "report.oldest.days": reports.test_how_long_ago_it_may_be_the_rules_say,
    "rating.follow_up.days": follow_ups.test_how_many_days_the_rules_say,
    "referral.remind.days": referrals.test_after_how_many_days_the_rules_say,
    **dict.fromkeys(
        (row.key for row in BOOK.rows("waiting.")), waiting.test_after_how_many_days_the_rules_say
    ),
    "permit.supplement.requests": cases.test_a_permit_is_asked_as_often_as_its_rules_say,
    "boundary.grounds": plans.test_the_rules_say_for_what_the_boundary_is_extended,
    "plan.validity_months.high": plans.test_a_plan_holds_for_as_long_as_the_rules_say,
    "plan.prolongation_months.high": plans.test_a_plan_is_prolonged_as_far_as_the_rules_let,
    "permit.excluded_time.document": (
        exclusions.test_the_rules_say_whether_a_program_hands_it_in_too
    ),
    "permit.intake.silence": silence.test_where_the_rules_say_so_silence_is_late,
    "class.unset": districts.test_a_place_without_a_class_has_that_of_the_city,
}


@dataclass(frozen=True)
class Only:
    """The registry's books, where this policy holds at every time and place."""

    policy: Policy

    def newest(self) -> "Only":
        return self

    def in_force(self, **_where: Any) -> Policy:
        return self.policy


def routes(permit: Permit) -> Seen:
    """Of a thousand works that meet each threshold of the rules from both sides."""

    def see(policy: Policy) -> Any:
        bureau = policy.city.permit(permit).bureau
        answers = [decide_permit(policy.values, bureau, permit, each) for each in WORKS]
        limits = [
            policy.permit_limit(permit, route, voltage_kv=kv)
            for route, kv in product(
                {answer.route for answer in answers}, (None, Decimal(35), Decimal(36))
            )
        ]
        documents = [policy.permit_documents(permit, route) for route in Route]
        signed = [commitment_rules(policy, permit, route) for route in Route]
        package = permit_package(policy, permit, Route.REVIEW)
        looked_at = policy.review_points(permit), policy.refusal_clauses(permit), signed, package
        return [answer.route for answer in answers], answers[-1], limits, documents, looked_at

    return see


def kinds(policy: Policy) -> Any:
    sizes = ("micro", "small", "medium", "large")
    customers = [("person", None), *(("company", size) for size in sizes)]
    asked = product(customers, ("100", "160", "161", "200", "201"), ("low", "high"), (1, 2))
    return [
        policy.kind_for(
            applicant_type=who, enterprise_size=size, capacity_kw=Decimal(kw),
            voltage=voltage, sources=sources, purpose=purpose,
        )
        for ((who, size), kw, voltage, sources) in asked
        for purpose in ("residential", "commercial")
        if not (voltage == "low" and sources == 2)
    ]  # fmt: skip


def of_kind(kind: Kind) -> Seen:
    return lambda policy: (
        [limit.days for limit in policy.limits_of(kind)],
        policy.limit(kind),
        [(step.code, step.limit and step.limit.days) for step in policy.steps(kind)],
        [[need.code for need in policy.checklist(kind, stage)] for stage in Stage],
        [[item.code for item in policy.inspection(kind, stage)] for stage in Stage],
    )


def seen_by(name: str) -> Seen:
    """What the key called so can be seen in."""
    first, _dot, rest = name.partition(".")
    second = rest.partition(".")[0]
    if first in ("kind", "limit", "steps", "step", "documents", "inspection"):
        return of_kind(Kind(second))
    if first == "permit" and second in set(Permit):
        return routes(Permit(second))
    if first == "integrity":
        return DETECTORS[second].numbers
    if first == "two_people":
        return lambda policy: policy.before(rest)
    for prefix, see in FAMILIES.items():
        if name.startswith(prefix):
            return see
    raise AssertionError(f"nothing here looks at {name}: add where its change is seen")


def all_routes(policy: Policy) -> Any:
    return [routes(permit)(policy) for permit in Permit]


FAMILIES: Final[Mapping[str, Seen]] = {
    "appointment.remind": lambda policy: remind_at(policy, APPOINTED, APPOINTED - timedelta(9)),
    "appointment": lambda policy: offered(policy, ON),
    "three_zero": kinds,
    "commitment": all_routes,
    # A line that is taken on commitment is not filed.
    "filing.length_m": lambda policy: all_routes(
        changed(changed(policy, "filing.police", True), "commitment.police", False)
    ),
    "filing": lambda policy: all_routes(
        replace(
            policy,
            values={name: row for name, row in policy.values.items() if "commitment" not in name},
        )
    ),
    # It is asked where a district has a shorter limit for high voltage.
    "permit.high_kv": lambda policy: all_routes(
        changed(policy, "permit.planning.review.high_kv_days", 3)
    ),
    "rental.days.most": longest_rental,
    "permit.advice": advised_permits,
    "permit.package.route": route_documents,
    "permit.package.length_percent": lambda policy: [
        lengths_differ(policy, Decimal(1000), Decimal(1000 + metres)) for metres in range(0, 500, 5)
    ],
    "permit.set.days": Policy.set_limit,
    "permit.intake.days": Policy.intake_limit,
    "permit.excluded_time": Policy.excluded_grounds,
    "permit.legal.days": Policy.legal_limit,
    "permit.commitment": lambda policy: commitment_rules(policy, "greening", Route.COMMITMENT),
    "permit.extension.days": Policy.legal_limit,
    "permit.remedy.reconsideration": lambda policy: policy.remedy_term("reconsideration"),
    "permit.remedy.litigation": lambda policy: policy.remedy_term("litigation"),
    "counter.paper": Policy.signed_papers,
    "rectification.days": bounds,
    "upload.picture.pixels": lambda _policy: most_pixels(),
    "outage.notice_days": lambda _policy: notice_days(ON, DISTRICT),
    "outage.notice_hours_important": lambda _policy: notice_hours(ON, DISTRICT),
    "defect.days": lambda _policy: [
        defect_days(severity, ON, DISTRICT) for severity in ("critical", "serious", "ordinary")
    ],
    "repair.arrival_minutes": lambda _policy: [
        arrival_minutes(place, ON, DISTRICT) for place in ("urban", "town", "rural")
    ],
    "price.notice_months": lambda _policy: Notice.at(APPOINTED).first_day,
    "publicity": lambda _policy: [publicity.every(table, ON) for table in PUBLISHED_ANEW],
    "outage.asked_beyond_days": lambda _policy: asked_beyond(ON, DISTRICT),
    **{
        f"reliability.{name}": lambda _policy: joining(ON)
        for name in ("joined_minutes", "momentary_minutes", "momentary_limit")
    },
    "reliability.cemi_times": lambda _policy: often(ON),
    "reliability": lambda _policy: [
        target(ON, DISTRICT, place) for place in ("urban", "town", "rural")
    ],
    # Nothing sees these: they wait.
    **{name: lambda _policy: None for name in WAITING},
}


def at_and_beyond(unit: str) -> list[Decimal]:
    """The thresholds of a unit, and one more than each."""
    found = {Decimal(row.number) for row in BOOK.rows() if row.key.endswith(unit)}
    return sorted({Decimal(0)} | found | {number + 1 for number in found})


def works() -> Iterator[Works]:
    """Drawn once and for all; lengths and sums lie at and beside the city's thresholds."""
    draw = Random(7)
    edges, sums = at_and_beyond("_m"), at_and_beyond("_yuan")
    for _number in range(1500):
        road = draw.choice(ROADS)
        yield Works(
            voltage=draw.choice(("low", "high")),
            length_m=draw.choice(edges),
            excavation_m=draw.choice(edges),
            investment_yuan=draw.choice(sums),
            voltage_kv=draw.choice((None, Decimal(10), Decimal(35), Decimal(110))),
            road=road,
            highway_class=draw.choice(HIGHWAY_CLASSES) if road == "highway" else None,
            greening=draw.choice(GREENINGS),
            choose_review=frozenset(draw.sample(list(Permit), draw.choice((0, 0, 0, 1)))),
            **{flag: draw.random() < 0.5 for flag in FLAGS},
        )


WORKS: Final = tuple(works())


def others(key: Key, value: Value | None) -> list[Value]:
    """Other values that the key may have; where it has none, any."""
    match key.shape:
        case Shape.COUNT | Shape.NUMBER:
            number = value if isinstance(value, int | Decimal) else 0
            return [number + 1]
        case Shape.FLAG:
            return [not value]
        case Shape.WORD:
            return sorted(key.choices - {value})
    codes = value if isinstance(value, tuple) else ()
    return [tuple(sorted(set(codes) ^ {code})) for code in sorted(key.choices)]


@pytest.fixture
def policy(book: Book) -> Policy:
    return book.in_force(on=ON, district=DISTRICT)


def has_effect(policy: Policy, key: Key, monkeypatch: pytest.MonkeyPatch) -> bool:
    see, before = seen_by(key.name), policy.get(key.name)
    monkeypatch.setattr(registry, "_books", Only(policy))
    was = see(policy)
    for value in others(key, before.value if before else None):
        other = changed(policy, key.name, value)
        monkeypatch.setattr(registry, "_books", Only(other))
        try:
            same = see(other) == was
        except LookupError:  # what the other value asks for is not set
            same = False
        if not same:
            return True
    return False


#: Those that a decision sets, adopted or not.
KEYS: Final = {row.key: keys_of(BOOK.city)[row.key] for row in BOOK.rows()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(KEYS.keys() - ELSEWHERE.keys()))
def test_another_value_of_a_key_is_another_behaviour(
    policy: Policy, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_effect(policy, KEYS[name], monkeypatch) == (name not in WAITING)


def test_what_is_seen_elsewhere_or_waits_is_a_key() -> None:
    assert ELSEWHERE.keys() | WAITING.keys() <= KEYS.keys()
