"""/healthz and /metrics say by the real clock whether database, broker, worker, sweep live."""

from datetime import datetime, timedelta

import pytest
from celery.signals import before_task_publish
from django.db import connection
from django.test import Client
from pytest_django import Settings

from portal import health, tasks
from portal.celery import app, begin_at_once, note_run
from portal.models import Heartbeat

pytestmark = pytest.mark.django_db
WELL = {
    "status": "ok", "database": True, "broker": True, "worker": True, "sweep": True, "record": True,
    "scans": True,
}  # fmt: skip


def seen(name: str, seconds: float) -> None:
    """A heartbeat of some seconds ago, by the clock of the database server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    Heartbeat.objects.create(name=name, at=now - timedelta(seconds=seconds))


def test_all_alive_is_200_with_the_age_of_the_last_sweep(client: Client) -> None:
    seen("worker", 1)
    seen("sweep", 12)
    answer = client.get("/healthz")
    body = answer.json()
    assert 12 <= body.pop("sweep_age_seconds") < 20
    assert (answer.status_code, body) == (200, WELL)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("worker", "sweep", "alive"),
    [
        (health.WORKER_SILENCE + 5, 1, {"worker": False}),
        (1, health.SWEEP_SILENCE + 5, {"sweep": False}),
        (None, 1, {"worker": False}),
        (1, None, {"sweep": False}),
    ],
)
def test_a_silent_part_is_503_and_named(
    client: Client, worker: float | None, sweep: float | None, alive: dict[str, bool]
) -> None:
    for name, age in (("worker", worker), ("sweep", sweep)):
        if age is not None:
            seen(name, age)
    answer = client.get("/healthz")
    body = answer.json()
    body.pop("sweep_age_seconds")
    assert (answer.status_code, body) == (503, WELL | {"status": "unhealthy"} | alive)


def test_a_broker_that_is_gone_is_503(client: Client, settings: Settings) -> None:
    seen("worker", 1)
    seen("sweep", 1)
    settings.REDIS_URL = "unix:///nowhere/at/all.sock?db=0"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


def test_the_heartbeat_is_one_row_however_often_it_beats() -> None:
    tasks.heartbeat()
    tasks.heartbeat()
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["worker"]


def test_only_the_sweep_counts_as_a_sweep() -> None:
    app.loader.import_default_modules()
    note_run(app.tasks["portal.tasks.heartbeat"], result=1)
    assert not Heartbeat.objects.filter(name="sweep").exists()
    note_run(app.tasks["deadlines.tasks.sweep"], result=0)
    assert Heartbeat.objects.filter(name="sweep").exists()


def test_a_record_that_may_not_be_signed_is_told_and_closes_nothing(client: Client) -> None:
    app.loader.import_default_modules()
    seen("worker", 1)
    seen("sweep", 1)
    note_run(app.tasks["ledger.tasks.integrate"], result=None)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["record"]) == (200, False)
    note_run(app.tasks["ledger.tasks.integrate"], result=0)
    assert client.get("/healthz").json()["record"] is True


def test_a_record_that_nobody_signs_any_more_is_told(client: Client) -> None:
    seen("worker", 1)
    seen("sweep", 1)
    seen("record", health.RECORD_SILENCE + 5)
    assert client.get("/healthz").json()["record"] is False


def test_metrics_are_for_this_machine_only(client: Client) -> None:
    seen("sweep", 12)
    here = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert here.status_code == 200
    assert "\ntongdian_broker_up 1\n" in here.content.decode()
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="192.0.2.7").status_code == 404


def test_a_worker_that_comes_up_begins_with_every_task_of_the_plan() -> None:
    sent: list[str] = []

    def note(sender: str, **_said: object) -> None:
        sent.append(sender)

    before_task_publish.connect(note)
    begin_at_once()
    assert sent == [entry["task"] for entry in app.conf.beat_schedule.values()]


def test_every_beat_entry_names_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert planned <= set(app.tasks)
