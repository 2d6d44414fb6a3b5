"""docker-compose.yml cannot be run here, so its shape and its secrets are checked as text."""

import json
import os
import re
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from portal import server
from portal.places import ROOT, Places
from tools.launcher.identity import server_identity
from tools.launcher.postgres import FLEETING, Postgres

SOURCE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(SOURCE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|KEY")


def test_it_is_valid_by_the_compose_specification() -> None:
    vendored = resources.files("check_jsonschema.builtin_schemas.vendor") / "compose-spec.json"
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    checker = jsonschema.Draft7Validator(schema)
    assert [error.message for error in checker.iter_errors(COMPOSE)] == []


def test_it_describes_the_whole_portal() -> None:
    portal = {"migrate", "web", "worker", "beat"}
    assert set(SERVICES) == {"database", "redis", "front"} | portal


def test_only_the_front_is_reached_from_outside_and_it_waits_as_long_as_the_server() -> None:
    reached = {name for name, service in SERVICES.items() if "outside" in service["networks"]}
    published = {name for name, service in SERVICES.items() if "ports" in service}
    assert (reached, published) == ({"front"}, {"front"})
    said = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    plain = re.sub(r"#.*", "", said)
    assert plain.count("{") == plain.count("}")
    # Every line opens or closes a block or ends with a semicolon.
    assert [line for line in plain.splitlines() if not re.search(r"^$|[{};]$", line.strip())] == []
    given = dict(re.findall(r"(client_\w+|keepalive_timeout) (\d+)[sm];", plain))
    assert {name: int(number) for name, number in given.items()} == {
        "client_header_timeout": server.HEAD,
        "client_body_timeout": server.SILENT_BODY,
        "keepalive_timeout": server.IDLE,
        "client_max_body_size": server.LARGEST_BODY // 1024**2,
    }


def test_those_that_ask_others_have_a_way_out_and_nothing_else_has_one() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    out = {name for name, service in SERVICES.items() if "providers" in service["networks"]}
    assert out == {"web", "worker"}


def test_every_lasting_service_has_a_health_check_and_comes_back() -> None:
    lasting = {name: service for name, service in SERVICES.items() if name != "migrate"}
    assert {name: bool(service.get("healthcheck")) for name, service in lasting.items()} == (
        dict.fromkeys(lasting, True)
    )
    assert {service["restart"] for service in lasting.values()} == {"unless-stopped"}


def test_no_secret_has_a_default() -> None:
    variables = re.findall(r"\$\{(\w+)(:?[-?+]?)([^}]*)\}", SOURCE)
    secrets = {name: (how, said) for name, how, said in variables if SECRET.search(name)}
    needed = {name for name, (how, _said) in secrets.items() if how == ":?"}
    assert needed == {
        "POSTGRES_PASSWORD",
        "OWNER_DATABASE_PASSWORD",
        "WEB_DATABASE_PASSWORD",
        "REDIS_PASSWORD",
        "SECRET_KEY",
    }
    # Keys that may be kept apart: handed on where they are set, empty and not made up otherwise.
    apart = {name: said for name, said in secrets.items() if name not in needed}
    assert apart == dict.fromkeys(
        (
            "PORTAL_WECHAT_MESSAGES_SECRET",
            "PORTAL_WECHAT_EVENT_SECRETS",
            "PORTAL_APP_SECRETS",
            "PORTAL_APP_EVENT_SECRETS",
            "PORTAL_SMS_EVENT_SECRETS",
            "PORTAL_EMAIL_EVENT_SECRETS",
            "SECRET_KEY_FALLBACKS",
            "PORTAL_FIELD_KEYS",
            "PORTAL_BLIND_INDEX_KEY",
            "PORTAL_RECEIPT_PDF_PKCS12_PASSWORD",
            "PORTAL_CONTRACT_PKCS12_PASSWORD",
            "PORTAL_PERMIT_PKCS12_PASSWORD",
            "PORTAL_LICENCES_TOKEN",
            "PORTAL_WECHAT_KEY",
            "PORTAL_WECHAT_SECRET",
            "PORTAL_WECHAT_KEYS",
            "PORTAL_SUPPLY_CHAIN_SECRETS",
            "PORTAL_SUPPLY_CHAIN_EVENT_SECRETS",
            "PORTAL_MONITORING_SECRETS",
            "PORTAL_EMAIL_PASSWORD",
            "PORTAL_SMS_KEY_ID",
            "PORTAL_SMS_KEY_SECRET",
            "PORTAL_S3_KEY_ID",
            "PORTAL_S3_KEY_SECRET",
        ),
        (":-", ""),
    )


def test_no_password_is_written_down() -> None:
    values = [
        (name, key, value)
        for name, service in SERVICES.items()
        for key, value in service.get("environment", {}).items()
        if SECRET.search(key) and not str(value).startswith("${")
    ]
    assert values == []
    assert re.findall(r"://[^$\s/@]*:[^$\s@]+@", SOURCE) == []


def test_only_the_migration_knows_the_owner() -> None:
    knowing = {
        name
        for name, service in SERVICES.items()
        if any("OWNER" in str(value) for value in service.get("environment", {}).values())
    }
    assert knowing == {"database", "migrate"}


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_portal_waits_for_its_database_broker_and_migration(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_data_outlives_the_containers() -> None:
    record = {"record-public", "record-receipt-key", "record-log-key", "record-signed"}
    assert set(COMPOSE["volumes"]) == {"database", "redis", "documents"} | record
    assert "--appendonly yes" in " ".join(SERVICES["redis"]["command"])


def test_only_the_worker_holds_the_key_of_the_record_and_what_was_signed() -> None:
    """What faces the network publishes and promises; it can neither sign the log nor change it."""
    held = {
        name: {volume for volume in service.get("volumes", []) if volume.startswith("record-")}
        for name, service in SERVICES.items()
    }
    web, worker = held.pop("web"), held.pop("worker")
    assert web == {
        "record-public:/srv/record/public:ro",
        "record-receipt-key:/srv/record/keys/receipt",
    }
    assert worker == {
        "record-public:/srv/record/public",
        "record-receipt-key:/srv/record/keys/receipt",
        "record-log-key:/srv/record/keys/log",
        "record-signed:/srv/record/signed",
    }
    assert set().union(*held.values()) == set()


def test_the_script_makes_an_owner_and_a_web_role_that_owns_nothing(folder: Path) -> None:
    server = Postgres(Places(folder / "var"), server_identity(), FLEETING)
    server.prepare()
    child = server.child()
    child.quiet = True
    child.start(ROOT)
    try:
        server.wait_until_ready(child)
        subprocess.run(
            [ROOT / "deploy/make-roles.sh"],
            env={
                "PATH": f"{server.programs.bin}:{os.environ['PATH']}",
                "PGHOST": str(server.places.sockets),
                "OWNER_DATABASE_PASSWORD": "o'wn\\er",
                "WEB_DATABASE_PASSWORD": "w e b",
            },
            check=True,
        )
        with (
            server.connect("tongdian", "tongdian_web") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT pg_get_userbyid(datdba), has_database_privilege(datname, 'CREATE'),"
                " has_database_privilege(datname, 'TEMP'),"
                " has_schema_privilege('public', 'CREATE')"
                " FROM pg_database WHERE datname = current_database()"
            )
            assert cursor.fetchone() == ("tongdian_owner", False, False, False)
    finally:
        child.ask_to_stop()
        child.wait(10)


def test_every_command_of_the_portal_exists() -> None:
    from django.core.management import get_commands

    called = {
        words[words.index("manage.py") + 1]
        for service in SERVICES.values()
        for words in (service.get("command", []), service.get("healthcheck", {}).get("test", []))
        if "manage.py" in words
    }
    assert called == {"prepare", "serve", "healthy"}
    assert called <= set(get_commands())
