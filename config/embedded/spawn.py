"""Children of ours: own session, log file, and a signal when the parent dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.embedded.account import Account
from config.embedded.keeping import make_way

LARGEST_LOG = 20 * 1024 * 1024
TETHER = Path(__file__).with_name("tether.py")


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    death_signal: signal.Signals = signal.SIGKILL,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    cwd: Path = Path("/"),
) -> subprocess.Popen[bytes]:
    """Start `command` (absolute path first), its output appended to `log`; return at once.

    Call it from the main thread: Linux sends the parent-death signal when the *thread* that
    started the child ends.
    """
    make_way(log)
    _make_room(log)
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    tethered = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(death_signal))]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the command is ours
            [*tethered, str(uid), str(gid), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if env is None else env),
            cwd=cwd,
            pass_fds=tuple(pass_fds),
            start_new_session=True,
        )


def _make_room(log: Path) -> None:
    """Set a grown log aside as NAME.log.1, in the place of the one before."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(f"{log.name}.1"))


def end(
    process: subprocess.Popen[bytes], signals: Sequence[tuple[signal.Signals, float]]
) -> int | None:
    """Send each signal and wait its seconds until the process is gone; return its exit status."""
    for number, seconds in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    return process.poll()
