"""One submission does one thing, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from django.db import IntegrityError

from accounts.tenancy import organization_scope
from glossaries.queries import NO_WISHES, Wishes
from translation.models import Revision, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What was stored: the document and, by target language, its jobs and their first runs."""

    document_id: UUID
    job_ids: dict[str, UUID]
    run_ids: dict[str, UUID]


def key(
    organization_id: UUID,
    token: UUID,
    number: int,
    data: bytes,
    source: str,
    targets: Sequence[str],
    wishes: Wishes,
) -> UUID:
    """The id of the revision a file becomes: the same for the same file sent the same way.

    It begins with the token's own time, as every key here begins with a time.
    """
    told = blake2b(digest_size=10)
    for part in (organization_id.bytes, token.bytes, number.to_bytes(2, "big")):
        told.update(part)
    told.update("\x1f".join([source, *sorted(targets)]).encode())
    if wishes != NO_WISHES:
        told.update(repr(wishes).encode())
    told.update(data)
    value = bytearray(token.bytes[:6] + told.digest())
    value[6] = value[6] & 0x0F | 0x70
    value[8] = value[8] & 0x3F | 0x80
    return UUID(bytes=bytes(value))


def once(
    organization_id: UUID, keys: Sequence[UUID], store: Callable[[], list[Submitted]]
) -> list[Submitted]:
    """What was stored under these keys, else what `store` now stores under them.

    Of two at the same time one waits at the first key for the other, and then finds its rows.
    """
    if made := _made(organization_id, keys):
        return made
    try:
        return store()
    except IntegrityError:
        if made := _made(organization_id, keys):
            return made
        raise


def _made(organization_id: UUID, keys: Sequence[UUID]) -> list[Submitted]:
    with organization_scope(organization_id):
        found = {
            revision.pk: revision
            for revision in Revision.objects.filter(
                organization_id=organization_id, pk__in=keys, document__deleted_at=None
            )
        }
        runs = list(
            Run.objects.filter(
                organization_id=organization_id, job__revision_id__in=list(found), number=1
            ).select_related("job")
        )
    return [
        Submitted(
            document_id=found[one].document_id,
            job_ids={r.job.target_language: r.job_id for r in runs if r.job.revision_id == one},
            run_ids={r.job.target_language: r.pk for r in runs if r.job.revision_id == one},
        )
        for one in keys
        if one in found
    ]
