"""What customers' webhooks are told: written in the transaction of what they tell of.

An event's body is fixed here, so that every try sends the same bytes. It holds ids, states, counts,
languages and times; never a text, and no file's name. Lock order: endpoints come last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from common import queue
from translation import webhook_rules as rules
from translation.models import Run, WebhookDelivery, WebhookEvent

# What a commit may take, and how far the clocks of two machines may lie apart.
LAST_MOMENTS: Final = timedelta(seconds=3)

# Held until the commit: an endpoint removed meanwhile would fail the whole transaction at its end.
_LISTENERS: Final = """
select id from translation_webhookendpoint
 where organization_id = %s and state = 'enabled' and %s = any(events)
 order by id for key share
"""
_RUN: Final = """
select d.id, d.kind, d.format, d.source_language, j.id, j.target_language, r.id, r.number,
       r.segments, r.prefilled, r.repeats, r.passed, r.repaired, r.needs_review, r.failed,
       r.billed_chars, r.user_id, r.api_key_id, r.created_at, r.finished_at
  from translation_run r
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where r.organization_id = %s and r.id = %s
"""
_RUN_NAMES: Final = (
    *("document_id", "kind", "format", "source_language", "job_id", "target_language", "run_id"),
    *("run_number", "segments", "prefilled", "repeats", "passed", "repaired", "needs_review"),
    *("failed", "billed_chars", "user_id", "api_key_id", "created_at", "finished_at"),
)
_DOCUMENT: Final = """
select d.id, d.kind, d.format, d.source_language, d.created_at,
       array(select distinct j.target_language from translation_revision v
               join translation_job j
                 on j.organization_id = v.organization_id and j.revision_id = v.id
              where v.organization_id = d.organization_id and v.document_id = d.id order by 1)
  from translation_document d where d.organization_id = %s and d.id = %s
"""
_DOCUMENT_NAMES: Final = (
    *("document_id", "kind", "format", "source_language", "created_at", "target_languages"),
)
_STATES: Final = {
    rules.JOB_FINISHED: "ready",
    rules.JOB_NEEDS_REVIEW: "needs_review",
    rules.JOB_FAILED: "failed",
}


def tell_of_run(run: Run, *, needs_review: int, failed: int, now: datetime) -> None:
    """Tells how a run has ended, whoever asked for it: exactly one event, in the run's scope.

    Not of texts whose answer the caller was surely still waiting for: what ends in the last moments
    of the wait is told, answered or not. The run's counts are written.
    """
    surely = timedelta(seconds=settings.SYNC_WAIT_SECONDS) - LAST_MOMENTS
    if run.lane == "interactive" and now - run.created_at < surely:
        return
    kind = rules.JOB_FINISHED
    if needs_review:
        kind = rules.JOB_NEEDS_REVIEW
    if failed:
        kind = rules.JOB_FAILED
    listeners = _listeners(run.organization_id, kind)
    if listeners:
        told = {"state": _STATES[kind], **_facts(_RUN, _RUN_NAMES, run.organization_id, run.pk)}
        write_event(run.organization_id, kind, told, listeners, now)


def tell_of_deletion(organization_id: UUID, document_id: UUID, *, now: datetime) -> None:
    """Tells that a document goes for good, while its row is still there; in its scope."""
    listeners = _listeners(organization_id, rules.DOCUMENT_DELETED)
    if listeners:
        told = _facts(_DOCUMENT, _DOCUMENT_NAMES, organization_id, document_id)
        told["deleted_at"] = rules.moment(now)
        write_event(organization_id, rules.DOCUMENT_DELETED, told, listeners, now)


def write_event(
    organization_id: UUID,
    kind: str,
    told: Mapping[str, Any],
    endpoint_ids: Sequence[UUID],
    now: datetime,
    *,
    ready_at: datetime | None = None,
) -> list[WebhookDelivery]:
    """Writes an event and its way to each endpoint, and has workers look once committed.

    Stands or falls with the caller's transaction.
    """
    event = WebhookEvent.objects.create(
        organization_id=organization_id,
        kind=kind,
        body=rules.body_of(kind, now, told),
        created_at=now,
    )
    deliveries = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            organization_id=organization_id,
            event=event,
            endpoint_id=endpoint_id,
            created_at=now,
            began_at=now,
            ready_at=ready_at or now,
        )
        for endpoint_id in endpoint_ids
    )
    queue.enqueue("translation.deliver_webhooks", queue="webhooks")
    return deliveries


def _listeners(organization_id: UUID, kind: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_LISTENERS, [organization_id, kind])
        return [endpoint_id for (endpoint_id,) in cursor.fetchall()]


def _facts(query: str, names: Sequence[str], organization_id: UUID, row_id: UUID) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, [organization_id, row_id])
        values = cursor.fetchone()
    return {name: _told(value) for name, value in zip(names, values, strict=True)}


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return rules.moment(value)
    return str(value) if isinstance(value, UUID) else value
