"""The faults themselves: each does harm, waits for recovery, and returns what did not hold."""

import http.client
import socket
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection, connections

from tools.client import Answer, Unexpected
from tools.faults import paying
from tools.faults.checks import footprint, grown, unpublished, violations
from tools.faults.city import City, poke
from tools.faults.paying import Notice
from tools.followers import OUTAGE, lay
from tools.journey import Clients, Journey, Request, fresh_key


class Spared(Exception):
    """The act was over before the point at which it was to be harmed."""


ANSWERED_WITHIN = 60.0
HELD_WITHIN = 20.0
OTHERS_WITHIN, FROZEN_WITHIN = 1.0, 3.0
IDLE, STALLED = 200, 50
HALF_HEAD = b"POST /progress/ HTTP/1.1\r\nHost: localhost\r\nContent-Le"
HALF_BODY = b"POST /progress/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nnumber="
SWEEP, DELIVER, SEND, INTEGRATE = (
    "deadlines.tasks.sweep", "notifications.tasks.deliver", "notifications.tasks.send",
    "ledger.tasks.integrate",
)  # fmt: skip
ASK = "money.tasks.ask_providers"
SPREAD = "notifications.tasks.send_broadcasts"
#: Who is told of an outage by one broadcast.
FOLLOWERS = 60
#: What is sent again and again until it is answered.
Deed = Request | Notice
#: What is made ready for its interruption in `paying`.
OF_MONEY: dict[str, Callable[["Scene"], Deed]] = {
    "pay": paying.paying,
    "hear of a payment": paying.notice,
}
NO_ANSWER = (OSError, Unexpected, http.client.HTTPException)


@dataclass
class Scene:
    """`clean`: for each deed, which tables grow by how much when nothing goes wrong."""

    city: City
    clients: Clients
    clean: dict[str, dict[str, int]] = field(default_factory=dict)

    def case_before(self, step: str) -> str:
        journey = Journey(self.clients)
        journey.before(step)
        return journey.number

    def request_of(self, deed: str) -> Deed:
        if deed in OF_MONEY:
            return OF_MONEY[deed](self)
        journey = Journey(self.clients)
        if deed != "withdraw":
            return journey.before(deed)
        journey.before("accept a permit")
        return journey.act("withdraw", "applicant")


def measure(scene: Scene, deed: str) -> tuple[int, int]:
    """Do a deed undisturbed, keep what it adds, and return its points and commits."""
    request, before = scene.request_of(deed), footprint()
    answer = request.send(fresh_key(), "count 0")
    if answer.status not in (200, 201):
        raise AssertionError(f"{deed}: {answer.status} {answer.body}")
    scene.clean[deed] = grown(before, footprint())
    points, commits = answer.headers["X-Fault-Points"].split()
    return int(points), int(commits)


def web_killed(scene: Scene, deed: str, at: int) -> list[str]:
    """The client asks again under its key."""
    return _interrupted(scene, deed, lambda request, key: _harm(request, key, f"kill {at}"))


def answer_lost(scene: Scene, deed: str, at: int) -> list[str]:
    return _interrupted(scene, deed, lambda request, key: _harm(request, key, f"lose {at}"))


def database_restarted(scene: Scene, deed: str, at: int) -> list[str]:
    def harm(request: Deed, key: str) -> None:
        asking = threading.Thread(target=_try, args=(request, key, f"hold {at}"))
        asking.start()
        # A request can have a point less than the one that was counted: it looks for newer rules
        # only now and then. Then the crash comes right after it.
        held = scene.city.sign.exists
        deadline = time.monotonic() + HELD_WITHIN
        while not held() and asking.is_alive():
            if time.monotonic() > deadline:
                raise TimeoutError("waited in vain for the request to hold")
            time.sleep(0.02)
        connections.close_all()
        scene.city.restart_database()
        scene.city.sign.unlink(missing_ok=True)
        asking.join()

    return _interrupted(scene, deed, harm)


def connections_held(scene: Scene, deed: str) -> list[str]:
    """Clients that say nothing, or half of something, hold nobody else up."""
    address = urlsplit(scene.city.address)
    place = (str(address.hostname), int(address.port or 0))
    taken: list[float] = []

    def look() -> float:
        begun = time.monotonic()
        with urllib.request.urlopen(f"{scene.city.address}/progress/", timeout=20) as page:
            page.read()
        return time.monotonic() - begun

    def harm(request: Deed, key: str) -> None:
        # A process that was killed just now is up again, and has drawn the page before.
        while max(look() for _ in range(10)) > OTHERS_WITHIN / 2:
            time.sleep(0.1)
        with ExitStack() as held:
            for said in [b""] * IDLE + [HALF_HEAD, HALF_BODY] * (STALLED // 2):
                connection = held.enter_context(socket.create_connection(place, timeout=10))
                connection.sendall(said)
            taken.extend(look() for _ in range(10))
            _try(request, key, "")

    problems = _interrupted(scene, deed, harm)
    return [*problems, *_slow(taken, OTHERS_WITHIN)]


def broker_frozen(scene: Scene, deed: str) -> list[str]:
    """It takes connections and says nothing: acts do not wait for it."""
    taken: list[float] = []

    def harm(request: Deed, key: str) -> None:
        with scene.city.frozen_broker():
            begun = time.monotonic()
            _try(request, key, "")
            taken.append(time.monotonic() - begun)

    problems = _interrupted(scene, deed, harm)
    return [*problems, *_slow(taken, FROZEN_WITHIN)]


def _slow(taken: list[float], most: float) -> list[str]:
    slowest = max(taken)
    return [f"an answer took {slowest:.1f} s, at most {most:.0f}"] if slowest > most else []


def broker_emptied(scene: Scene, deed: str) -> list[str]:
    """Acts go on, and what is late is noticed when it is back."""
    late = make_late(scene)

    def harm(request: Deed, key: str) -> None:
        scene.city.empty_broker()
        try:
            _try(request, key, "")
        finally:
            scene.city.start_broker()

    problems = _interrupted(scene, deed, harm)
    poke(scene.city, SWEEP)
    return [*problems, *_unnoticed(late)]


def sweep_killed(scene: Scene, at: int) -> list[str]:
    late = make_late(scene)
    _kill_worker(scene, SWEEP, at, lambda: make_late(scene))
    poke(scene.city, SWEEP)
    return [*_unnoticed(late), *violations()]


def delivery_killed(scene: Scene, at: int) -> list[str]:
    """What the worker had taken comes back after its lease."""
    scene.case_before("accept a permit")
    _kill_worker(scene, DELIVER, at, lambda: scene.case_before("accept a permit"))
    with connection.cursor() as cursor:
        cursor.execute(LEASES_RUN_OUT)
    poke(scene.city, DELIVER)
    return [*_rows("messages not delivered once", UNDELIVERED), *violations()]


def sending_killed(scene: Scene, at: int) -> list[str]:
    """What the worker was handing over is asked about; every SMS is with its carrier once."""
    scene.case_before("accept a permit")
    poke(scene.city, DELIVER)
    _kill_worker(scene, SEND, at, lambda: _with_sms(scene))
    return _sent_once(scene)


def broadcast_killed(scene: Scene, at: int) -> list[str]:
    """As `sending_killed`, of what goes to many: whom it was for gets it once."""
    tell_many()
    _kill_worker(scene, SPREAD, at, tell_many)
    return _sent_once(scene)


def broadcast_orphaned(scene: Scene, at: int) -> list[str]:
    """The broker is emptied while a worker sends what goes to many: its task is lost with it, and
    what is left is nobody's until beat asks again."""
    tell_many()
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(poke, scene.city, SPREAD, "hold", at)
        # A run may have a point less than the one that was counted: then it comes right after it.
        while not (scene.city.sign.exists() or sending.done()):
            time.sleep(0.02)
        scene.city.empty_broker()
        scene.city.start_broker()
        scene.city.sign.unlink(missing_ok=True)
        sending.result()
    return _sent_once(scene)


def tell_many() -> None:
    """An outage that many follow."""
    from accounts.models import User
    from reliability.following.models import Follower
    from reliability.outages.actions import enter

    if not Follower.objects.exists():
        lay(FOLLOWERS, scope="district", value=str(OUTAGE["district"]))
    enter(body=OUTAGE, by=User.objects.get(username="project"))


def _sent_once(scene: Scene) -> list[str]:
    """What did not arrive, or is not with the carrier once, after the tasks have gone on."""
    for _time in range(4):
        with connection.cursor() as cursor:
            cursor.execute(LEASES_RUN_OUT)
            cursor.execute(PAUSES_PASS)
        for task in (SEND, SPREAD):
            poke(scene.city, task)
    with connection.cursor() as cursor:
        cursor.execute(UNSENT)
        known = dict(cursor.fetchall())
    late = [key for key, state in known.items() if state != "confirmed"]
    found = Counter(scene.city.sent())
    wrong = sorted(key for key in {*known, *found} if found[key] != 1 or key not in known)
    return [
        *([f"SMS that did not arrive: {late[:5]}"] if late else []),
        *([f"SMS that are not with the carrier once: {wrong[:5]}"] if wrong else []),
        *violations(),
    ]


def _with_sms(scene: Scene) -> None:
    scene.case_before("accept a permit")
    poke(scene.city, DELIVER)


def asking_killed(scene: Scene, at: int) -> list[str]:
    """What was paid is received once, and what was refunded is given back once."""
    paying.unheard(scene)
    _kill_worker(scene, ASK, at, lambda: paying.unheard(scene))
    for _time in range(2):
        paying.ask_now()
        poke(scene.city, ASK)
    return [*_rows("payments or refunds that nobody has heard of", UNHEARD), *violations()]


def sequencer_killed(scene: Scene, at: int) -> list[str]:
    scene.case_before("accept")
    _kill_worker(scene, INTEGRATE, at, lambda: scene.case_before("accept"))
    poke(scene.city, INTEGRATE)
    missing = _rows("entries that no run has integrated", WAITING)
    return [*missing, *violations(), *unpublished(scene.city.folder)]


def _kill_worker(scene: Scene, task: str, at: int, prepare: Callable[[], object]) -> None:
    while poke(scene.city, task, "kill", at).spared:
        at = max(at * 2 // 3, 1)
        prepare()


LEASES_RUN_OUT = """
    UPDATE notifications_delivery SET leased_until = now() - interval '1 second'
    WHERE state = 'leased'
"""
PAUSES_PASS = "UPDATE notifications_delivery SET due_at = now() WHERE due_at IS NOT NULL"
#: Whoever follows without an account has no page on this site.
UNDELIVERED = """
    SELECT o.id, o.planned_at, d.state, count(m.id) FROM notifications_outbox o
    JOIN accounts_user u ON u.party_id = o.recipient_id
    LEFT JOIN notifications_delivery d ON d.outbox_id = o.id AND d.channel = 'site'
    LEFT JOIN notifications_message m ON m.outbox_id = o.id
    WHERE 'site' = ANY (o.channels)
    GROUP BY o.id, d.id HAVING d.state IS DISTINCT FROM 'confirmed' OR count(m.id) <> 1
"""
UNSENT = """
    SELECT key::text, state FROM notifications_delivery
    WHERE channel = 'sms' AND reason <> 'superseded'
"""
#: Some orders are never paid: the campaign leaves them.
UNHEARD = """
    SELECT r.number, r.state FROM money_refund r WHERE r.state <> 'done'
    UNION ALL
    SELECT p.number, p.state FROM money_payment p JOIN (
        SELECT max(id) AS id FROM money_payment
    ) AS newest USING (id) WHERE p.state NOT IN ('received', 'refunded')
"""
WAITING = "SELECT entry_id FROM ledger_pending"
NOT_NOTICED = """
    SELECT c.id FROM deadlines_clock c JOIN applications_application a ON a.ref = c.case_ref
    WHERE a.number = %s AND c.kind = 'whole_process' AND c.breached_at IS NULL
"""


def _interrupted(scene: Scene, deed: str, harm: Callable[[Deed, str], None]) -> list[str]:
    """Whatever happened, asking again must give one result."""
    request, key, before = scene.request_of(deed), fresh_key(), footprint()
    harm(request, key)
    # Ask under the same key until the portal has an answer that is no refusal to answer.
    deadline = time.monotonic() + ANSWERED_WITHIN
    while True:
        answer = _try(request, key, "")
        waiting = isinstance(answer.body, dict) and "in-flight" in str(answer.body.get("type"))
        answered = 0 < answer.status < 500 and not waiting
        if answered or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    problems = [] if answer.status in (200, 201) else [f"answer {answer.status}: {answer.body}"]
    added = grown(before, footprint())
    if added != scene.clean[deed]:
        problems.append(f"added {added}, undisturbed it is {scene.clean[deed]}")
    return [*problems, *violations()]


def _harm(request: Deed, key: str, fault: str) -> None:
    """Raises Spared where the request came to its end."""
    answer = _try(request, key, fault)
    if 200 <= answer.status < 300:
        raise Spared


def _try(request: Deed, key: str, fault: str) -> Answer:
    try:
        return request.send(key, fault)
    except NO_ANSWER:
        return Answer(0, "no answer", {})


def make_late(scene: Scene) -> str:
    """A case whose limit is over and that no sweep has looked at."""
    from django.utils.timezone import now as server_now

    from core.clock import city_now
    from ledger.actions import move_clock

    number = scene.case_before("accept")
    move_clock(offset=city_now() - server_now() + timedelta(days=20))
    return number


def _unnoticed(number: str) -> list[str]:
    return _rows(f"the breach of {number} is not recorded", NOT_NOTICED, [number])


def _rows(what: str, query: str, params: list[Any] | None = None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        found = cursor.fetchall()
    return [f"{what}: {found[:5]}"] if found else []
