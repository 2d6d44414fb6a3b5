"""One outage told to a hundred thousand who follow it, beside plain inserts of the same rows.

BENCH_FOLLOWERS is how many. Workers are killed on the way, the counterpart does not answer some of
what it takes, and the last of it is sent by Celery, whose broker is emptied meanwhile: the counts
at the counterpart are the proof.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from portal.places import ROOT
from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import empty_broker, open_city
from tools.launcher import free_port
from tools.launcher.servers import Servers

FOLLOWERS: Final = int(os.environ.get("BENCH_FOLLOWERS", "100000"))
DISTRICT: Final = "510302"
KILLS: Final = 8
#: Each time a worker begins; more in a row and its provider's circuit would open.
UNANSWERED: Final = 6
#: When so many of all are handed over the broker is emptied.
EMPTIED: Final = 0.85
CELERY: Final = (sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "portal")
WORKER: Final = ("worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
#: The rows of a message that was sent, in their last state, by nobody's rules.
PLAIN: Final = """
WITH intents AS (
    INSERT INTO notifications_outbox (kind, subject_kind, subject_id, version, recipient_id,
        channels, context, secret, created_at, planned_at)
    SELECT kind, subject_kind, -1, version, recipient_id, channels, context, '', created_at, now()
    FROM notifications_outbox WHERE id > %(after)s ORDER BY id LIMIT %(size)s RETURNING id
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM intents
), theirs AS (
    SELECT d.*, row_number() OVER (ORDER BY d.outbox_id) AS place
    FROM notifications_delivery d WHERE d.outbox_id IN (
        SELECT id FROM notifications_outbox WHERE id > %(after)s ORDER BY id LIMIT %(size)s
    )
)
INSERT INTO notifications_delivery (outbox_id, key, channel, address, digest, language, state,
    reason, said, provider, provider_id, tries, asked, due_at, sent_at, confirmed_at, created_at)
SELECT numbered.id, gen_random_uuid(), channel, address, digest, language, state, '', '', provider,
    provider_id, tries, asked, due_at, sent_at, confirmed_at, created_at
FROM theirs JOIN numbered USING (place)
"""


def main() -> None:
    where = machine()
    with TemporaryDirectory() as folder, counterpart(Path(folder)) as address:
        os.environ["PORTAL_COUNTERPART_URL"] = address
        os.environ["PORTAL_SMS"] = "counterpart"
        with open_city("bench") as servers:
            found = measure(address, servers)
    found["machine"] = where
    save("notices", found, table(found))


@contextmanager
def counterpart(folder: Path) -> Iterator[str]:
    """A process of its own, so that it takes its turn beside ours."""
    port = free_port()
    command = [sys.executable, "-m", "tools.counterparts", "messages", str(port)]
    with subprocess.Popen([*command, str(folder / "messages")], cwd=ROOT) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _until_up(address)
            yield address
        finally:
            process.terminate()


def _until_up(address: str) -> None:
    for _time in range(100):
        try:
            ask(address, "/messages")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def ask(address: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(address + path, data=data, timeout=120) as answer:
        return json.loads(answer.read())


def measure(address: str, servers: Servers) -> dict[str, Any]:
    from notifications.bulk.models import Broadcast
    from notifications.models import Delivery
    from tools.followers import lay, phone_of

    begun = time.perf_counter()
    _outage()
    alone = time.perf_counter() - begun
    say(f"laying {FOLLOWERS:,} followers ...")
    lay(FOLLOWERS, scope="district", value=DISTRICT)
    _analyse()
    begun = time.perf_counter()
    _outage()
    took = time.perf_counter() - begun
    say("sending ...")
    killed, handed, seconds = _sent(address)
    _through_celery(address, servers)
    everybody = {phone_of(number) for number in range(FOLLOWERS)}
    sent = Counter(each["to"] for each in ask(address, "/messages") if each["to"] in everybody)
    told = Delivery.objects.filter(broadcast__isnull=False)
    return {
        "followers": FOLLOWERS,
        "act_without_followers_ms": round(1000 * alone, 1),
        "act_ms": round(1000 * took, 1),
        "killed": killed,
        "unanswered": UNANSWERED * (killed + 2),
        "at_the_counterpart": {
            "phones": len(sent),
            "messages": sent.total(),
            "told_twice": sum(count > 1 for count in sent.values()),
        },
        "states": dict(Counter(told.values_list("state", flat=True))),
        "broadcast": Broadcast.objects.latest("id").state,
        "seconds": round(seconds, 1),
        "per_second": round(handed / seconds),
        **_beside(address, handed / seconds),
    }


def _outage() -> None:
    from accounts.models import User
    from reliability.outages.actions import enter
    from tools.followers import OUTAGE

    enter(body=OUTAGE, by=User.objects.get(username="project"))


def _analyse() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for name in ("reliability_follower", "reliability_following", "accounts_contact"):
            cursor.execute(f"ANALYZE {name}")


def _sent(address: str) -> tuple[int, int, float]:
    """Workers one after another, each killed when another tenth is handed over: how many were
    killed, how much is handed over, and how long they ran."""
    killed, seconds = 0, 0.0
    while killed < KILLS:
        ask(address, "/behaviour", {"mode": "silent", "times": UNANSWERED})
        begun = time.perf_counter()
        pid = _worker()
        _wait_for(pid, FOLLOWERS * (killed + 1) // 10)
        os.kill(pid, signal.SIGKILL)
        _pid, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status)
        seconds += time.perf_counter() - begun
        _time_passes()
    return killed, _handed(), seconds


def _wait_for(pid: int, handed: int) -> None:
    """Until so much is handed over, or the worker has ended."""
    while (
        _handed() < handed
        and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    ):
        time.sleep(0.2)


def _handed() -> int:
    """With the provider, or perhaps."""
    from notifications.models import Delivery

    known = Delivery.objects.filter(broadcast__isnull=False)
    return known.exclude(state__in=["pending", "leased"]).count()


def _through_celery(address: str, servers: Servers) -> None:
    """The rest, and asking about what nobody knows, by a worker and its beat; the broker dies with
    all that it held when a part of the rest is sent."""
    from notifications.bulk.models import Broadcast

    ask(address, "/behaviour", {"mode": "silent", "times": UNANSWERED})
    beat = ("beat", "--pidfile=", "--schedule", str(servers.places.var / "beat-schedule"))
    commands = [[*CELERY, *each, "--loglevel", "CRITICAL"] for each in (WORKER, beat)]
    running = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    emptied = False
    while Broadcast.objects.filter(state__in=Broadcast.OPEN).exists():
        time.sleep(2)
        if not emptied and _handed() > FOLLOWERS * EMPTIED:
            say("emptying the broker ...")
            empty_broker(servers)
            time.sleep(2)
            servers.start(with_postgres=False, with_valkey=True)
            emptied = True
        # Whoever runs them starts again what does not survive its broker.
        for place, command in enumerate(commands):
            if running[place].poll() is not None:
                running[place] = subprocess.Popen(command, cwd=ROOT)
        _time_passes(alone=False)
    for each in running:
        each.terminate()
        each.wait()
    if not emptied:
        raise AssertionError("it was over before the broker was emptied")


def _time_passes(*, alone: bool = True) -> None:
    """What the dead had claimed is taken over when its lease ends, and what is unknown is asked
    about after its pause: nobody waits here for that.

    Args:
        alone: nobody sends just now.
    """
    from django.utils import timezone

    from notifications.models import Circuit, Delivery

    say(str(dict(Counter(Delivery.objects.values_list("state", flat=True)))))
    now = timezone.now()
    Circuit.objects.exclude(retry_at=None).update(retry_at=now)
    if alone:
        Delivery.objects.filter(state="leased").update(leased_until=now)
    Delivery.objects.filter(state="unknown").exclude(due_at=None).update(due_at=now)


def _worker() -> int:
    from django.db import connections

    from notifications.bulk import sending

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        sending.send_until(time.monotonic() + 45, asks=False)
    finally:
        os._exit(0)


def _beside(address: str, ours: float) -> dict[str, Any]:
    """The same rows by plain inserts, and the same posts to the counterpart by nobody's rules."""
    from django.db import connections, transaction

    from notifications.models import Outbox

    batch = 500
    told = Outbox.objects.filter(kind="outage.reported").order_by("id")
    firsts = list(told.values_list("pk", flat=True)[: min(FOLLOWERS, 20_000)])[::batch]
    begun, rows = time.perf_counter(), batch * len(firsts)
    for first in firsts:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute(PLAIN, {"after": first - 1, "size": batch})
    plain = rows / (time.perf_counter() - begun)
    return {
        "plain_per_second": round(plain),
        "of_plain": round(ours / plain, 3),
        "posts_per_second": (posts := round(_posts(address))),
        "of_posts": round(ours / posts, 2),
    }


def _posts(address: str) -> float:
    """A second, by as many threads as a worker has."""
    from concurrent.futures import ThreadPoolExecutor
    from uuid import uuid4

    from notifications.providers.interface import Answer
    from notifications.providers.peer import Peer
    from rules.delivery import delivery_rules

    ask(address, "/behaviour", {})
    count = 5_000
    text = "Power is off in Ziliujing. 100 Dangui Street: power is off since 10:20 today." * 2
    peer = Peer(address, wait=10)

    def post(_number: int) -> None:
        key = str(uuid4())
        said = {"key": key, "channel": "sms", "to": "1", "title": "", "text": text}
        answer = peer.ask("/messages", json.dumps(said).encode(), key=key)
        assert not isinstance(answer, Answer), answer

    begun = time.perf_counter()
    with ThreadPoolExecutor(delivery_rules().bulk.at_once) as pool:
        list(pool.map(post, range(count)))
    return count / (time.perf_counter() - begun)


def table(found: dict[str, Any]) -> str:
    where, there = found["machine"], found["at_the_counterpart"]
    return f"""# Notices of one outage

{where["day"]}, {where["processors"]} processors, load {where["load_before"]} when it began. \
Compare ratios, not times. {found["followers"]:,} people follow a district by SMS; workers were \
killed {found["killed"]} times on the way (kill -9), the counterpart took \
{found["unanswered"]} messages without an answer, and the last fifth was sent by Celery, whose \
broker was killed and emptied meanwhile.

| | |
|---|---:|
| phones at the counterpart | {there["phones"]:,} |
| messages at the counterpart | {there["messages"]:,} |
| phones told twice | {there["told_twice"]:,} |
| the act that tells nobody, ms | {found["act_without_followers_ms"]:,} |
| the act that tells them all, with the snapshot, ms | {found["act_ms"]:,} |
| planned, sent and settled, messages a second | {found["per_second"]:,} |
| the same rows by plain inserts, a second | {found["plain_per_second"]:,} |
| ours of these | {found["of_plain"]} |
| bare posts to it, over kept connections, a second | {found["posts_per_second"]:,} |
| ours of these | {found["of_posts"]} |
"""


if __name__ == "__main__":
    main()
