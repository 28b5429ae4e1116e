"""Children of a killed run: noted when they start, ended at the next start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from config.embedded.keeping import make_way

WAIT_SECONDS = 5.0
POLL_SECONDS = 0.02


def note(path: Path, pids: Iterable[int]) -> None:
    """Write down which processes are ours, with what tells each from a later namesake."""
    make_way(path)
    marks = {str(pid): mark for pid in pids if (mark := birth_mark(pid))}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(marks), encoding="ascii")
    draft.replace(path)


def clear(path: Path) -> list[int]:
    """Kill what is left of the noted processes, and return their ids once they are gone.

    A process id may belong to a stranger by now; only one with the same birth mark is ours.
    """
    if not path.exists():
        return []
    try:
        noted = json.loads(path.read_text(encoding="ascii"))
    except ValueError:  # the machine died while it was written
        noted = {}
    left = [int(pid) for pid, mark in noted.items() if birth_mark(int(pid)) == mark]
    for pid in left:
        _kill(pid)
    deadline = time.monotonic() + WAIT_SECONDS
    while any(birth_mark(pid) == noted[str(pid)] for pid in left):
        if time.monotonic() > deadline:
            break
        time.sleep(POLL_SECONDS)
    path.unlink()
    return left


def birth_mark(pid: int) -> str | None:
    """Return what no other process with this id ever has: boot and start; None when it is gone."""
    if sys.platform != "linux":
        command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
        listed = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
        return listed.stdout.decode("ascii", "replace").strip() or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The name in brackets may hold spaces and brackets; fields are counted behind its end.
    fields = stat.rpartition(")")[2].split()
    state, started = fields[0], fields[19]
    return None if state in {"Z", "X"} else f"{boot}:{started}"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
