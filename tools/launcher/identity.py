"""Under whose name the embedded servers run, and the folders they may use.

PostgreSQL refuses to run as root. Started by root, both servers run as an unprivileged user that
exists already; no user is made and no folder above ours changes its mode.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tools.launcher import Trouble


class PopenOptions(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def wide_temporary_folder() -> Path:
    """The one that outlives a restart, which every user can enter."""
    lasting = Path("/var/tmp")  # noqa: S108 (folders below are made 0700, their owner checked)
    return lasting if lasting.is_dir() else Path(tempfile.gettempdir())


@dataclass(frozen=True)
class Identity:
    """The user of the servers. `borrowed`: we are root and the servers are somebody else."""

    uid: int
    gid: int
    borrowed: bool

    def popen_options(self) -> PopenOptions:
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_identity() -> Identity:
    """Ourselves, or for root the system's user without rights; Trouble where there is none."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), borrowed=False)
    for name in ("nobody", "daemon"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return Identity(user.pw_uid, user.pw_gid, borrowed=True)
    raise Trouble(
        "PostgreSQL does not run as root, and this system has no user `nobody` to run it as. "
        "Start the portal as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def private_folder(path: Path, identity: Identity) -> Path:
    """Only `identity` can enter it. What else stands at that path is not trusted: Trouble."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if identity.borrowed:
            os.chown(path, identity.uid, identity.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != identity.uid:
        raise Trouble(f"{path} belongs to somebody else. Remove it and start again.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def data_folder(path: Path, identity: Identity) -> tuple[Path, str]:
    """The real folder behind `path`, and what to tell the person, if anything: where the servers'
    user cannot reach `path`, it is a link to a private folder under the temporary one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target = path.readlink()
        if not target.exists():
            raise Trouble(
                f"{path} is a link to {target}, which is gone, and the data with it. "
                f"Remove the link to begin afresh: rm '{path}'"
            )
        return private_folder(target, identity), ""
    if not identity.borrowed or can_enter(path.parent, identity):
        return private_folder(path, identity), ""
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
    if path.exists():
        raise Trouble(
            f"{path} holds data, but user {identity.uid} cannot reach it. "
            "Start as the user who made it, or move the folder aside."
        )
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    elsewhere = wide_temporary_folder() / f"tongdian-{path.name}-{digest}"
    private_folder(elsewhere, identity)
    path.symlink_to(elsewhere)
    why = f"the servers' user cannot reach {path.parent}"
    return elsewhere, f"{path.name}: {why}, so the data lies in {elsewhere}"


def can_enter(folder: Path, identity: Identity) -> bool:
    """Found by trying: access lists count too."""
    command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    tried = subprocess.run(  # noqa: S603 (fixed command)
        command, capture_output=True, check=False, cwd="/", **identity.popen_options()
    )
    return tried.returncode == 0


def reachable_programs(
    source: Path, version: str, parts: tuple[str, ...], identity: Identity
) -> Path:
    """`source` itself; for root, whose servers' user may not reach it, a copy of its `parts` that
    root owns under the temporary folder, made once for each `version`."""
    if not identity.borrowed:
        return source
    copy = wide_temporary_folder() / f"tongdian-servers-{version}"
    if not copy.exists():
        making = copy.with_name(f"{copy.name}.{os.getpid()}")
        making.mkdir(mode=0o755)
        making.chmod(0o755)
        for part in parts:
            target = making / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if (source / part).is_dir():
                shutil.copytree(source / part, target, symlinks=True)
            else:
                shutil.copy2(source / part, target)
        try:
            making.rename(copy)
        except OSError:
            # Another start was quicker; its copy is as good.
            shutil.rmtree(making)
    found = copy.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise Trouble(f"{copy} is not as the portal left it. Remove it and start again.")
    return copy
