"""Segments of a job with their targets and findings, and the job's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from claude import queries as claude
from common.errors import NotFound
from engine.gates import sentence
from engine.values import Finding as GateFinding
from translation.models import Finding, Job, Run, Target

# What segments can be listed by: states of which nothing more is told, and what more can be told.
PLAIN_STATES: Final = ("initial", "translated", "reviewed", "final")
SUB_STATES: Final = ("queued", "needs_review", "failed", "refused")
_LAST_ORDINAL: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """What a gate said of a target, as a sentence and as facts."""

    id: UUID
    code: str
    category: str
    severity: str
    blocking: bool
    form: str
    sentence: str
    spans: list[Any]
    evidence: dict[str, Any]
    dismissed: bool


# What a person writes is not ours, whatever we mended before.
_OURS = frozenset({"model", "repeat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """One segment with its target. `target` is empty where there is none yet.

    It is `starts_at`..`ends_at` of unit number `unit` of its file.
    """

    id: UUID
    ordinal: int
    unit: int
    starts_at: int
    ends_at: int
    key: str
    context: str
    note: str
    source: list[str]
    labels: list[str]
    target: list[str]
    state: str
    sub_state: str
    origin: str
    delivered: bool
    repaired: bool
    fixes: tuple[str, ...]
    repeats: int
    billed_chars: int | None
    version: int
    updated_at: datetime | None
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a job's latest run came to. `cost` is in US dollars, of all runs of the job."""

    job: Job
    run: Run
    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: str
    findings_by_code: dict[str, int]
    findings: list[SegmentRow]


def segments_of(
    organization_id: UUID,
    job_id: UUID,
    *,
    after: int = -1,
    limit: int | None = 100,
    state: str = "",
    finding: str = "",
) -> list[SegmentRow]:
    """Segments in file order from the one after ordinal `after`, at most `limit` if given.

    `state` is a state or a sub-state; `finding` the code of one that stands.
    """
    targets = Target.objects.filter(
        organization_id=organization_id, job_id=job_id, ordinal__gt=after
    )
    if state:
        targets = (
            targets.filter(sub_state=state)
            if state in SUB_STATES
            else targets.filter(state=state, sub_state="")
        )
    if finding:
        found = Finding.objects.filter(
            organization_id=organization_id,
            target__job_id=job_id,
            code=finding,
            dismissed_at__isnull=True,
        )
        targets = targets.filter(pk__in=found.values("target_id"))
    shown = targets.select_related("segment").order_by("ordinal")[:limit]
    return _with_findings(organization_id, list(shown))


def segment_of(organization_id: UUID, job_id: UUID, ordinal: int) -> SegmentRow:
    """One segment with all its findings, dismissed ones too; raises NotFound."""
    targets = Target.objects.filter(
        organization_id=organization_id, job_id=job_id, ordinal=min(ordinal, _LAST_ORDINAL)
    ).select_related("segment")
    found = _with_findings(organization_id, list(targets), dismissed=True)
    if not found:
        raise NotFound("segment_not_found", "There is no such segment. It may have been deleted.")
    return found[0]


def report_of(organization_id: UUID, job: Job, *, limit: int = 1000) -> Report:
    """Counts, cost and every finding of a job that stands, at most `limit` segments of them."""
    runs = list(Run.objects.filter(organization_id=organization_id, job=job).order_by("-number"))
    costs = claude.run_costs([run.pk for run in runs])
    found = Finding.objects.filter(
        organization_id=organization_id, target__job_id=job.pk, dismissed_at__isnull=True
    )
    by_code: dict[str, int] = {}
    for code in found.values_list("code", flat=True):
        by_code[code] = by_code.get(code, 0) + 1
    targets = (
        Target.objects.filter(
            organization_id=organization_id,
            job=job,
            pk__in=found.values("target_id"),
        )
        .select_related("segment")
        .order_by("ordinal")[:limit]
    )
    return Report(
        job=job,
        run=runs[0],
        requests=sum(cost.requests for cost in costs.values()),
        input_tokens=sum(cost.input_tokens for cost in costs.values()),
        output_tokens=sum(cost.output_tokens for cost in costs.values()),
        cost_usd=str(sum((cost.cost for cost in costs.values()), start=Decimal(0))),
        findings_by_code=dict(sorted(by_code.items())),
        findings=_with_findings(organization_id, list(targets)),
    )


def _with_findings(
    organization_id: UUID, targets: Sequence[Target], *, dismissed: bool = False
) -> list[SegmentRow]:
    by_target: dict[UUID, list[FindingRow]] = {}
    rows = Finding.objects.filter(
        organization_id=organization_id,
        target_id__in=[target.pk for target in targets],
    ).order_by("id")
    if not dismissed:
        rows = rows.filter(dismissed_at__isnull=True)
    for row in rows:
        by_target.setdefault(row.target_id, []).append(_finding(row))
    return [_segment(target, tuple(by_target.get(target.pk, ()))) for target in targets]


def _segment(target: Target, findings: tuple[FindingRow, ...]) -> SegmentRow:
    segment = target.segment
    return SegmentRow(
        id=target.pk,
        ordinal=target.ordinal,
        unit=segment.unit,
        starts_at=segment.starts_at,
        ends_at=segment.ends_at,
        key=segment.key,
        context=segment.context,
        note=segment.note,
        source=segment.forms,
        labels=segment.labels,
        target=target.forms,
        state=target.state,
        sub_state=target.sub_state,
        origin=target.origin,
        delivered=target.deliverable,
        repaired=target.repaired,
        fixes=tuple(target.fixes) if target.origin in _OURS else (),
        repeats=target.repeats,
        billed_chars=target.billed_chars,
        version=target.version,
        updated_at=target.updated_at,
        findings=findings,
    )


def _finding(row: Finding) -> FindingRow:
    value = GateFinding(
        code=row.code,
        category=row.category,
        severity=row.severity,  # type: ignore[arg-type]
        blocking=row.blocking,
        form=row.form,
        evidence=row.evidence,
    )
    return FindingRow(
        id=row.pk,
        code=row.code,
        category=row.category,
        severity=row.severity,
        blocking=row.blocking,
        form=row.form,
        sentence=sentence(value),
        spans=row.spans,
        evidence=row.evidence,
        dismissed=row.dismissed_at is not None,
    )
