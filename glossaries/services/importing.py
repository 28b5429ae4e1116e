"""Imports at work: claimed, read, checked, and written in one transaction or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone

from accounts.services import Actor
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import storage, telemetry
from common.errors import Conflict, DomainError
from glossaries.exchange.columns import column
from glossaries.exchange.merging import Plan, plan
from glossaries.exchange.rows import Draft, drafts
from glossaries.models import Glossary, GlossaryImport
from glossaries.queries.concepts import held_in
from glossaries.services.concepts import require_room, touch
from glossaries.services.glossaries import locked
from glossaries.services.imports import record_import, table_of
from glossaries.services.rows import insert_concepts, replace_concepts
from glossaries.values import ConceptValues

LEASE_SECONDS: Final = 120
LOOP_SECONDS: Final = 300
MAX_ATTEMPTS: Final = 3
MAX_PROBLEMS: Final = 2_000
KEEP_DAYS: Final = 7
ROWS_A_STEP: Final = 5_000
Clock = Callable[[], datetime]

_log = structlog.get_logger(__name__)
_CLAIM: Final = """
with due as (
  select id from glossaries_glossaryimport
   where state = 'queued' or (state = 'running' and leased_until <= %(now)s)
   order by created_at, id
   limit 1 for no key update skip locked
)
update glossaries_glossaryimport i
   set state = 'running', leased_until = %(until)s, fence = i.fence + 1, attempts = i.attempts + 1
  from due where i.id = due.id
returning i.organization_id, i.id, i.fence, i.attempts
"""
_STEP: Final = """
update glossaries_glossaryimport set rows_done = %s, leased_until = %s
 where organization_id = %s and id = %s and fence = %s and state = 'running'
"""
_OLD: Final = """
select organization_id, id from glossaries_glossaryimport
 where created_at < %s and state not in ('queued', 'running') order by created_at limit 200
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """An import in a worker's hands, for as long as nobody else raises its fence."""

    organization_id: UUID
    import_id: UUID
    fence: int
    attempts: int


class _Lost(Exception):
    """Somebody cancelled the import, or another worker has it."""


def drain(*, stop: threading.Event, clock: Clock = timezone.now) -> int:
    """Works until nothing is due, five minutes have passed or `stop` is set; how many imports."""
    ends_at = time.monotonic() + LOOP_SECONDS
    done = 0
    while not stop.is_set() and time.monotonic() < ends_at:
        claim = claim_import(now=clock())
        if claim is None:
            break
        with telemetry.bound(organization_id=claim.organization_id):
            serve(claim, clock=clock)
        done += 1
    purge_old(now=clock())
    connection.close()
    return done


def claim_import(*, now: datetime) -> Claim | None:
    """Leases the import that has waited longest, or nothing."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    with system_scope(SystemReason.SWEEP), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": until})
        row = cursor.fetchone()
    return Claim(*row) if row else None


def serve(claim: Claim, *, clock: Clock = timezone.now) -> None:
    """Checks or writes a claimed import. What cannot be done is told in its row."""
    try:
        one = _held(claim)
        if claim.attempts > MAX_ATTEMPTS:
            raise Conflict(
                "import_gave_up",
                "The import was begun three times and never ended: try again, with a smaller file.",
            )
        read = list(_read(claim, one, clock))
        if one.goal == GlossaryImport.CHECK:
            _check(claim, one, read)
        else:
            _write(claim, one, read, clock())
    except _Lost:
        _log.info("import.lost", import_id=str(claim.import_id))
    except DomainError as refused:
        _refuse(claim, refused.code, refused.message)


def _held(claim: Claim) -> GlossaryImport:
    with organization_scope(claim.organization_id):
        found = GlossaryImport.objects.filter(
            organization_id=claim.organization_id, pk=claim.import_id
        ).first()
    if found is None:  # its glossary went, and it with it
        raise _Lost
    return found


def purge_old(*, now: datetime) -> None:
    """Removes imports of more than a week ago, with their files."""
    with system_scope(SystemReason.RETENTION), connection.cursor() as cursor:
        cursor.execute(_OLD, [now - timedelta(days=KEEP_DAYS)])
        old = cursor.fetchall()
    for organization_id, import_id in old:
        with organization_scope(organization_id):
            for one in GlossaryImport.objects.filter(organization_id=organization_id, pk=import_id):
                storage.delete_on_commit(one.storage_name)
                one.delete()


def _read(claim: Claim, one: GlossaryImport, clock: Clock) -> Iterator[Draft]:
    """The concepts of the file; the row tells how far it is, and is asked whether to go on."""
    table = table_of(one.name, storage.read_bytes(one.storage_name))
    told = tuple(map(column, one.columns))
    last = 0

    def counted() -> Iterator[tuple[int, list[str]]]:
        nonlocal last
        for count, row in enumerate(table.rows(), 1):
            if count - last >= ROWS_A_STEP:
                last = count
                _step(claim, count, clock())
            yield row

    yield from drafts(table.header, counted(), told)
    _step(claim, one.rows, clock())


def _step(claim: Claim, done: int, now: datetime) -> None:
    until = now + timedelta(seconds=LEASE_SECONDS)
    with organization_scope(claim.organization_id), connection.cursor() as cursor:
        cursor.execute(_STEP, [done, until, claim.organization_id, claim.import_id, claim.fence])
        if not cursor.rowcount:
            raise _Lost


def _check(claim: Claim, one: GlossaryImport, read: list[Draft]) -> None:
    with organization_scope(claim.organization_id):
        found = _planned(one, held_in(claim.organization_id, one.glossary_id), read)
        require_room(claim.organization_id, len(found.added))
        _end(claim, GlossaryImport.CHECKED, found)


def _write(claim: Claim, one: GlossaryImport, read: list[Draft], now: datetime) -> None:
    actor = Actor(
        organization_id=claim.organization_id, user_id=one.user_id, api_key_id=one.api_key_id
    )
    with organization_scope(claim.organization_id):
        glossary = locked(actor, one.glossary_id)
        found = _planned(one, held_in(claim.organization_id, glossary.pk), read)
        _store(actor, glossary, found, now)
        record_import(actor, glossary.pk, found.counts(), now)
        _end(claim, GlossaryImport.FINISHED, found, ended_at=now)


def _planned(one: GlossaryImport, held: Mapping[UUID, ConceptValues], read: list[Draft]) -> Plan:
    return plan(read, held, tuple(map(column, one.columns)), one.existing)


def _store(actor: Actor, glossary: Glossary, found: Plan, now: datetime) -> None:
    if found.added:
        require_room(actor.organization_id, len(found.added))
        insert_concepts(actor, glossary.pk, found.added, now=now)
    if found.changed:
        changes = [(one.id, one.held, one.wanted) for one in found.changed]
        replace_concepts(actor, glossary.pk, changes, now=now)
    if found.added or found.changed:
        touch(glossary, added=len(found.added), now=now)


def _end(claim: Claim, state: str, found: Plan, *, ended_at: datetime | None = None) -> None:
    """Tells what the import came to; raises _Lost, and with it all is undone, where it was lost."""
    problems = [
        {"row": one.row, "column": one.column, "message": one.message}
        for one in sorted(found.problems, key=lambda one: one.row)[:MAX_PROBLEMS]
    ]
    _settle(claim, state=state, counts=found.counts(), problems=problems, ended_at=ended_at)


def _refuse(claim: Claim, code: str, message: str) -> None:
    """Ends an import that cannot be done, unless it is another's by now."""
    try:
        with organization_scope(claim.organization_id):
            _settle(
                claim,
                state=GlossaryImport.FAILED,
                refusal={"code": code, "message": message},
                ended_at=timezone.now(),
            )
    except _Lost:
        _log.info("import.lost", import_id=str(claim.import_id))


def _settle(claim: Claim, **values: Any) -> None:
    mine = GlossaryImport.objects.filter(
        organization_id=claim.organization_id,
        pk=claim.import_id,
        fence=claim.fence,
        state=GlossaryImport.RUNNING,
    )
    if not mine.update(leased_until=None, **values):
        raise _Lost
