"""What the translate box shows of a text, and the texts a person has had translated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts.tenancy import organization_scope
from common import storage
from common.errors import NotFound
from engine.box import Place, laid_out, offsets, whole
from engine.languages import Language, find_source, find_target
from translation.models import Document, Job, Segment, Target
from translation.queries import documents as rows
from translation.queries.documents import JobStatus
from translation.queries.facts import JobFacts, job_facts
from translation.queries.rows import Row, rows_of

MAX_HISTORY = 50
# Older ones are found by their page's address only.
MAX_SEARCHED = 500

_PLACES = """
select s.unit, s.starts_at, s.ends_at,
       case when t.deliverable and t.state <> 'initial' then t.forms[1] end, t.state, t.sub_state
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.job_id = %s
 order by t.ordinal
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A text on its way into a language.

    `places`, `leads` and `shown` are of every segment; `rows` are those from the asked ordinal on
    of which there is something to tell. `tail` stands after the last one.
    """

    document_id: UUID
    job: JobStatus
    text: str
    source: Language
    target: Language
    places: tuple[tuple[int, int], ...]
    leads: tuple[str, ...]
    shown: tuple[str, ...]
    tail: str
    rows: list[Row]
    profile: UUID | None = None

    @property
    def translation(self) -> str:
        """The text as it would be copied: what is not delivered stands in the source."""
        pairs = zip(self.leads, self.shown, strict=True)
        return "".join(part for pair in pairs for part in pair) + self.tail

    @property
    def is_open(self) -> bool:
        """Whether more will come."""
        return self.job.finished_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A text that was translated; `beginning` is its first words."""

    job_id: UUID
    document_id: UUID
    beginning: str
    source: Language
    target: Language
    state: str
    created_at: datetime


def box(organization_id: UUID, job_id: UUID, *, start: int = 0) -> Box:
    """A text's job as it stands; raises NotFound, also for the job of a file."""
    with organization_scope(organization_id):
        job = rows.get_job(organization_id, job_id)
        document = job.revision.document
        if document.kind != Document.TEXT or document.deleted_at is not None:
            raise NotFound("translation_not_found", "There is no translated text at this address.")
        status = next(
            one
            for one in rows.document_status(organization_id, document.pk).jobs
            if one.id == job_id
        )
        facts = job_facts(organization_id, job_id)
        stored = _places(organization_id, job_id)
        told = _told(facts, start)
    texts: list[str] = json.loads(storage.read_bytes(job.revision.storage_name))
    places = [_place(texts, one) for one in stored]
    before, tail = laid_out(texts, places, facts.target)
    return Box(
        document_id=document.pk,
        job=status,
        text=whole(texts),
        source=facts.source,
        target=facts.target,
        places=offsets(texts, places),
        leads=before,
        shown=tuple(one.shown for one in places),
        tail=tail,
        rows=told,
        profile=job.profile_id,
    )


def history(
    organization_id: UUID,
    *,
    user_id: UUID | None,
    api_key_id: UUID | None,
    query: str = "",
    limit: int = MAX_HISTORY,
    before: tuple[datetime, UUID] | None = None,
) -> list[Past]:
    """Texts that this person or this key had translated, newest first.

    `query` is looked for in them; `before` is the last one of the page before.
    """
    with organization_scope(organization_id):
        mine = Document.objects.filter(
            organization_id=organization_id,
            kind=Document.TEXT,
            user_id=user_id,
            api_key_id=api_key_id,
            deleted_at=None,
        ).order_by("-created_at", "-id")
        if before is not None:
            moment, key = before
            mine = mine.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=key))
        if query:
            recent = list(mine.values_list("id", flat=True)[:MAX_SEARCHED])
            mine = mine.filter(Q(pk__in=recent) & _holding(organization_id, query))
        ids = list(mine.values_list("id", flat=True)[:limit])
        names = dict(mine.filter(pk__in=ids).values_list("id", "name"))
        found = rows.statuses(organization_id, ids)
    return [
        Past(
            job_id=job.id,
            document_id=one.id,
            beginning=names[one.id],
            source=find_source(one.source_language),
            target=find_target(job.target_language),
            state=job.state,
            created_at=one.created_at,
        )
        for one in found
        for job in one.jobs
    ]


def job_of(organization_id: UUID, document_id: UUID) -> Job | None:
    """The job of a text that is stored already; expects the organization's scope."""
    return Job.objects.filter(
        organization_id=organization_id,
        revision__document_id=document_id,
        revision__document__deleted_at=None,
    ).first()


def _places(organization_id: UUID, job_id: UUID) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [organization_id, job_id])
        found: list[Sequence[Any]] = cursor.fetchall()
    return found


def _place(texts: Sequence[str], stored: Sequence[Any]) -> Place:
    unit, starts_at, ends_at, shown, _, _ = stored
    source = texts[unit][starts_at:ends_at]
    return Place(unit=unit, starts_at=starts_at, ends_at=ends_at, shown=shown or source)


def _told(facts: JobFacts, start: int) -> list[Row]:
    """Rows from an ordinal on that are translated, refused, failed or held back."""
    condition = "t.ordinal >= %s and (t.state <> 'initial' or t.sub_state in ('refused', 'failed'))"
    return rows_of(facts, condition + " order by t.ordinal", [start])


def _holding(organization_id: UUID, query: str) -> Q:
    """Documents with the words in their beginning, their text or its translation."""
    of_document = {
        "organization_id": organization_id,
        "revision__document_id": OuterRef("pk"),
    }
    sources = Segment.objects.filter(**of_document, forms__0__icontains=query)
    targets = Target.objects.filter(
        organization_id=organization_id,
        job__revision__document_id=OuterRef("pk"),
        forms__0__icontains=query,
    )
    return Q(name__icontains=query) | Q(Exists(sources)) | Q(Exists(targets))
