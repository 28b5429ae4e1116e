"""The demo's main job: upload, watch, download, count."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.demo.client import Client
from config.demo.files import SOURCE, TARGETS
from config.demo.show import Bars, Row

POLL_SECONDS = 0.4
LONGEST_SECONDS = 600.0
# A file is delivered when every segment ended well enough to be in it or to be listed.
DELIVERED = ("ready", "needs_review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demo came to. Seconds count from the first upload."""

    rows: list[Row]
    first_segment_seconds: float
    last_file_seconds: float
    outputs: list[Path]

    @property
    def delivered(self) -> bool:
        """Whether every file is there in every language."""
        return bool(self.rows) and all(row.state in DELIVERED for row in self.rows)

    def summary(self) -> dict[str, Any]:
        """The sums of the last line."""
        rows = self.rows
        names = ("segments", "repeats", "passed", "repaired", "needs_review", "failed")
        sums: dict[str, Any] = {"documents": sum(1 for row in rows if row.state in DELIVERED)}
        sums |= {name: sum(getattr(row, name) for row in rows) for name in names}
        sums["billed_characters"] = sum(row.billed_characters for row in rows)
        sums["input_tokens"] = sum(row.input_tokens for row in rows)
        sums["output_tokens"] = sum(row.output_tokens for row in rows)
        sums["cost_usd"] = float(sum((row.cost_usd for row in rows), start=Decimal(0)))
        return sums


def run_main_job(
    client: Client,
    files: Sequence[Path],
    folder: Path,
    *,
    bars: Bars,
    pause: Callable[[float], None],
) -> Outcome:
    """Translates the files through the API and writes the results into `folder`."""
    began = time.monotonic()
    documents = [client.upload(path, SOURCE, TARGETS) for path in files]
    first = 0.0
    while True:
        documents = [client.get(f"/api/v1/documents/{one['id']}") for one in documents]
        jobs = [(one, job) for one in documents for job in one["jobs"]]
        if not first and any(job["done"] > job["prefilled"] for _, job in jobs):
            first = time.monotonic() - began
        bars.draw([(_title(one, job), job["done"], job["segments"]) for one, job in jobs])
        if all(job["finished_at"] for _, job in jobs):
            break
        if time.monotonic() - began > LONGEST_SECONDS:
            break
        pause(POLL_SECONDS)
    outputs = [_deliver(client, one, job, folder) for one, job in jobs if job["finished_at"]]
    last = time.monotonic() - began
    rows = [_row(client, one, job) for one, job in jobs]
    return Outcome(
        rows=rows,
        first_segment_seconds=round(first, 2),
        last_file_seconds=round(last, 2),
        outputs=outputs,
    )


def _title(document: dict[str, Any], job: dict[str, Any]) -> str:
    return f"{document['name']} {job['target_language']}"


def _deliver(client: Client, document: dict[str, Any], job: dict[str, Any], folder: Path) -> Path:
    path = folder / str(job["target_language"]) / str(document["name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(client.download(job["id"]))
    return path


def _row(client: Client, document: dict[str, Any], job: dict[str, Any]) -> Row:
    report = client.get(f"/api/v1/jobs/{job['id']}/report")
    return Row(
        file=document["name"],
        language=job["target_language"],
        state=job["state"],
        segments=job["segments"],
        repeats=job["repeats"],
        passed=job["passed"],
        repaired=job["repaired"],
        needs_review=job["needs_review"],
        failed=job["failed"],
        billed_characters=job["billed_chars"],
        input_tokens=report["input_tokens"],
        output_tokens=report["output_tokens"],
        cost_usd=Decimal(report["cost_usd"]),
        seconds=_seconds(job),
    )


def _seconds(job: dict[str, Any]) -> float:
    if not job["finished_at"]:
        return 0.0
    ended = datetime.fromisoformat(job["finished_at"])
    return (ended - datetime.fromisoformat(job["created_at"])).total_seconds()
