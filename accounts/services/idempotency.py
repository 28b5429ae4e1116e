"""Writes that are sent again: one effect, and the first answer again (decision 0017).

The effect, the note of it and the answer are one transaction, so whatever dies leaves all or
nothing. What takes longer than a transaction may last notes its effect there, and its answer later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import IdempotentCall
from accounts.roles import Actor
from accounts.services import sealing
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import queue
from common.errors import Conflict, Malformed

HEADER: Final = "Idempotency-Key"
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEPT: Final = timedelta(hours=24)
# How long a call waits for another of its key that is being answered.
WAIT_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.25
MAX_PURGED: Final = 1_000_000
BATCH: Final = 10_000
_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")
_PURPOSE: Final = "answers to repeat"

_OVERDUE = """
select organization_id from accounts_idempotentcall where created_at <= %s limit 1
"""
_PURGE = """
delete from accounts_idempotentcall
 where organization_id = %s
   and id in (select id from accounts_idempotentcall
               where organization_id = %s and created_at <= %s limit %s)
"""


@dataclass(slots=True, kw_only=True)
class Call:
    """A write under a caller's key. `fingerprint` is equal for equal requests.

    `is_repeated` says, once it is known, that an earlier call of the key had the effect.
    """

    organization_id: UUID
    caller: UUID
    key: str
    fingerprint: str
    is_repeated: bool = False

    @property
    def digest(self) -> bytes:
        """Eight bytes that stand for the key outside of the table: no customer's text there."""
        told = blake2b(self.organization_id.bytes + self.caller.bytes, digest_size=8)
        told.update(self.key.encode())
        return told.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call was answered: status, the headers that belong to it, body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether it may lie in no cache: then it lies sealed in our own rows, too."""
        return "no-store" in self.headers.get("Cache-Control", "")


class Refused(Exception):
    """An answer of 400 or more: raised through the transaction, so that nothing of it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is known of a call. Without an answer it is told from what `effect_id` names."""

    effect_id: UUID | None = None
    answer: Answer | None = None


def call_of(*, actor: Actor, key: str, fingerprint: str) -> Call:
    """The call an actor means by `key`; raises Malformed for what is no key."""
    if not _KEY.fullmatch(key):
        raise Malformed(
            "idempotency_key_malformed",
            "An Idempotency-Key has 1 to 255 printable ASCII characters, such as a UUID.",
        )
    caller = actor.api_key_id or actor.user_id
    assert caller is not None, "an actor is a person or an API key"
    return Call(
        organization_id=actor.organization_id, caller=caller, key=key, fingerprint=fingerprint
    )


def call_on(request: object) -> Call | None:
    """The call that middleware put on a request; None where it named no key."""
    call = getattr(request, "idempotent_call", None)
    return call if isinstance(call, Call) else None


def kept_answer(call: Call, *, now: datetime | None = None) -> Answer | None:
    """The answer to repeat, where there is one; raises Conflict for a key of another request."""
    with organization_scope(call.organization_id):
        kept = _find(call, now or timezone.now())
    return kept.answer if kept else None


def answer_once(call: Call, act: Callable[[], Answer], *, now: datetime | None = None) -> Answer:
    """What `act` answers, kept in one transaction with its effect, or what was kept before.

    `act` runs inside the organization's scope and must neither wait nor open another scope. What it
    raises undoes it, and leaves the key to the next call. One call of a key runs at a time, over
    all processes; another one waits without a connection. Raises Conflict for a key of another
    request, and where the first takes too long.
    """
    kept = _once(call, lambda: _Kept(answer=act()), now)
    assert kept.answer is not None, "the view that noted an effect tells its answers itself"
    return kept.answer


def effect_once(call: Call, make: Callable[[], UUID], *, now: datetime | None = None) -> UUID:
    """The id of what `make` makes, noted in one transaction with it, or of what was made before.

    As `answer_once`, for what cannot be answered at once: each call tells its own answer from the
    rows, and `keep_answer` keeps it when it is final.
    """
    kept = _once(call, lambda: _Kept(effect_id=make()), now)
    assert kept.effect_id is not None, "a view that notes effects never keeps an answer alone"
    return kept.effect_id


def keep_answer(call: Call, answer: Answer) -> None:
    """Keeps the final answer of a call whose effect is noted; the first one stays."""
    with organization_scope(call.organization_id):
        IdempotentCall.objects.filter(
            organization_id=call.organization_id, caller=call.caller, key=call.key, status=None
        ).update(status=answer.status, headers=dict(answer.headers), body=_body(answer))


def forget_answers(organization_id: UUID, effect_ids: list[UUID]) -> None:
    """Takes away what was answered of these, in the organization's scope: their text is deleted.

    The calls stay known: sent again, they do nothing anew.
    """
    IdempotentCall.objects.filter(organization_id=organization_id, effect_id__in=effect_ids).update(
        status=None, headers={}, body=""
    )


def purge(*, now: datetime, most: int = MAX_PURGED) -> int:
    """Removes calls older than 24 hours, at most `most`; how many."""
    purged = 0
    while purged < most:
        with system_scope(SystemReason.RETENTION), connection.cursor() as cursor:
            cursor.execute(_OVERDUE, [now - KEPT])
            row = cursor.fetchone()
        if row is None:
            break
        with organization_scope(row[0]), connection.cursor() as cursor:
            batch = min(BATCH, most - purged)
            cursor.execute(_PURGE, [row[0], row[0], now - KEPT, batch])
            gone = cursor.rowcount
        if not gone:  # another purge is at the same rows
            break
        purged += gone
    return purged


def _once(call: Call, act: Callable[[], _Kept], now: datetime | None) -> _Kept:
    """What is kept of a call, or what `act` makes of it now."""
    channel = f"call:{call.digest.hex()}"
    for _ in queue.looks(channel, seconds=WAIT_SECONDS, every=LOOK_SECONDS):
        moment = now or timezone.now()
        is_mine = False
        try:
            with organization_scope(call.organization_id):
                kept = _find(call, moment)
                if kept is None and (is_mine := _try_lock(call)):
                    # Whoever held the lock may have committed since we looked.
                    kept = _find(call, moment)
                    if kept is None:
                        kept = act()
                        _keep(call, kept, moment)
                        return kept
        finally:
            if is_mine:
                queue.announce(channel)
        if kept is not None:
            call.is_repeated = True
            return kept
    raise _in_progress()


def _find(call: Call, now: datetime) -> _Kept | None:
    row = IdempotentCall.objects.filter(
        organization_id=call.organization_id,
        caller=call.caller,
        key=call.key,
        created_at__gt=now - KEPT,
    ).first()
    if row is None:
        return None
    if row.fingerprint != call.fingerprint:
        raise Conflict(
            "idempotency_key_reused",
            "This Idempotency-Key was sent with another request before: use a new key for this"
            " one.",
        )
    if row.status is None:
        return _Kept(effect_id=row.effect_id)
    answer = Answer(status=row.status, headers=row.headers, body=row.body)
    if answer.is_secret:
        answer = replace(answer, body=sealing.opened(row.body, purpose=_PURPOSE))
    return _Kept(effect_id=row.effect_id, answer=answer)


def _body(answer: Answer) -> str:
    return sealing.sealed(answer.body, purpose=_PURPOSE) if answer.is_secret else answer.body


def _try_lock(call: Call) -> bool:
    """Whether this transaction is now the one that may act for the key. It ends with it.

    A lock and no row: whoever waited at a row would hold a connection meanwhile, and 200 of them
    all there are.
    """
    with connection.cursor() as cursor:
        number = int.from_bytes(call.digest, signed=True)
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _keep(call: Call, kept: _Kept, now: datetime) -> None:
    # A row of the same key that is older than a day may still lie there: it is written over.
    IdempotentCall.objects.bulk_create(
        [
            IdempotentCall(
                organization_id=call.organization_id,
                caller=call.caller,
                key=call.key,
                fingerprint=call.fingerprint,
                created_at=now,
                effect_id=kept.effect_id,
                status=kept.answer.status if kept.answer else None,
                headers=dict(kept.answer.headers) if kept.answer else {},
                body=_body(kept.answer) if kept.answer else "",
            )
        ],
        update_conflicts=True,
        unique_fields=["organization", "caller", "key"],
        update_fields=["fingerprint", "created_at", "effect_id", "status", "headers", "body"],
    )


def _in_progress() -> Conflict:
    return Conflict(
        "idempotency_in_progress",
        "The first request with this Idempotency-Key is still being answered: ask again shortly.",
        retry_after=1,
    )
