"""The scan: late or prompt, in one piece or in many, alone or beside others: the same signals."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from applications.states import State
from ledger.models import Entry, Salt
from ledger.record import commit_to_text
from ledger.verify import verify
from notifications.models import Outbox
from oversight import tasks
from oversight.detectors import DETECTORS
from oversight.models import Evidence, Finding, Scan
from oversight.scan import evidence_digest, scan
from rules import registry
from rules.book import Book
from rules.models import RulesVersion
from rules.names import Kind
from tests.builders import case_at, do
from tests.concurrency.processes import at_once, refusals
from tests.oversight import scenes
from tests.oversight.scenes import FIRES, People, integrate, scanned
from tests.people import open_demonstration


@pytest.fixture
def people(with_people: None, committed_db: str) -> Iterator[People]:
    """The people of a demonstration in a database of the test's own."""
    yield open_demonstration()
    registry.forget()


def seen() -> list[tuple[Any, ...]]:
    """Everything that was found, without what differs from one run to the next."""
    return sorted(
        (
            signal.key, signal.detector, signal.district, signal.party, signal.entry_id,
            signal.entry_at, signal.thresholds, signal.facts,
            sorted(signal.evidence.values_list("entry_id", flat=True)),
        )
        for signal in Finding.objects.all()
    )  # fmt: skip


def forget() -> None:
    """Take back every signal and begin the scan anew; only the owner of the tables can."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE integrity_evidence, integrity_signal")
        cursor.execute("UPDATE integrity_scan SET position = -1, latest_at = NULL")


def a_busy_quarter(people: People) -> None:
    """Every scene one after the other, the log scanned after each, as beat would."""
    scenes.set_clock("2026-11-02T09:00")
    case = scenes.on_site(people)
    scanned()
    do(people, case, "energise")
    scanned()
    scenes.places(people, last="2026-11-02T10:30")
    scenes.pauses(people)
    scanned()
    cases = scenes.neighbours(people)
    scanned()
    do(people, cases[0], "withdraw", reason="改主意")
    scenes.month_end(people)
    scenes.refiled(people)
    scanned()


def test_a_late_scan_finds_what_a_prompt_one_found(people: People) -> None:
    a_busy_quarter(people)
    prompt = seen()
    assert {row[1] for row in prompt} >= set(DETECTORS) - {
        "energised_without_contract", "supplement_in_last_hour",
    }  # fmt: skip
    for batch in (1, 7, 5_000):
        forget()
        integrate()
        scan(batch)
        assert seen() == prompt, batch


def test_a_second_scan_finds_nothing_new(city: People) -> None:
    scenes.on_site(city)
    assert len(scanned()) == 1
    before = Entry.objects.count()
    assert (scan(), tasks.scan()) == (0, 0)
    assert (Finding.objects.count(), Entry.objects.count()) == (1, before)


def test_scans_at_once_open_each_signal_once(people: People) -> None:
    scenes.set_clock("2026-11-02T09:00")
    for _ in range(8):
        scenes.on_site(people)
    integrate()
    outcomes = at_once(*[lambda: scan(batch=20)] * 4)
    assert refusals(outcomes) == []
    scan()
    assert Finding.objects.count() == 8
    assert Entry.objects.filter(type="signal.opened").count() == 8
    assert Evidence.objects.count() == 32
    assert verify() is None


def test_a_scan_that_has_no_time_left_goes_on_next_time(city: People) -> None:
    scenes.on_site(city)
    integrate()
    assert scan(seconds=0) == 0
    assert Scan.objects.get().position == -1
    assert scan(3, seconds=60) == 1


def test_what_the_log_has_not_taken_in_waits(city: People) -> None:
    scenes.on_site(city)
    assert scan() == 0
    assert Scan.objects.get().position == -1
    integrate()
    assert scan() == 1


def test_a_number_of_the_rules_changed_by_a_row_changes_what_is_found(people: People) -> None:
    scenes.set_clock("2026-11-02T09:00")
    scenes.one_visit(people)
    assert scanned() == []
    book = changed("steps_in_minutes.steps", 4, 3)
    scenes.one_visit(people)
    [signal] = scanned()
    assert (signal.thresholds, signal.facts["steps"]) == ({"steps": 3, "minutes": 10}, 3)
    assert signal.rules_version == book.version


def test_a_sign_without_its_row_is_not_computed(people: People) -> None:
    changed("steps_in_minutes.steps", 4, 4, adopted=False)
    scenes.set_clock("2026-11-02T09:00")
    scenes.on_site(people)
    assert scanned() == []


PAST_THE_PORTAL = """
INSERT INTO ledger_salt (ref, actor_salt, data_salt, data, place)
    VALUES ('00000000-0000-4000-8000-00000000000a', '', '', '', '');
INSERT INTO ledger_entry (case_ref, type, from_state, to_state, holder, clock, actor_role,
    actor_district, actor_commit, data_commit, salt_ref)
VALUES (%s, 'case.energised', 'works', 'energised', 'nobody', '', 'manager', '510302', '', '',
    '00000000-0000-4000-8000-00000000000a')
"""


def test_power_on_that_was_written_past_the_portal_shows(people: People) -> None:
    case = case_at(people, Kind.LV_OTHER, State.ACCEPTED)
    with connections["owner"].cursor() as cursor:
        cursor.execute(PAST_THE_PORTAL, [case.ref])
    [signal] = [one for one in scanned() if one.detector == "energised_without_contract"]
    assert (signal.case_ref, signal.evidence.count()) == (case.ref, 1)


def changed(key: str, old: int, new: int, *, adopted: bool = True) -> Book:
    """Load the book with another number, or with the number not adopted."""
    document = dict(registry.current().document)
    text = document["integrity.toml"]
    head, row = text.split(f'key = "integrity.{key}"\n')
    row = row.replace(f"value = {old}", f"value = {new}", 1)
    if not adopted:
        row = row.replace("adopted = true", "adopted = false", 1)
    book = Book.of(document | {"integrity.toml": f'{head}key = "integrity.{key}"\n{row}'})
    RulesVersion.objects.using("owner").create(
        hash=book.hash, label=book.version, city="zigong", document=dict(book.document)
    )
    registry.forget()
    return book


def test_the_entry_of_a_signal_commits_to_what_was_found(city: People) -> None:
    scenes.on_site(city)
    [signal] = scanned()
    [entry] = Entry.objects.filter(case_ref=signal.ref)
    assert (entry.type, entry.to_state, entry.at) == ("signal.opened", "open", signal.found_at)
    salt = Salt.objects.get(ref=entry.salt_ref)
    ids = list(signal.evidence.order_by("entry_id").values_list("entry_id", flat=True))
    assert commit_to_text(bytes(salt.data_salt), salt.data) == bytes(entry.data_commit)
    assert f'"evidence":"{evidence_digest(ids)}"' in salt.data


def test_those_who_answer_for_it_are_told(city: People) -> None:
    FIRES["steps_in_minutes"](city)
    FIRES["pauses_in_bunches"](city)
    scanned()
    told = Outbox.objects.filter(kind="signal.opened").values_list(
        "recipient__user__username", flat=True
    )
    assert sorted(told) == ["planning-lead", "supply-lead", "supply-lead-2"]
