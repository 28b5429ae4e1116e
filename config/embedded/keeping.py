"""Secrets and folders of embedded mode: made once, closed to everybody else."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from pathlib import Path

from config.errors import StartRefused

# A unix socket address holds 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 100
SECRET_BYTES = 32
# Not tempfile.gettempdir(): TMPDIR differs between shells, and two commands of one checkout must
# come to the same name.
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - the folder made in it is ours, 0700, and checked


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret called `name`, making it at the first call; safe with two first callers."""
    path = folder / name
    if not path.exists():
        close_folder(folder)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # somebody else was first: theirs is the one
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def socket_folder(preferred: Path, longest_name: str, *, is_reachable: bool = True) -> Path:
    """Return `preferred`, or a short name of its own where the socket path would be too long.

    Always the same answer for the same arguments, so every command finds the running server.
    """
    if is_reachable and len(os.fsencode(preferred / longest_name)) <= LONGEST_SOCKET_PATH:
        return preferred
    digest = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:16]
    return SHORT_FOLDER / f"interlinear-{os.getuid()}-{digest}"


def make_way(path: Path) -> None:
    """Make the folders above `path` that are missing.

    For root every user may pass through them, whatever the umask: PostgreSQL, under another user,
    has to reach its own closed folder further down, at this start and at the next.
    """
    for folder in reversed(path.absolute().parents):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            if os.getuid() == 0:
                folder.chmod(folder.stat().st_mode | 0o111)


def close_folder(folder: Path, owner: tuple[int, int] | None = None) -> None:
    """Make `folder`, mode 0700, for `owner` (uid, gid; default us); refuse a stranger's."""
    uid, gid = owner or (os.getuid(), os.getgid())
    make_way(folder)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.getuid(), uid}:
            sentence = f"{folder} belongs to somebody else; remove it, then start again."
            raise StartRefused(sentence) from None
    if folder.stat().st_uid != uid:
        os.chown(folder, uid, gid)
    folder.chmod(0o700)


def last_lines(log: Path, count: int = 8) -> str:
    """Return the last lines of a log, indented, or an empty text where there is no log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])
