"""What the home page shows of an organization's work. Every read is bounded and led by an index.

All need the organization's scope, but for `home_work`, which opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from engine.languages import Language, find_source
from translation.queries.progress import Progress, progress_of

MAX_WAITING: Final = 6
MAX_RUNNING: Final = 6
WEEKS: Final = 8
GATE_DAYS: Final = 30
MAX_GATES: Final = 6

# Of the newest runs only: what has waited behind 200 others is found on the documents page. What
# people do to segments is counted in their run at once. A later run or revision takes over.
_WAITING = """
with ended as (
  select id, job_id, number, finished_at, needs_review, failed
    from translation_run
   where organization_id = %(organization)s and state = 'finished' and finished_at is not null
   order by finished_at desc limit 200
)
select e.job_id, e.finished_at, d.name, d.kind, j.target_language, e.needs_review, e.failed
  from ended e
  join translation_job j on j.organization_id = %(organization)s and j.id = e.job_id
  join translation_revision v on v.organization_id = %(organization)s and v.id = j.revision_id
  join translation_document d on d.organization_id = %(organization)s and d.id = v.document_id
 where e.needs_review + e.failed > 0 and d.deleted_at is null
   and not exists (select from translation_run n
                    where n.organization_id = %(organization)s and n.job_id = e.job_id
                      and n.number > e.number)
   and not exists (select from translation_revision w
                    where w.organization_id = %(organization)s and w.document_id = d.id
                      and w.number > v.number)
 order by e.finished_at desc limit %(limit)s
"""
_RUNNING = """
select r.id, r.job_id, d.name, d.kind, j.target_language, r.segments, r.prefilled, r.created_at,
       r.paused_at, count(*) over ()
  from translation_run r
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where r.organization_id = %(organization)s and r.state = 'open' and d.deleted_at is null
 order by r.created_at desc, r.id desc limit %(limit)s
"""
_WEEKS = """
select date_trunc('week', finished_at at time zone 'UTC')::date as week,
       sum(passed), sum(segments - prefilled)
  from translation_run
 where organization_id = %(organization)s and finished_at >= %(since)s and state = 'finished'
 group by 1 order by 1
"""
_GATES = """
select f.key, sum(f.value::int)
  from translation_run r, jsonb_each_text(r.findings) f
 where r.organization_id = %(organization)s and r.finished_at >= %(since)s
 group by 1 order by 2 desc, 1 limit %(limit)s
"""
_IS_EMPTY = """
select not exists (select from translation_document where organization_id = %(organization)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A job whose latest run left segments to a person."""

    job_id: UUID
    finished_at: datetime
    name: str
    is_text: bool
    language: Language
    needs_review: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A run that goes on; `percent` is of its segments."""

    run_id: UUID
    job_id: UUID
    name: str
    is_text: bool
    language: Language
    segments: int
    done: int
    needs_review: int
    failed: int
    is_paused: bool

    @property
    def translated(self) -> int:
        """Segments delivered without anything that needs a person."""
        return self.done - self.needs_review - self.failed

    @property
    def percent(self) -> int:
        """Whole percent, never 100 before the end."""
        return 100 * self.done // max(self.segments, 1)


@dataclass(frozen=True, slots=True)
class Week:
    """Of the segments a week's runs asked for, how many passed every check at the first try."""

    begins_on: Any
    passed: int
    checked: int

    @property
    def percent(self) -> float:
        """Per cent with one decimal."""
        return round(100 * self.passed / self.checked, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeWork:
    """Everything the home page shows of documents."""

    waiting: list[Waiting]
    running: list[Running]
    running_in_all: int
    weeks: list[Week]
    gates: list[tuple[str, int]]
    is_empty: bool


def home_work(organization_id: UUID, *, now: datetime) -> HomeWork:
    """Reads the home page's parts, with the same number of statements however much there is."""
    with organization_scope(organization_id):
        running, in_all = _running(organization_id)
        return HomeWork(
            waiting=_waiting(organization_id),
            running=running,
            running_in_all=in_all,
            weeks=_weeks(organization_id, now),
            gates=_gates(organization_id, now),
            is_empty=_rows(_IS_EMPTY, organization_id)[0][0],
        )


def _waiting(organization_id: UUID) -> list[Waiting]:
    return [
        Waiting(
            job_id=job_id,
            finished_at=finished_at,
            name=name,
            is_text=kind == "text",
            language=find_source(language),
            needs_review=review,
            failed=failed,
        )
        for job_id, finished_at, name, kind, language, review, failed in _rows(
            _WAITING, organization_id, limit=MAX_WAITING
        )
    ]


def _running(organization_id: UUID) -> tuple[list[Running], int]:
    found = _rows(_RUNNING, organization_id, limit=MAX_RUNNING)
    # A nil id where nothing runs, so that the page asks as often as where something does.
    live = progress_of([row[0] for row in found] or [UUID(int=0)])
    return [_run(row, live.get(row[0])) for row in found], found[0][-1] if found else 0


def _run(row: Sequence[Any], live: Progress | None) -> Running:
    run_id, job_id, name, kind, language, segments, prefilled, _, paused_at, _ = row
    return Running(
        run_id=run_id,
        job_id=job_id,
        name=name,
        is_text=kind == "text",
        language=find_source(language),
        segments=segments,
        done=prefilled + (live.done if live else 0),
        needs_review=live.needs_review if live else 0,
        failed=live.failed if live else 0,
        is_paused=paused_at is not None,
    )


def _weeks(organization_id: UUID, now: datetime) -> list[Week]:
    monday = (now - timedelta(days=now.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    since = monday - timedelta(weeks=WEEKS - 1)
    return [
        Week(week, int(passed), int(checked))
        for week, passed, checked in _rows(_WEEKS, organization_id, since=since)
        if checked
    ]


def _gates(organization_id: UUID, now: datetime) -> list[tuple[str, int]]:
    since = now - timedelta(days=GATE_DAYS)
    return [
        (code, int(count))
        for code, count in _rows(_GATES, organization_id, since=since, limit=MAX_GATES)
    ]


def _rows(query: str, organization_id: UUID, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"organization": organization_id, **values})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
