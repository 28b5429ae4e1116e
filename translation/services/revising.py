"""A file that takes the place of an earlier upload: what has not changed keeps its translation."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from common.errors import Conflict, NotFound
from engine.languages import Language
from engine.sources import SourceSegment
from translation.models import Document, Job, Revision
from translation.packing import Carried, is_settled
from translation.services.deletion import lock_documents, lock_jobs, open_runs
from translation.services.ending import cancel_runs

# What the file itself holds and what is merely copied is found anew.
_HELD = """
select s.source_key, s.key, t.id, t.origin, t.state, t.sub_state, t.forms, t.deliverable,
       t.updated_at, t.updated_by
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.job_id = %s
   and (t.origin = 'person'
        or (t.origin in ('model', 'repeat', 'carried') and t.deliverable and t.state <> 'initial'))
 order by t.ordinal
"""

Wanted = tuple[UUID, str, str, Language]


def hold(organization_id: UUID, wanted: Sequence[Wanted]) -> dict[UUID | None, Document]:
    """The documents to be revised, held, with nothing of them running any more.

    `wanted` is document, file name, format and language of each file. What an open run of the
    earlier revision has delivered is billed and carried; the rest would be translated in vain.
    Raises NotFound, or Conflict where a file cannot be a revision of its document.
    """
    if not wanted:
        return {}
    ids = [one[0] for one in wanted]
    lock_documents(organization_id, ids)
    found = {
        document.pk: document
        for document in Document.objects.filter(organization_id=organization_id, pk__in=ids)
    }
    for document_id, name, file_format, language in wanted:
        document = found[document_id]
        if document.kind != Document.FILE:
            raise NotFound("document_not_found", "There is no such document to revise.")
        same = (document.format, document.source_language) == (file_format, language.code)
        if not same or ids.count(document_id) > 1:
            raise Conflict(
                "revision_mismatch",
                f"“{name}” cannot be a new revision of “{document.name}”: one file of the same"
                " format and source language can. Upload it as a new document.",
            )
    cancel_runs(organization_id, open_runs(organization_id, lock_jobs(organization_id, ids)))
    return {key: document for key, document in found.items()}  # noqa: C416 - None is a key too


def next_number(document: Document) -> int:
    """The number of a held document's next revision."""
    numbers = Revision.objects.filter(
        organization_id=document.organization_id, document=document
    ).aggregate(last=Max("number"))
    return (numbers["last"] or 0) + 1


def carried(
    organization_id: UUID,
    document_id: UUID,
    target: Language,
    segments: Sequence[SourceSegment],
    held_language: str,
) -> dict[int, Carried]:
    """By position, what the document's newest job in this language holds for the same source.

    Equal segments are matched by their key in the file first, then in order. What a new catalogue
    says itself is newer than a machine's text, not than a person's.
    """
    job = (
        Job.objects.filter(
            organization_id=organization_id,
            revision__document_id=document_id,
            target_language=target.code,
        )
        .order_by("-revision__number")
        .first()
    )
    if job is None:
        return {}
    by_place, by_source = _held(organization_id, job.pk)
    keep = held_language == target.code
    found: dict[int, Carried] = {}
    for position, segment in enumerate(segments):
        source = UUID(segment.source_key)
        one = _next(by_place, (source, segment.key)) or _next(by_source, source)
        if one is not None and (one.origin == "person" or not (keep and is_settled(segment))):
            found[position] = one
    return found


def _held(
    organization_id: UUID, job_id: UUID
) -> tuple[dict[Any, deque[Carried]], dict[Any, deque[Carried]]]:
    by_place: dict[Any, deque[Carried]] = defaultdict(deque)
    by_source: dict[Any, deque[Carried]] = defaultdict(deque)
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [organization_id, job_id])
        for source, place, key, origin, state, sub_state, forms, *rest in cursor.fetchall():
            deliverable, updated_at, updated_by = rest
            one = Carried(
                target_id=key,
                origin="person" if origin == "person" else "carried",
                state=state,
                sub_state=sub_state,
                forms=tuple(forms),
                deliverable=deliverable,
                updated_at=updated_at,
                updated_by=updated_by,
            )
            by_place[source, place].append(one)
            by_source[source].append(one)
    return by_place, by_source


def _next(held: Mapping[Any, deque[Carried]], key: Any) -> Carried | None:
    """The first of those left under a key; the last one stays for all that follow."""
    left = held.get(key)
    if not left:
        return None
    return left.popleft() if len(left) > 1 else left[0]
