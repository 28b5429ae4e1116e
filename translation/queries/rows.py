"""Rows of the editor: one segment with its target, findings and whose text it is.

All expect the organization's scope around them, and cost three statements however many rows.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts import queries as accounts
from engine.values import Brief, Finding, Form, Span, Syntax
from engine.written import Task, task_of
from translation.queries.facts import JobFacts

# What a person writes is not ours, whatever we mended before.
_OURS = frozenset({"model", "repeat"})
_COLUMNS = """
select t.id, t.ordinal, s.key, s.context, s.note, s.syntax, s.flags, s.labels, s.forms, t.forms,
       t.state, t.sub_state, t.origin, t.repaired, t.fixes, t.deliverable, t.repeats, t.leader_id,
       t.version, t.updated_at, t.updated_by, t.chars, s.source_key
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.job_id = %s and """
_FINDINGS = """
select id, target_id, code, category, severity, blocking, form, spans, evidence,
       dismissed_at is not null
  from translation_finding where organization_id = %s and target_id = any(%s) order by id
"""
# How catalogues say what a text may measure at most, as Weblate writes it.
_MAX_LENGTH: Final = re.compile(r"max-length:(\d{1,6})")


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A finding as it is stored."""

    id: UUID
    finding: Finding
    is_dismissed: bool


@dataclass(slots=True, kw_only=True)
class Row:
    """One segment with its target. `task` says what is wanted of a translation, in what forms."""

    id: UUID
    ordinal: int
    key: str
    context: str
    note: str
    source: tuple[Form, ...]
    forms: tuple[str, ...]
    state: str
    sub_state: str
    origin: str
    repaired: bool
    fixes: tuple[str, ...]
    delivered: bool
    repeats: int
    leader_id: UUID | None
    version: int
    updated_at: datetime | None
    updated_by: UUID | None
    author: str | None
    chars: int
    max_length: int | None
    source_key: UUID
    task: Task
    brief: Brief
    findings: tuple[FoundRow, ...] = field(default=())

    def asked(self, label: str) -> Form:
        """The source form that the target form of this label is translated from."""
        text = next((one.text for one in self.task.wanted if one.label == label), "")
        return next((one for one in self.source if one.text == text), self.source[0])

    def written(self, label: str) -> str:
        """The target form of this label, "" where there is none."""
        pairs = zip(self.task.wanted, self.forms, strict=False)
        return next((text for form, text in pairs if form.label == label), "")


def rows_of(
    job: JobFacts, condition: str, values: Sequence[Any], *, lock: bool = False
) -> list[Row]:
    """Rows of a job that meet a condition on `t` and `s`, which also says their order.

    `lock` keeps others from writing the targets until the transaction ends.
    """
    query = _COLUMNS + condition + (" for update of t" if lock else "")
    with connection.cursor() as cursor:
        cursor.execute(query, [job.organization_id, job.id, *values])
        found = [_row(job, one) for one in cursor.fetchall()]
    ids = [row.id for row in found]
    findings = findings_of(job.organization_id, ids) if found else {}
    names = accounts.names_of(row.updated_by for row in found if row.updated_by)
    for row in found:
        row.findings = tuple(findings.get(row.id, ()))
        row.author = names.get(row.updated_by) if row.updated_by else None
    return found


def ranges(finding: Finding, side: str, text: str) -> list[tuple[int, int]]:
    """The finding's ranges of code points on one side that lie in the text, in order."""
    found = [(one.start, one.end) for one in finding.spans if one.side == side]
    return sorted((start, end) for start, end in found if 0 <= start < end <= len(text))


def findings_of(organization_id: UUID, target_ids: Sequence[UUID]) -> Mapping[UUID, list[FoundRow]]:
    """The findings of targets, by target, in the order they were found."""
    found: defaultdict[UUID, list[FoundRow]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_FINDINGS, [organization_id, list(target_ids)])
        for (
            key,
            target_id,
            code,
            category,
            severity,
            blocking,
            form,
            spans,
            evidence,
            off,
        ) in cursor.fetchall():
            finding = Finding(
                code=code,
                category=category,
                severity=severity,
                blocking=blocking,
                form=form,
                spans=tuple(Span(**span) for span in _json(spans)),
                evidence=_json(evidence),
            )
            found[target_id].append(FoundRow(key, finding, off))
    return found


def _row(job: JobFacts, found: Sequence[Any]) -> Row:
    key, ordinal, name, context, note, syntax, flags, labels, source, target, *rest = found
    state, sub_state, origin, repaired, fixes, delivered, repeats, leader, version, *last = rest
    updated_at, updated_by, chars, source_key = last
    forms = tuple(map(Form, labels, source))
    task = task_of(forms, syntax=Syntax(syntax), flags=flags, source=job.source, target=job.target)
    return Row(
        id=key,
        ordinal=ordinal,
        key=name,
        context=context,
        note=note,
        source=forms,
        forms=tuple(target),
        state=state,
        sub_state=sub_state,
        origin=origin,
        repaired=repaired,
        fixes=tuple(fixes) if origin in _OURS else (),
        delivered=delivered,
        repeats=repeats,
        leader_id=leader,
        version=version,
        updated_at=updated_at,
        updated_by=updated_by,
        author=None,
        chars=chars,
        max_length=_max_length(flags),
        source_key=source_key,
        task=task,
        brief=job.brief,
    )


def _max_length(flags: Sequence[str]) -> int | None:
    sizes = (_MAX_LENGTH.fullmatch(flag.strip()) for flag in flags)
    return next((int(size.group(1)) for size in sizes if size), None)


def _json(value: Any) -> Any:
    """A jsonb column as Python: Django's connections hand it over as text."""
    return json.loads(value) if isinstance(value, str) else value


def concepts_of(finding: Finding) -> list[tuple[str, str]]:
    """The glossary's concepts a finding is about: the id and the term, each once."""
    ids, terms = (finding.evidence.get(name, []) for name in ("concepts", "terms"))
    if not isinstance(ids, list) or not isinstance(terms, list):
        return []
    return list(dict(zip(ids, terms, strict=False)).items())
