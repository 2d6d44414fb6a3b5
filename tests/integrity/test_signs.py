"""Each sign shows what it is for, and not what only comes near it."""

from datetime import date

import pytest

from core.place import acting_from
from integrity.models import Evidence, Signal
from integrity.signs import SIGNS
from ledger.models import Entry
from rules.names import Kind
from rules.policy import Policy
from rules.registry import current
from tests.builders import do, filed
from tests.integrity import scenes
from tests.integrity.scenes import FIRES, MISSES, People, Scene, found, scanned
from tools.scenarios import SHOP


def test_every_sign_has_a_scene_and_a_near_miss() -> None:
    assert set(FIRES) == set(SIGNS)
    assert {sign for sign, _name, _scene in MISSES} == set(SIGNS)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_shows(city: People, sign: str) -> None:
    FIRES[sign](city)
    [signal] = found(sign)
    assert (signal.state, signal.district) == ("open", "510302")
    assert SIGNS[sign].say(signal.facts)
    assert signal.thresholds == {
        name: int(row.number) for name, row in (SIGNS[sign].rows(_policy()) or {}).items()
    }
    assert signal.rules_version == _policy().version


def _policy() -> Policy:
    return current().in_force(on=date(2026, 11, 2))


@pytest.mark.parametrize(
    ("sign", "scene"),
    [pytest.param(sign, scene, id=f"{sign}: {name}") for sign, name, scene in MISSES],
)
def test_a_near_miss_does_not(city: People, sign: str, scene: Scene) -> None:
    scene(city)
    assert found(sign) == []


def kinds(signal: Signal) -> list[str]:
    """The types of the entries behind a signal, in the order of the record."""
    ids = Evidence.objects.filter(signal=signal).values("entry_id")
    return list(Entry.objects.filter(pk__in=ids).order_by("pk").values_list("type", flat=True))


def test_the_entries_behind_a_signal_are_those_that_it_speaks_of(city: People) -> None:
    case = scenes.on_site(city, last="10:05:30")
    [signal] = found("steps_in_minutes")
    assert kinds(signal) == [
        "case.accepted", "case.contract_signed", "case.line_works_posted", "case.works_started",
    ]  # fmt: skip
    assert signal.case_ref == case.ref
    assert signal.party == "supplier"
    assert signal.facts == {"steps": 4, "minutes": 6}


def test_what_follows_within_the_span_joins_the_same_signal(city: People) -> None:
    case = scenes.on_site(city)
    first = found("steps_in_minutes")
    do(city, case, "energise")
    assert found("steps_in_minutes") == first
    assert kinds(first[0])[-1] == "case.energised"


def test_the_same_again_later_is_another_signal(city: People) -> None:
    scenes.places(city)
    scenes.set_clock("2026-11-02T14:00")
    scenes.places(city, last="2026-11-02T14:10")
    assert len(found("account_in_several_places")) == 2


def test_a_permit_is_explained_by_its_bureau(city: People) -> None:
    scenes.second_stay(city)
    [signal] = found("supplement_in_last_hour")
    assert (signal.party, signal.facts) == ("planning", {"time": "17:30"})
    scenes.set_clock("2026-11-16T09:00")
    scenes.pauses(city, begins="2026-11-16T10:00", last="2026-11-16T10:30")
    [bunch] = found("pauses_in_bunches")
    assert (bunch.party, bunch.facts["permits"]) == ("planning", 5)


def test_work_spread_over_the_month_is_no_burst_at_its_end(city: People) -> None:
    scenes.month_end(city, steps=30, before=64)
    assert found("period_end_burst") == []


def test_a_withdrawn_case_does_not_count_at_an_address(city: People) -> None:
    cases = scenes.neighbours(city, kw=50)
    do(city, cases[0], "withdraw", reason="改主意")
    shop = SHOP | {"id_number": "91510300MA60000014", "phone": "13800001234"}
    address = {"district": "510302", "line": cases[0].address_line}
    filed(city, Kind.LV_SMALL, address=address, applicant=shop, capacity_kw=55)
    assert found("small_cases_at_one_address") == []


def test_an_applicant_may_act_from_anywhere(city: People) -> None:
    for number in range(4):
        with acting_from(f"10.{number}.0.1"):
            filed(city, Kind.LV_OTHER)
    assert found("account_in_several_places") == []


def test_a_signal_says_nothing_of_a_person(city: People) -> None:
    scenes.places(city)
    scenes.neighbours(city)
    signals = scanned()
    assert {signal.sign for signal in signals} == {
        "account_in_several_places", "small_cases_at_one_address",
    }  # fmt: skip
    for signal in signals:
        assert signal.subject not in {str(user.pk) for user in city.values()}
        assert len(signal.subject) in (32, 64)
        assert signal.case_ref is None
