"""`run`: the whole portal on this machine, from empty folder to healthy."""

import json
import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress

from portal import environment
from portal.places import Places, default_places
from tools.launcher import Trouble, free_port
from tools.launcher.children import Child, Stopped, Supervisor, say
from tools.launcher.identity import Identity
from tools.launcher.servers import Servers, ensure_secret_key, only_one

HEALTHY_WITHIN = 90.0
SIGN_INS = (
    "Demonstration sign-ins (password tongdian-demo):",
    "  applicants        resident  shop  factory",
    "  supply company    clerk  manager  project  supply-lead  supply-lead-2",
    "  bureaus           planning  housing  police  transport  city-management",
    "  their leads       planning-lead  housing-lead  police-lead  transport-lead",
    "                    city-management-lead",
    "  a county's office planning-rong",
    "  service hall      hall      digital bureau    digital",
    "  oversight         regulator  lead-agency  district-lead",
    "  prices            price-authority",
    "  machine client    approval-system",
    "",
)
FIRST_PERSON = ("The first administrator of a new portal: manage.py first_person USERNAME", "")


def run() -> int:
    places = default_places()
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Trouble(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    port = int(given)
    address = f"http://127.0.0.1:{port}"
    supervisor = Supervisor()
    supervisor.listen()
    with only_one(places, address):
        _refuse_taken(port)
        ensure_secret_key(places)
        servers = Servers(places)
        try:
            servers.start(
                with_postgres=not os.environ.get("DATABASE_URL"),
                with_valkey=not os.environ.get("REDIS_URL"),
            )
            supervisor.children = list(servers.children)
            supervisor.check()
            prepare = Child("prepare", [sys.executable, "manage.py", "prepare"], myself())
            if supervisor.run_to_end(prepare):
                raise Trouble("The database could not be prepared; the lines above say why.")
            embedded = not os.environ.get("DATABASE_URL")
            made_up = environment.flag("PORTAL_DEMONSTRATION", default=embedded)
            played = made_up and embedded
            shown = _start_counterparts(supervisor, places, address) if played else {}
            for child in site_children(myself(), places, port):
                supervisor.add(child)
            _wait_until_healthy(supervisor, address)
            signs = SIGN_INS if made_up else FIRST_PERSON
            told = [*(f"{COUNTERPARTS[name]}: {at}/" for name, at in shown.items()), ""]
            up = ["", f"The portal is up: {address}", "", *told]
            welcome = [*up, *signs, "Ctrl-C stops everything."]
            for line in welcome:
                say("start", line)
            supervisor.watch()
            say("start", "stopping ...")
        finally:
            supervisor.stop()
            servers.stop()
            shutil.rmtree(places.counterparts, ignore_errors=True)
            say("start", "everything is stopped")
    return 0


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_bind(), port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}). Stop the program that has it, "
                f"or choose another port: PORT={port % 65535 + 1} make run"
            ) from error


#: The counterparts of a demonstration, and what can be seen at each.
COUNTERPARTS = {
    "messages": "SMS and e-mail that were sent",
    "wechat": "A phone with WeChat: connect it by the code of an account",
    "app": "A phone with the company's app: the same",
    "identity": "Identity services and face check, with made-up people",
    "licences": "Licences that can be fetched",
    "clamd": "The virus scanner",
    "supply_chain": "Materials and meters that were ordered",
    "monitoring": "Voltage that is lost and comes back, as the grid's monitoring tells it",
    "payments": "Orders and refunds, paid with no money",
}
#: Of those that speak something else than HTTP.
SCHEMES = {"clamd": "tcp"}


def _start_counterparts(supervisor: Supervisor, places: Places, portal: str) -> dict[str, str]:
    """Their addresses by name, which the settings read too (portal/outside.py).

    Args:
        portal: our own address, for those that tell us something.
    """
    places.counterparts.mkdir(parents=True, exist_ok=True)
    started: dict[str, str] = {}
    taken: set[int] = set()
    for name in COUNTERPARTS:
        port = free_port(int(os.environ.get(f"COUNTERPART_{name.upper()}_PORT") or 0))
        # What was given away a moment ago is not bound yet.
        while port in taken:
            port = free_port()
        taken.add(port)
        kept = places.var / f"counterpart-{name}.sqlite3"
        command = [sys.executable, "-m", "tools.counterparts", name, str(port), str(kept)]
        supervisor.add(Child(name, command, myself(), environment={"PORTAL_ADDRESS": portal}))
        started[name] = f"{SCHEMES.get(name, 'http')}://127.0.0.1:{port}"
        (places.counterparts / name).write_text(f"{started[name]}\n", encoding="ascii")
    return started


def _bind() -> str:
    return os.environ.get("PORTAL_BIND") or "127.0.0.1"


def myself() -> Identity:
    return Identity(os.geteuid(), os.getegid(), borrowed=False)


def site_children(identity: Identity, places: Places, port: int) -> list[Child]:
    """As they also run in production (docker-compose.yml)."""
    python = [sys.executable]
    # Beat's file only remembers when it last poked; kept out of the working copy.
    schedule = places.var / "beat-schedule"
    celery = [*python, "-m", "celery", "--quiet", "-A", "portal"]
    log = ["--loglevel", "INFO"]
    return [
        Child("web", [*python, "manage.py", "serve", f"{_bind()}:{port}"], identity),
        Child(
            "worker",
            [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", *log],
            identity,
            # As root in a container or on a trial machine: no task is unpickled, only JSON is read.
            environment={"PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
        ),
        Child("beat", [*celery, "beat", "--schedule", str(schedule), "--pidfile=", *log], identity),
    ]


def _wait_until_healthy(supervisor: Supervisor, address: str) -> None:
    say("start", "waiting until web, worker and sweep are alive ...")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + HEALTHY_WITHIN
    told = ""
    while time.monotonic() < deadline:
        if supervisor.asked.wait(0.25):
            raise Stopped
        supervisor.tend()
        try:
            opener.open(f"{address}/healthz", timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            answer = error.read()
            told = f"the web server answers {error.code}"
            with suppress(ValueError):
                missing = [name for name, well in json.loads(answer).items() if well is False]
                told = f"not alive yet: {', '.join(missing)}"
        except OSError:
            told = "the web server does not answer"
    raise Trouble(f"The portal did not become healthy in {HEALTHY_WITHIN:.0f} s: {told}")
