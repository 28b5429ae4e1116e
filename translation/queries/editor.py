"""What the editor asks: which segments there are, rows of them, and what changed since.

Every public function opens its organization's scope, but those that say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from common.errors import Malformed
from translation.queries.facts import job_facts
from translation.queries.progress import counters_of
from translation.queries.rows import Row, rows_of

MAX_ROWS: Final = 200
# Every word a segment's state can be filtered by, as a condition on its target.
STATES: Final[Mapping[str, str]] = {
    "all": "true",
    "initial": "t.state = 'initial' and t.sub_state = ''",
    "queued": "t.sub_state = 'queued'",
    "translated": "t.state = 'translated' and t.sub_state = ''",
    "needs_review": "t.sub_state = 'needs_review'",
    "reviewed": "t.state = 'reviewed'",
    "final": "t.state = 'final'",
    "failed": "t.sub_state = 'failed'",
    "refused": "t.sub_state = 'refused'",
    "findings": "f.target_id is not null",
    "unconfirmed": "t.state in ('initial', 'translated')",
}
_SIDES: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("s.forms",),
    "target": ("t.forms",),
    "both": ("s.forms", "t.forms"),
}
_SEVERITIES: Final = ("neutral", "minor", "major", "critical")
_ORIGINS: Final = ("model", "repeat", "copy", "file", "person", "carried")

# What is not dismissed, by target; materialized, for it is joined to every row of the job.
_FOUND = """
with f as materialized (
  select n.target_id, array_agg(n.severity) as severities
    from translation_target t
    join translation_finding n on n.organization_id = t.organization_id and n.target_id = t.id
   where t.organization_id = %(organization)s and t.job_id = %(job)s and n.dismissed_at is null
   group by n.target_id
)
"""
_COUNTED = ", ".join(f"count(*) filter (where {test})" for test in STATES.values())
_TARGETS = """
  from translation_target t left join f on f.target_id = t.id {segments}
 where t.organization_id = %(organization)s and t.job_id = %(job)s
"""
_COUNTS = _FOUND + "select " + _COUNTED + _TARGETS.format(segments="")
_INDEX = (
    _FOUND
    + "select pg_snapshot_xmin(pg_current_snapshot())::text, "
    + _COUNTED
    + ", coalesce(json_agg(t.ordinal order by t.ordinal) filter (where {wanted}), '[]')::text"
    + _TARGETS
)
_WITH_SEGMENTS = """
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which segments are asked for. Empty fields ask for nothing in particular."""

    state: str = ""
    severity: str = ""
    origin: str = ""
    text: str = ""
    side: str = "both"
    case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The ordinals of what was asked for, in file order, and counts of the whole job.

    `ordinals` is JSON text as the database made it. `version` is where `changes` goes on from.
    """

    ordinals: str
    total: int
    counts: dict[str, int]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Rows that changed since a cursor, at most 200; ask on with `version` while there are 200."""

    rows: list[Row]
    version: str
    counts: dict[str, int]
    run: dict[str, object]


def index(organization_id: UUID, job_id: UUID, wanted: Wanted) -> Index:
    """Where in the job the wanted segments stand; raises NotFound, Malformed for a bad filter."""
    condition, values, needs_source = _condition(wanted)
    query = _INDEX.format(wanted=condition, segments=_WITH_SEGMENTS if needs_source else "")
    with organization_scope(organization_id):
        job_facts(organization_id, job_id)
        with connection.cursor() as cursor:
            cursor.execute(query, {"organization": organization_id, "job": job_id, **values})
            version, *counts, ordinals = cursor.fetchone()
    return Index(
        ordinals=ordinals.replace(" ", ""),
        total=ordinals.count(",") + 1 if len(ordinals) > len("[]") else 0,
        counts=dict(zip(STATES, counts, strict=True)),
        version=version,
    )


def rows_from(organization_id: UUID, job_id: UUID, *, start: int, limit: int) -> list[Row]:
    """Rows in file order from an ordinal on, at most `limit`; raises NotFound."""
    with organization_scope(organization_id):
        job = job_facts(organization_id, job_id)
        return rows_of(job, "t.ordinal >= %s order by t.ordinal limit %s", [start, limit])


def rows_at(organization_id: UUID, job_id: UUID, ordinals: Sequence[int]) -> list[Row]:
    """The rows at these ordinals, in file order; raises NotFound."""
    with organization_scope(organization_id):
        job = job_facts(organization_id, job_id)
        return rows_of(job, "t.ordinal = any(%s) order by t.ordinal", [list(ordinals)])


def counts_of(organization_id: UUID, job_id: UUID) -> dict[str, int]:
    """How many segments of a job are in each state, inside the organization's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"organization": organization_id, "job": job_id})
        return dict(zip(STATES, cursor.fetchone(), strict=True))


def changes(organization_id: UUID, job_id: UUID, *, since: str) -> Changes:
    """What people and machine have changed since a cursor, "" for now; raises NotFound, Malformed.

    A row may come twice, never not at all. A row whose text is as before may be among them.
    """
    with organization_scope(organization_id):
        job = job_facts(organization_id, job_id)
        with connection.cursor() as cursor:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text")
            now = int(cursor.fetchone()[0])
        place = _Place.read(since or str(now))
        # A transaction's number is kept with each row; ages compare past the counter's wrap.
        rows = rows_of(
            job,
            "t.ordinal > %s and age(t.xmin) <= age(%s::xid) order by t.ordinal limit %s",
            [place.after, str(min(place.since, now) % 2**32), MAX_ROWS],
        )
        counts = counts_of(organization_id, job_id)
        [run] = counters_of(organization_id, [job.run_id])
    return Changes(
        rows=rows,
        version=place.then(now, rows),
        counts=counts,
        run={**run, "paused": job.is_paused},
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a reader has come: every change of transactions before `since` is known.

    While more rows changed than one answer holds, `after` is the last ordinal given and `until`
    the transaction the round began with, which is where the next one starts.
    """

    since: int
    until: int | None = None
    after: int = -1

    @classmethod
    def read(cls, text: str) -> _Place:
        parts = text.split(".")
        if len(parts) not in {1, 3} or not all(
            part.isascii() and part.isdigit() and len(part) <= 18 for part in parts
        ):
            raise Malformed(
                "cursor_malformed", "Pass the cursor exactly as next_cursor gave it, or none."
            )
        return cls(*map(int, parts))

    def then(self, now: int, rows: Sequence[Row]) -> str:
        until = now if self.until is None else self.until
        if len(rows) < MAX_ROWS:
            return str(until)
        return f"{self.since}.{until}.{rows[-1].ordinal}"


def _condition(wanted: Wanted) -> tuple[str, dict[str, Any], bool]:
    """The filter as SQL with its values, and whether it looks at the source."""
    tests: list[str] = []
    values: dict[str, Any] = {}
    if wanted.state:
        tests.append(STATES[_known("state", wanted.state, tuple(STATES))])
    if wanted.severity:
        values["severity"] = _known("severity", wanted.severity, _SEVERITIES)
        tests.append("%(severity)s = any(f.severities)")
    if wanted.origin:
        values["origin"] = _known("origin", wanted.origin, _ORIGINS)
        tests.append("t.origin = %(origin)s")
    sides = _SIDES[_known("in", wanted.side, tuple(_SIDES))] if wanted.text else ()
    if sides:
        values["text"] = wanted.text if wanted.case else wanted.text.lower()
        shown = "{}" if wanted.case else "lower({})"
        found = [
            f"strpos({shown.format(f'array_to_string({side}, chr(10))')}, %(text)s) > 0"
            for side in sides
        ]
        tests.append(f"({' or '.join(found)})")
    return " and ".join(tests) or "true", values, "s.forms" in sides


def _known(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise Malformed(
            "filter_unknown",
            f"“{name}” takes one of these: {', '.join(choices)}.",
            detail={"choices": list(choices)},
        )
    return value
