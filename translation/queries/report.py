"""A job's report: what was found, what was repaired, what was held back and why, and the cost.

However much there is, a page of it costs the same number of statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from claude import queries as claude
from common.errors import Malformed
from engine.gates import title
from translation.models import Run
from translation.queries.facts import job_facts
from translation.queries.pages import JobPage, job_page
from translation.queries.rows import Row, rows_of

PAGE_ROWS: Final = 50

_WITH_FINDINGS = """exists (
  select from translation_finding n
   where n.organization_id = t.organization_id and n.target_id = t.id
     and (n.dismissed_at is not null) = {dismissed} {check})"""
_HELD = """not t.deliverable
   and (t.state <> 'initial' or t.sub_state in ('failed', 'refused'))"""
# The parts of a report, each with the condition a target meets to stand in it.
SECTIONS: Final[Mapping[str, str]] = {
    "findings": _WITH_FINDINGS.format(dismissed="false", check="{check}"),
    "held": _HELD,
    "repaired": "t.repaired and t.origin = 'model'",
    "dismissed": _WITH_FINDINGS.format(dismissed="true", check="{check}"),
}
_SIZES = f"""
select count(*) filter (where {_HELD}),
       count(*) filter (where t.repaired and t.origin = 'model')
  from translation_target t where t.organization_id = %s and t.job_id = %s
"""  # noqa: S608 - made of what stands above
_BY_CHECK = """
select n.code, count(*) filter (where n.dismissed_at is null),
       count(*) filter (where n.dismissed_at is not null),
       count(*) filter (where n.blocking and n.dismissed_at is null),
       count(distinct t.id) filter (where n.dismissed_at is null),
       count(distinct t.id) filter (where n.dismissed_at is not null)
  from translation_target t
  join translation_finding n on n.organization_id = t.organization_id and n.target_id = t.id
 where t.organization_id = %(organization)s and t.job_id = %(job)s
 group by grouping sets ((n.code), ())
 order by 2 desc, 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCount:
    """What one gate found in a job. `blocking` of the `standing` ones hold text back."""

    code: str
    title: str
    standing: int
    dismissed: int
    blocking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What Claude was asked for a job, all its runs together. `cost` is in US dollars."""

    requests: int
    input_tokens: int
    output_tokens: int
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """One page of one section of a job's report.

    `sizes` counts segments by section. `next_after` is the ordinal the next page starts behind,
    None on the last.
    """

    page_rows: ClassVar[int] = PAGE_ROWS

    page: JobPage
    spent: Spent
    checks: list[CheckCount]
    sizes: dict[str, int]
    section: str
    check: str
    rows: list[Row]
    is_first: bool
    next_after: int | None

    @property
    def size(self) -> int:
        """How many segments the section has, all checks together."""
        return self.sizes[self.section]


def report_page(
    organization_id: UUID, job_id: UUID, *, section: str = "findings", check: str = "", after: int
) -> ReportPage:
    """The report from the segment behind ordinal `after` on; raises NotFound, Malformed.

    `check` leaves in only segments with findings of that gate.
    """
    if section not in SECTIONS:
        raise Malformed(
            "filter_unknown",
            f"“show” takes one of these: {', '.join(SECTIONS)}.",
            detail={"choices": list(SECTIONS)},
        )
    with organization_scope(organization_id):
        job = job_facts(organization_id, job_id)
        page = job_page(organization_id, job_id, after=-1, limit=0)
        checks, sizes = _counted(organization_id, job_id)
        found = rows_of(
            job,
            SECTIONS[section].format(check="and n.code = %s" if check else "")
            + " and t.ordinal > %s order by t.ordinal limit %s",
            [*([check] if check and "{check}" in SECTIONS[section] else []), after, PAGE_ROWS + 1],
        )
        spent = _spent(organization_id, job_id)
    more = len(found) > PAGE_ROWS
    return ReportPage(
        page=page,
        spent=spent,
        checks=checks,
        sizes=sizes,
        section=section,
        check=check,
        rows=found[:PAGE_ROWS],
        is_first=after < 0,
        next_after=found[PAGE_ROWS - 1].ordinal if more else None,
    )


def _counted(organization_id: UUID, job_id: UUID) -> tuple[list[CheckCount], dict[str, int]]:
    """Findings by gate, most first, and how many segments stand in each section."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_CHECK, {"organization": organization_id, "job": job_id})
        rows = cursor.fetchall()
        cursor.execute(_SIZES, [organization_id, job_id])
        held, repaired = cursor.fetchone()
    [(standing, dismissed)] = [row[4:] for row in rows if row[0] is None] or [(0, 0)]
    checks = [
        CheckCount(code=code, title=title(code), standing=count, dismissed=off, blocking=blocking)
        for code, count, off, blocking, *_ in rows
        if code is not None
    ]
    sizes = {"findings": standing, "held": held, "repaired": repaired, "dismissed": dismissed}
    return checks, sizes


def _spent(organization_id: UUID, job_id: UUID) -> Spent:
    runs = Run.objects.filter(organization_id=organization_id, job_id=job_id)
    costs = claude.run_costs(list(runs.values_list("id", flat=True))).values()
    return Spent(
        requests=sum(cost.requests for cost in costs),
        input_tokens=sum(cost.input_tokens for cost in costs),
        output_tokens=sum(cost.output_tokens for cost in costs),
        cost=sum((cost.cost for cost in costs), start=Decimal(0)),
    )
