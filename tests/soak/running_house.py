"""A house in a process of its own, and its children to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config.demo.client import Client, Refused

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 30
PATIENCE_SECONDS = 420.0


@dataclass(frozen=True)
class RunningHouse:
    """Where a house is and what it is made of."""

    var: Path
    place: dict[str, str]

    @property
    def client(self) -> Client:
        return Client(self.place["url"], self.place["key"])

    def pids(self, part: str) -> list[int]:
        """Process ids of the children whose command line names this part, such as worker-1."""
        noted = json.loads((self.var / "run" / "children.json").read_text())
        return [int(pid) for pid in noted if part in _command(int(pid))]

    def signal(self, part: str, number: int) -> bool:
        """Sends a signal to a part; whether it was there."""
        sent = False
        for pid in self.pids(part):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
            sent = True
        return sent

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Asks the database as its superuser, behind every policy."""
        with psycopg.connect(self.place["database"]) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def ended(self, document_id: str) -> dict[str, Any]:
        """The one job of a document, once it has ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        clock = threading.Event()
        while time.monotonic() < deadline:
            try:
                [job] = self.client.get(f"/api/v1/documents/{document_id}")["jobs"]
            except (Refused, OSError):
                job = {"finished_at": None}  # the database or the web is being started again
            if job["finished_at"]:
                return dict(job)
            clock.wait(0.5)
        raise AssertionError("the job did not end")

    def report(self, job_id: str) -> dict[str, Any]:
        """What the API tells of a job."""
        return self.client.get(f"/api/v1/jobs/{job_id}/report")


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


@contextmanager
def running_house(var: Path, **settings: object) -> Iterator[RunningHouse]:
    """A house with these settings for as long as the block runs."""
    clean = ("VAR_", "DATABASE", "REDIS", "ANTHROPIC", "DJANGO", "PYTEST", "SECRET", "API_KEY")
    env = {key: value for key, value in os.environ.items() if not key.startswith(clean)}
    env |= {"VAR_DIR": str(var), "LOG_LEVEL": "INFO", "STATIC_MANIFEST": "false"}
    env |= {key: str(value) for key, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.soak.house_driver"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("{"):
                yield RunningHouse(var, json.loads(line))
                return
        raise AssertionError("".join(said))
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        process.stdout.close()
