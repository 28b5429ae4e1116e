"""A house of its own for measuring: started in a temporary folder, at a fixed latency."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Lodging:
    """A running house and an account in it."""

    house: Any
    var: Path
    account: Any
    actor: Any

    @property
    def url(self) -> str:
        return str(self.house.url)

    def latency(self, milliseconds: int) -> None:
        """Makes every model call take exactly this long."""
        self._control("latency", {"base_ms": milliseconds, "per_token_ms": 0, "spread": 0})

    def _control(self, name: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"{self.house.sandbox_url}/_control/{name}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def worker_cpu_seconds(self) -> float:
        """User and system CPU of the drain workers so far."""
        children = json.loads((self.var / "run" / "children.json").read_text())
        return sum(_cpu_seconds(int(pid)) for pid in children if _is_worker(int(pid)))


def _is_worker(pid: int) -> bool:
    return b"worker-" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def lodging() -> Iterator[Lodging]:
    """A house with two workers of 24 threads and 16 call slots, as in the defaults."""
    var = Path(tempfile.mkdtemp(prefix="interlinear-bench-"))
    var.chmod(0o711)
    os.environ |= {
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SANDBOX_CLAUDE_LATENCY_MS": "0",
        "LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()
    from django.conf import settings

    from accounts import queries
    from config.demo.accounts import demo_account
    from config.supervisor.house import house_supervisor

    supervisor = house_supervisor(settings, lambda line: print(f"# {line}", flush=True))
    try:
        with supervisor.running() as house:
            account = demo_account()
            person = queries.person_by_email(account.email)
            assert person is not None
            actor = queries.memberships_of(person.pk)[0].as_actor()
            yield Lodging(house, var, account, actor)
    finally:
        shutil.rmtree(var, ignore_errors=True)
