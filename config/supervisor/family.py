"""Children that are kept alive: launched, started again with a growing pause, stopped in order."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.keeping import last_lines
from config.embedded.spawn import end
from config.errors import StartRefused
from config.supervisor import strays

DEATHS_ALLOWED = 5
DEATHS_WITHIN_SECONDS = 60.0
# The first restart is at once: a queue without Redis or a page without a server waits for it.
PAUSES_SECONDS = (0.0, 0.5, 1.0, 2.0)
POLL_SECONDS = 0.05
KILL_SECONDS = 2.0


@dataclass
class Child:
    """One process to keep: how to start it, where it logs, and how it is asked to stop.

    Stopping goes by `stage`, highest first; children of one stage stop side by side and share
    the grace of its slowest.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    log: Path
    stage: int
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    grace_seconds: float = 3.0
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))
    again_at: float | None = None

    def is_alive(self) -> bool:
        """Say whether the process runs."""
        return self.process is not None and self.process.poll() is None


class Family:
    """The children of one house, noted in `pid_file` for the start after a kill."""

    def __init__(
        self,
        pid_file: Path,
        *,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.children: list[Child] = []
        self.helpers: list[subprocess.Popen[bytes]] = []
        self._pid_file = pid_file
        self._tell = tell
        self._clock = clock

    def add(self, child: Child) -> Child:
        """Launch `child` and keep it alive from now on."""
        self.children.append(child)
        child.process = child.launch()
        self._note()
        return child

    def add_helper(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        """Take in a process that ends by itself, so that stopping ends it too."""
        self.helpers.append(process)
        self._note()
        return process

    def tend(self) -> None:
        """Start again what has died, if its pause is over; raise after five deaths in a minute."""
        now = self._clock()
        for child in self.children:
            if child.again_at is None and not child.is_alive():
                self._mourn(child, now)
            if child.again_at is not None and now >= child.again_at:
                child.again_at = None
                child.process = child.launch()
                self._note()

    def stop(self) -> None:
        """Ask every child to end, last stage first, and kill what does not within its grace."""
        for helper in self.helpers:
            end(helper, [(signal.SIGKILL, KILL_SECONDS)])
        for stage in sorted({child.stage for child in self.children}, reverse=True):
            self._stop_stage([child for child in self.children if child.stage == stage])
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End every child at once."""
        for process in self._processes():
            if process.poll() is None:
                process.kill()

    def _mourn(self, child: Child, now: float) -> None:
        status = child.process.returncode if child.process else None
        recent = [at for at in child.deaths if now - at < DEATHS_WITHIN_SECONDS]
        child.deaths.append(now)
        if len(recent) + 1 >= DEATHS_ALLOWED:
            sentence = (
                f"{child.name} ended {DEATHS_ALLOWED} times within a minute (last: {_how(status)});"
                f" everything was stopped. The end of {child.log}:"
            )
            raise StartRefused(f"{sentence}\n{last_lines(child.log)}")
        pause = PAUSES_SECONDS[min(len(recent), len(PAUSES_SECONDS) - 1)]
        child.again_at = now + pause
        self._tell(f"{child.name} ended ({_how(status)}); starting it again in {pause:g} s")

    def _stop_stage(self, stage: Sequence[Child]) -> None:
        alive = [child for child in stage if child.is_alive()]
        for child in alive:
            _send(child, child.stop_signal)
        deadline = self._clock() + max((child.grace_seconds for child in alive), default=0.0)
        while any(child.is_alive() for child in alive) and self._clock() < deadline:
            time.sleep(POLL_SECONDS)
        for child in alive:
            if child.is_alive():
                self._tell(f"{child.name} did not stop in {child.grace_seconds:g} s; ending it")
                _send(child, child.kill_signal)
        for child in alive:
            if child.process is not None:
                end(child.process, [(child.kill_signal, KILL_SECONDS), (signal.SIGKILL, 1.0)])

    def _processes(self) -> list[subprocess.Popen[bytes]]:
        return [*self.helpers, *(child.process for child in self.children if child.process)]

    def _note(self) -> None:
        strays.note(self._pid_file, [process.pid for process in self._processes()])


def _send(child: Child, number: signal.Signals) -> None:
    if child.process is not None:
        child.process.send_signal(number)


def _how(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit status {status}"
