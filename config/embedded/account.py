"""Whose rights PostgreSQL runs with: it refuses root, so root lends it an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded.keeping import make_way
from config.errors import StartRefused

LENT_NAMES = ("postgres", "nobody")
# Where root keeps what the unprivileged user cannot reach inside the checkout.
OPEN_HOME = Path("/var/lib/interlinear")


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the user PostgreSQL runs as when we are root; None when it runs as ourselves."""
    if os.getuid() != 0:
        return None
    for name in LENT_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    sentence = (
        "PostgreSQL does not run as root and this machine has neither a user postgres nor nobody;"
        " create one (useradd --system postgres), or set DATABASE_URL and DATABASE_OWNER_URL."
    )
    raise StartRefused(sentence)


def can_enter(account: Account | None, folder: Path) -> bool:
    """Say whether `account` passes every folder from the root down to `folder`.

    Folders that do not exist yet count as open: they will be made so.
    """
    if account is None:
        return True
    here = folder.absolute()
    return all(_is_open(account, step) for step in (here, *here.parents) if step.exists())


def _is_open(account: Account, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def reachable_folder(wanted: Path, account: Account | None, home: Path = OPEN_HOME) -> Path:
    """Return `wanted`, or the open folder it stands for when a folder above is closed to `account`.

    The stand-in gets a random name and `wanted` becomes a link to it, so removing the link's
    folder (a fresh checkout) never brings an older cluster back. Raises StartRefused.
    """
    if wanted.is_symlink():
        return wanted.resolve()
    if can_enter(account, wanted.parent):
        return wanted
    if wanted.exists():
        raise StartRefused(
            f"{wanted} holds a cluster, and a folder above it has been closed to the user"
            f" {account.name if account else ''} that PostgreSQL runs as: chmod a+x it."
        )
    try:
        _open(home)
        stand_in = Path(tempfile.mkdtemp(prefix="cluster-", dir=home))
    except OSError as error:
        sentence = (
            f"{wanted.parent} is closed to the user {account.name if account else ''} that"
            f" PostgreSQL runs as, and {home} cannot be made ({error.strerror});"
            " set VAR_DIR to a folder every user may enter."
        )
        raise StartRefused(sentence) from error
    # Mode 0711: the cluster folder inside is the closed one.
    stand_in.chmod(0o711)
    make_way(wanted)
    wanted.symlink_to(stand_in / "cluster")
    return stand_in / "cluster"


def reachable_programs(
    folder: Path, libraries: Path, account: Account | None, home: Path = OPEN_HOME
) -> Path:
    """Return `folder` of programs, or an open copy of it when `account` cannot run it where it is.

    The wheel's programs look for `libraries` beside their own package, so both are copied.
    """
    if account is None or (can_enter(account, folder) and _is_readable(folder / "postgres")):
        return folder
    package = folder.parent.parent
    stamp = f"{package.name}-{int((folder / 'postgres').stat().st_mtime)}"
    copied = home / stamp
    if not copied.exists():
        _open(home)
        draft = Path(tempfile.mkdtemp(prefix="copy-", dir=home))
        shutil.copytree(folder.parent, draft / package.name / folder.parent.name)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
        for program in (draft / package.name / folder.parent.name / folder.name).iterdir():
            program.chmod(0o755)
        _put_in_place(draft, copied)
    return copied / package.name / folder.parent.name / folder.name


def _open(home: Path) -> None:
    """Make `home` passable for everybody, whatever the umask."""
    make_way(home)
    home.mkdir(exist_ok=True)
    home.chmod(0o755)


def _is_readable(program: Path) -> bool:
    return program.stat().st_mode & 0o005 == 0o005


def _put_in_place(draft: Path, copied: Path) -> None:
    try:
        draft.rename(copied)
    except OSError:  # another start finished the same copy first
        if not copied.exists():
            raise
        shutil.rmtree(draft)
