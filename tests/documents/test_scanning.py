"""Files wait in quarantine until the scanner, whatever it does, has said what they are."""

import os
import signal
import socket
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.roles import Role
from documents import queries
from documents.models import Document
from documents.scanner import Unknown, scanned
from documents.tasks import scan
from portal.health import examine
from rules.limits import Limits, Scanning, limits
from rules.tries import Tries
from tests import people
from tests.documents.samples import pdf
from tests.documents.test_store import take, upload
from tools.counterparts.clamd import EICAR, Scanner

Scan = Document.Scan
#: Of a file that nothing is wrong with but what the scanner knows.
SICK = pdf() + b"\n%" + EICAR


def hasty() -> Limits:
    return replace(limits(), scanning=Scanning(Tries((5, 60), 60, 1), 900))


def state(document: Document) -> tuple[str, int]:
    return Document.objects.values_list("scan", "scan_tries").get(pk=document.pk)


def due_now() -> None:
    Document.objects.filter(scan=Scan.WAITING).update(scan_due_at=Now())


@pytest.mark.django_db
def test_a_file_is_scanned_after_it_was_kept_and_dated_by_the_database(scanner: Scanner) -> None:
    user = people.applicant()
    well, sick = take(user), take(user, upload=upload(SICK))
    assert [state(row) for row in (well, sick)] == [(Scan.WAITING, 0)] * 2
    assert scan() == 2
    assert [state(row) for row in (well, sick)] == [(Scan.CLEAN, 1), (Scan.INFECTED, 1)]
    for row in Document.objects.all():
        assert row.scanned_at is not None
        assert row.uploaded_at <= row.scanned_at
    assert scan() == 0


@pytest.mark.django_db
def test_without_a_scanner_a_file_is_not_scanned_and_stays_so(settings: Settings) -> None:
    document = take(people.applicant())
    settings.SCANNER_URL = "tcp://127.0.0.1:1"
    assert scan() == 0
    assert state(document) == (Scan.NOT_SCANNED, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "data", "comes_to", "answered"),
    [
        ("well", pdf(), Scan.CLEAN, 1),
        ("twice", SICK, Scan.INFECTED, 1),
        ("slow", SICK, Scan.WAITING, 0),
        ("silent", SICK, Scan.WAITING, 0),
        ("mute", pdf(), Scan.WAITING, 0),
        ("garbled", pdf(), Scan.WAITING, 1),
        ("error", pdf(), Scan.WAITING, 1),
    ],
)
def test_what_does_not_decide_leaves_it_waiting_and_is_tried_again(
    scanner: Scanner,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    data: bytes,
    comes_to: Scan,
    answered: int,
) -> None:
    monkeypatch.setattr("documents.scanning.limits", hasty)
    document = take(people.applicant(), upload=upload(data))
    scanner.behaviour.behave({"mode": mode, "times": 1, "seconds": 3})
    assert scan() == answered
    assert state(document) == (comes_to, 1)
    assert scan() == 0  # its pause
    due_now()
    assert scan() == (comes_to == Scan.WAITING)
    assert state(document)[0] == (Scan.INFECTED if data == SICK else Scan.CLEAN)


def test_one_that_is_too_large_for_the_scanner_is_undecided(scanner: Scanner) -> None:
    scanner.most = 1000
    with pytest.raises(Unknown, match="size limit"):
        scanned(b"x" * 5_000_000, wait=5)


@pytest.mark.django_db
def test_a_scanner_that_is_down_stops_the_run_and_pauses_grow(
    scanner: Scanner, settings: Settings
) -> None:
    user, pauses = people.applicant(), limits().scanning.tries.pauses
    first, second = take(user), take(user)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.SCANNER_URL = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        for pause in pauses[:2]:
            Document.objects.filter(pk=first.pk).update(scan_due_at=Now() - timedelta(hours=1))
            assert scan() == 0
            soon = Document.objects.filter(
                pk=first.pk, scan_due_at__gt=Now() + timedelta(seconds=pause - 1)
            )
            assert soon.exists()
    assert [state(row)[1] for row in (first, second)] == [2, 0]


def test_over_a_unix_socket(tmp_path: Path, settings: Settings) -> None:
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def answer() -> None:
            line, _address = listener.accept()
            with line:
                while not line.recv(65536).endswith(bytes(4)):
                    pass
                line.sendall(b"stream: OK\0")

        Thread(target=answer, daemon=True).start()
        settings.SCANNER_URL = f"unix://{path}"
        assert scanned(b"x", wait=5) == Scan.CLEAN


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.APPLICANT, Role.MANAGER])
def test_nobody_opens_what_is_waiting_or_sick(scanner: Scanner, role: Role) -> None:
    user = people.applicant()
    queries.register("application", lambda _subject, _who: role)
    well, sick = take(user), take(user, upload=upload(SICK))

    def answers() -> list[int]:
        client = people.browser(user)
        return [client.get(f"/documents/{row.ref}/").status_code for row in (well, sick)]

    assert answers() == [409, 409]
    scan()
    assert answers() == [200, 403]


@pytest.mark.django_db
def test_what_the_scanner_said_stays(scanner: Scanner) -> None:
    rows = [take(people.applicant()), take(people.applicant("li"), upload=upload(SICK))]
    scan()
    for row in rows:
        for other in set(Scan.values) - {state(row)[0]}:
            with pytest.raises(DatabaseError), transaction.atomic():
                Document.objects.filter(pk=row.pk).update(scan=other)


@pytest.mark.django_db
def test_health_tells_of_files_that_wait_for_too_long(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (examine().scan_age, examine().scanning) == (0, True)
    take(people.applicant())
    late = replace(limits(), scanning=replace(limits().scanning, late=-1))
    monkeypatch.setattr("portal.health.limits", lambda: late)
    assert examine().scanning is False
    scan()
    monkeypatch.undo()
    assert examine().scanning is True


@pytest.mark.faults
def test_a_worker_killed_in_the_middle_of_a_scan_loses_nothing(
    committed_db: str, scanner: Scanner
) -> None:
    document = take(people.applicant(), upload=upload(SICK))
    scanner.behaviour.behave({"mode": "slow", "times": 1, "seconds": 20})
    connections.close_all()  # the child must not have the parent's
    pid = os.fork()
    if not pid:
        try:
            scan()
        finally:
            os._exit(0)
    while state(document)[1] == 0:
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert scan() == 0  # the dead one's lease
    due_now()
    assert scan() == 1
    assert state(document) == (Scan.INFECTED, 2)
