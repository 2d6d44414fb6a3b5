"""One settings module for the trial machine and for production, told apart by the environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment
from portal.places import ROOT, default_places
from tests.servers import environment as of_tests

PRODUCTION = {
    "DATABASE_URL": "postgresql://tongdian_web:w%40b@db.example:5433/tongdian?sslmode=verify-full",
    "MIGRATION_DATABASE_URL": "postgresql://tongdian_owner:secret@db.example:5433/tongdian",
    "REDIS_URL": "rediss://:secret@redis.example:6380/1",
    "SECRET_KEY": "k" * 50,
    "PORTAL_ALLOWED_HOSTS": "power.example, .example",
}
SHOW = """
import json, sys
from portal import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""


def load(variables: dict[str, str], *names: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in of_tests("")}
    return subprocess.run(
        [sys.executable, "-c", SHOW, *names],
        cwd=ROOT,
        env=clean | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(variables: dict[str, str], *names: str) -> dict[str, Any]:
    done = load(variables, *names)
    assert done.returncode == 0, done.stderr
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def test_nothing_set_means_the_embedded_servers_and_plain_http() -> None:
    places = default_places()
    found = settings_of({}, "EMBEDDED", "DEMONSTRATION", "HTTPS", "DEBUG", "DATABASES", "REDIS_URL")
    databases = found.pop("DATABASES")
    assert {alias: (d["USER"], d["HOST"], d["NAME"]) for alias, d in databases.items()} == {
        "default": ("tongdian_web", str(places.sockets), "tongdian"),
        "owner": ("tongdian_owner", str(places.sockets), "tongdian"),
    }
    assert found == {
        "EMBEDDED": True,
        "DEMONSTRATION": True,
        "HTTPS": False,
        "DEBUG": False,
        "REDIS_URL": f"unix://{places.valkey_socket}?db=0",
    }


def test_production_takes_everything_from_the_environment() -> None:
    found = settings_of(
        PRODUCTION, "DATABASES", "CELERY_BROKER_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"
    )
    web = found.pop("DATABASES")["default"]
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert {name: web[name] for name in names} == {
        "NAME": "tongdian",
        "USER": "tongdian_web",
        "PASSWORD": "w@b",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full", "options": "-c jit=off -c random_page_cost=1.1"},
    }
    assert found == {
        "CELERY_BROKER_URL": "rediss://:secret@redis.example:6380/1",
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "power.example", ".example"],
        "CSRF_TRUSTED_ORIGINS": ["https://power.example", "https://*.example"],
    }


def test_production_is_no_demonstration_and_its_cookies_travel_by_https_only() -> None:
    names = (
        "DEMONSTRATION",
        "HTTPS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
    )
    assert settings_of(PRODUCTION, *names) == {
        "DEMONSTRATION": False,
        "HTTPS": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


def test_production_without_a_secret_key_does_not_start(tmp_path: Path) -> None:
    done = load({**PRODUCTION, "SECRET_KEY": "", "PORTAL_VAR": str(tmp_path)}, "DEBUG")
    assert done.stderr.strip().splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: DATABASE_URL is set but SECRET_KEY is not: "
        "set it, or SECRET_KEY_FILE to a file."
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"PORTAL_VAR": "/nowhere"},
            "The embedded database is not up. Start it with `make run` or `make db` first.",
        ),
        (
            PRODUCTION | {"DATABASE_URL": "postgresql://tongdian_web@127.0.0.1:1/tongdian"},
            (
                "The database of DATABASE_URL cannot be used: connection to server at "
                '"127.0.0.1", port 1 failed: Connection refused'
            ),
        ),
    ],
)
def test_a_command_without_its_database_says_so_in_a_sentence(
    variables: dict[str, str], said: str
) -> None:
    clean = {name: value for name, value in os.environ.items() if name not in of_tests("")}
    done = subprocess.run(
        [sys.executable, "manage.py", "showmigrations", "portal"],
        cwd=ROOT,
        env=clean | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, said)


def test_the_name_of_the_record_can_stand_in_a_key() -> None:
    said = load({"PORTAL_RECORD_ORIGIN": "power.example.gov.cn/a record"}, "RECORD_ORIGIN")
    assert said.returncode != 0
    assert "PORTAL_RECORD_ORIGIN may hold neither spaces nor plus signs." in said.stderr
    kept = settings_of({"PORTAL_RECORD_ORIGIN": "power.example.gov.cn/record/"}, "RECORD_ORIGIN")
    assert kept == {"RECORD_ORIGIN": "power.example.gov.cn/record"}


def test_a_web_process_need_not_know_the_owner() -> None:
    known = {name: v for name, v in PRODUCTION.items() if name != "MIGRATION_DATABASE_URL"}
    assert set(settings_of(known, "DATABASES")["DATABASES"]) == {"default"}


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    assert environment.text("SECRET_KEY") == "from-a-file"
    monkeypatch.setenv("SECRET_KEY_FILE", str(file) + ".gone")
    with pytest.raises(ImproperlyConfigured, match="which cannot be read: No such file"):
        environment.text("SECRET_KEY")


@pytest.mark.parametrize(
    ("value", "meant"), [("", True), ("1", True), ("yes", True), ("0", False), ("Off", False)]
)
def test_a_switch_reads_as_a_person_writes_it(
    value: str, meant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_DEMONSTRATION", value)
    assert environment.flag("PORTAL_DEMONSTRATION", default=True) is meant


def test_a_switch_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DEMONSTRATION", "maybe")
    with pytest.raises(ImproperlyConfigured, match="PORTAL_DEMONSTRATION is 'maybe'; use 1 or 0"):
        environment.flag("PORTAL_DEMONSTRATION")


def test_only_postgresql_is_taken() -> None:
    with pytest.raises(ImproperlyConfigured, match="'mysql' is none of its addresses"):
        environment.database("mysql://u@h/d")


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("unix:///tmp/a b/v.sock?db=2", "redis+socket:///tmp/a b/v.sock?virtual_host=2"),
        ("unix:///tmp/v.sock", "redis+socket:///tmp/v.sock?virtual_host=0"),
        ("redis://h:6379/1", "redis://h:6379/1"),
    ],
)
def test_celery_is_told_the_broker_in_its_own_spelling(redis: str, celery: str) -> None:
    assert environment.celery_broker(redis) == celery
