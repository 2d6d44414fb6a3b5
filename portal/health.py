import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.materials.queries import oldest_not_taken_on
from documents import scanning
from ledger import log
from notifications.queries import counts
from portal.models import Heartbeat
from rules.limits import limits

logger = logging.getLogger(__name__)

# Beat pokes the worker every 10 s and the sweep every 15 s; alive = at most this old, in seconds.
WORKER_SILENCE = 60.0
SWEEP_SILENCE = 90.0
RECORD_SILENCE = 60.0
#: After the name of a beat: the run found something that keeps it from its work.
REFUSED = "_refused"


@dataclass
class Health:
    """Ages are seconds of the real clock; None: never seen, or cannot be known.

    The record is told and not counted: what makes the portal unhealthy is in the contract, and a
    record that may not be signed is no reason to send the city's people away.
    """

    database: bool = False
    broker: bool = False
    worker_age: float | None = None
    sweep_age: float | None = None
    queue: int | None = None
    record: log.Health | None = None
    #: Messages that wait, that nobody knows of, that were given up; nothing else is counted.
    deliveries: dict[str, int] | None = None
    #: Seconds for which the oldest file has waited for the scanner; told and not counted either.
    scan_age: float | None = None
    #: Seconds for which the oldest order has waited for the supply chain's system to take it on.
    order_age: float | None = None
    ages: dict[str, float] = field(default_factory=dict)

    @property
    def worker(self) -> bool:
        return self.worker_age is not None and self.worker_age <= WORKER_SILENCE

    @property
    def sweep(self) -> bool:
        return self.sweep_age is not None and self.sweep_age <= SWEEP_SILENCE

    @property
    def signing(self) -> bool:
        ran, refused = self.ages.get("record"), self.ages.get("record" + REFUSED)
        silent = ran is not None and ran > RECORD_SILENCE
        refuses = refused is not None and (ran is None or refused < ran)
        return self.record is not None and self.record.ok and not silent and not refuses

    @property
    def scanning(self) -> bool:
        return self.scan_age is not None and self.scan_age <= limits().scanning.late

    @property
    def healthy(self) -> bool:
        return self.database and self.broker and self.worker and self.sweep


def beat(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": Now()})


def examine() -> Health:
    """Never raises."""
    health = Health()
    with _quietly("database"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            now: datetime = cursor.fetchone()[0]
        health.database = True
        for name, at in Heartbeat.objects.values_list("name", "at"):
            health.ages[name] = max(0.0, (now - at).total_seconds())
        health.worker_age = health.ages.get("worker")
        health.sweep_age = health.ages.get("sweep")
        health.deliveries = counts()
        health.scan_age = scanning.oldest_waiting()
        health.order_age = oldest_not_taken_on()
    waits = settings.REDIS_WAITS
    broker = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=waits, socket_connect_timeout=waits
    )
    with _quietly("broker"), broker as client:
        client.ping()
        health.queue = int(client.llen("celery"))
        health.broker = True
    with _quietly("record"):
        health.record = log.health()
    return health


@contextmanager
def _quietly(what: str) -> Iterator[None]:
    try:
        yield
    except (DatabaseError, redis.RedisError, OSError) as error:
        logger.warning("health: look_at_%s: %s", what, type(error).__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """503 when database, broker, worker or sweep is not alive.

    `record` is false where entries wait too long for a checkpoint, where more was published than
    the database knows (it was restored), or where the sequencer found it changed; `scans` is false
    where files wait for the virus scanner for too long (`limits.toml`).
    """
    health = examine()
    age = health.sweep_age
    body = {
        "status": "ok" if health.healthy else "unhealthy",
        "database": health.database,
        "broker": health.broker,
        "worker": health.worker,
        "sweep": health.sweep,
        "record": health.signing,
        "scans": health.scanning,
        "sweep_age_seconds": None if age is None else round(age, 1),
    }
    return JsonResponse(body, status=200 if health.healthy else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    # A proxy on the same machine marks what it forwards; only direct local requests are answered.
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    if forwarded or request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1", ""}:
        return HttpResponseNotFound()
    health = examine()
    gauges: list[tuple[str, str, float | None]] = [
        ("tongdian_healthy", "1 when database, broker, worker and sweep are alive", health.healthy),
        ("tongdian_database_up", "1 when the database answers", health.database),
        ("tongdian_broker_up", "1 when the broker answers", health.broker),
        ("tongdian_queue_length", "Tasks that wait in the broker", health.queue),
        ("tongdian_worker_age_seconds", "Since a worker last ran a task", health.worker_age),
        ("tongdian_sweep_age_seconds", "Since the deadline sweep last ran", health.sweep_age),
        (
            "tongdian_scan_oldest_waiting_seconds",
            "How long the oldest file has waited for the virus scanner",
            health.scan_age,
        ),
        (
            "tongdian_materials_oldest_unacknowledged_seconds",
            "How long the oldest order has waited for the supply chain to take it on",
            health.order_age,
        ),
    ]
    if record := health.record:
        gauges += [
            ("tongdian_record_ok", "1 when entries get their checkpoint in time", health.signing),
            ("tongdian_record_size", "Entries in the log", record.size),
            ("tongdian_record_signed_size", "Entries under a checkpoint", record.signed_size),
            (
                "tongdian_record_oldest_pending_seconds",
                "How long the oldest entry has waited for a checkpoint",
                record.oldest_seconds,
            ),
        ]
    if health.deliveries is not None:
        gauges += [
            (f'tongdian_deliveries{{state="{state}"}}', "Messages on their way, by state", count)
            for state, count in health.deliveries.items()
        ]
    lines = [
        f"# HELP {name.partition('{')[0]} {text}\n"
        f"# TYPE {name.partition('{')[0]} gauge\n{name} {float(value):g}"
        for name, text, value in gauges
        if value is not None
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
