"""How fast work goes: measured over what was lately finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import connection

# Where nothing was measured yet: one worker's call slots, a pack of ten segments in ten seconds.
GUESSED_SEGMENTS_A_SECOND = 10.0
LEAST_SECONDS = 5
_BUCKET_SECONDS = 10
_MOST_PACKS = 500
_LONGEST_AGO = timedelta(days=1)

# Idle time does not count: only stretches of ten seconds in which something was finished.
_DONE = """
select coalesce(sum(segments), 0), count(distinct bucket)
  from (
    select segments, floor(extract(epoch from finished_at) / %(bucket)s) as bucket
      from translation_pack
     where finished_at > %(since)s and state = 'done' and round = 0
     order by finished_at desc limit %(most)s
  ) lately
"""
_AHEAD = """
select coalesce(sum(p.segments), 0) from translation_pack p
 where p.organization_id = %s and p.state in ('ready', 'claimed') and not p.paused
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """Segments a second, and how many of the organization's own are waiting before."""

    segments_a_second: float
    is_measured: bool
    ahead: int

    def seconds_for(self, segments: int) -> int:
        """About how long this many more take."""
        return max(ceil((segments + self.ahead) / self.segments_a_second), LEAST_SECONDS)


def pace(organization_id: UUID, *, now: datetime) -> Pace:
    """The house's pace of late; a guess where it stood still for a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DONE, {"bucket": _BUCKET_SECONDS, "since": now - _LONGEST_AGO, "most": _MOST_PACKS}
        )
        segments, buckets = cursor.fetchone()
        cursor.execute(_AHEAD, [organization_id])
        ahead = int(cursor.fetchone()[0])
    if not segments:
        return Pace(GUESSED_SEGMENTS_A_SECOND, is_measured=False, ahead=ahead)
    rate = float(segments) / (float(buckets) * _BUCKET_SECONDS)
    return Pace(rate, is_measured=True, ahead=ahead)
