"""What is done in the translate box: look at a text, have it translated, stop, go on, delete."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError

from accounts.services import Actor
from accounts.services.preferences import remember_languages
from accounts.tenancy import organization_scope
from common.errors import Invalid, Malformed, NotFound, TooLarge
from engine.detection import Detection, detect
from engine.errors import EngineError
from engine.formats.texts import FORMAT, pack_texts
from engine.languages import find_source
from engine.sources import leaders, source_segments
from glossaries.queries import NO_WISHES, Wishes
from translation.models import Document
from translation.queries.box import job_of
from translation.queries.documents import get_job
from translation.refusals import engine_errors
from translation.services import deletion, documents, retry
from translation.services.counting import counted
from translation.services.intake import MAX_TEXT_BYTES, submit_texts

_TOKEN: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a text would come to. `chars` would be billed, `repeated` of its segments would not."""

    detection: Detection
    chars: int
    segments: int
    repeated: int

    @property
    def detected_language(self) -> str | None:
        """The code of the text's language, None where it is doubtful."""
        found = self.detection.language
        return found.code if found else None


def look(
    *, organization_id: UUID, text: str, source_language: str, wishes: Wishes = NO_WISHES
) -> Look:
    """Looks at a text that is being typed: nothing is stored, Claude is not asked.

    Without a source language it is cut and counted in the likeliest one.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise TooLarge(
            "texts_too_large",
            "This is longer than 128 KiB. Shorten it, or upload it as a file.",
            detail={"max_bytes": MAX_TEXT_BYTES},
        )
    detection = detect(text)
    if not text.strip():
        return Look(detection=detection, chars=0, segments=0, repeated=0)
    likeliest = detection.candidates[0].code if detection.candidates else "en"
    with engine_errors():
        source = find_source(source_language or likeliest)
        parsed = FORMAT.read(pack_texts([text]), source=source)
    try:
        found = source_segments(parsed.units, source)
    except EngineError:
        # Numbers and code alone, and nothing else can be: the length was seen to.
        found = []
    if found:
        with organization_scope(organization_id):
            found = counted(organization_id, found, source, wishes)
    first = leaders(found, [one.translatable for one in found])
    billed = [one.chars for one, leader in zip(found, first, strict=True) if leader is None]
    return Look(
        detection=detection,
        chars=sum(billed),
        segments=len(found),
        repeated=len(found) - len(billed),
    )


def start(
    *,
    actor: Actor,
    text: str,
    source_language: str,
    target_language: str,
    token: str = "",
    wishes: Wishes = NO_WISHES,
) -> UUID:
    """Has a text translated; its job. Without a source language the text must name its own.

    `token` is the caller's name for this wish: the same wish sent again is the same job, billed
    once, however often and however close together it comes.
    """
    source = source_language or _detected(text)
    document_id = _document_id(actor, token, text, source, target_language, wishes)
    job_id = _known(actor.organization_id, document_id)
    if job_id is None:
        try:
            submitted = submit_texts(
                actor=actor,
                texts=[text],
                source_language=source,
                target_language=target_language,
                document_id=document_id,
                wishes=wishes,
            )
            [job_id] = submitted.job_ids.values()
        except IntegrityError:
            # The other of two that came at once was first.
            job_id = _known(actor.organization_id, document_id)
            if job_id is None:
                raise
    if actor.user_id is not None:
        remember_languages(user_id=actor.user_id, source=source, targets=[target_language])
    return job_id


def stop(*, actor: Actor, job_id: UUID) -> None:
    """Cancels a text that is being translated. What has come stays, and is billed."""
    _text_of(actor.organization_id, job_id)
    documents.cancel_job(actor=actor, job_id=job_id)


def go_on(*, actor: Actor, job_id: UUID) -> None:
    """Tries again what failed."""
    _text_of(actor.organization_id, job_id)
    retry.retry_failed(actor=actor, job_id=job_id)


def forget(*, actor: Actor, job_id: UUID) -> None:
    """Deletes a text with its translation."""
    deletion.delete_document(actor=actor, document_id=_text_of(actor.organization_id, job_id).pk)


def _detected(text: str) -> str:
    if not text.strip():
        return "en"  # refused as empty in a moment
    found = detect(text)
    if found.language is not None:
        return found.language.code
    choices = [one.code for one in found.candidates]
    named = " or ".join(one.name for one in found.candidates)
    raise Invalid(
        "language_unsure",
        f"Choose the language of the text: it may be {named}."
        if named
        else "Choose the language of the text: it does not show.",
        detail={"candidates": choices},
    )


def _document_id(
    actor: Actor, token: str, text: str, source: str, target: str, wishes: Wishes
) -> UUID | None:
    """The document of this wish, the same for the same one; never another person's."""
    if not token:
        return None
    if not _TOKEN.fullmatch(token):
        raise Malformed("request_malformed", "The token of the request is not one of ours.")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    told = str(actor.user_id), token, source, target, digest, repr(wishes)
    return uuid5(actor.organization_id, "\n".join(told))


def _known(organization_id: UUID, document_id: UUID | None) -> UUID | None:
    if document_id is None:
        return None
    with organization_scope(organization_id):
        job = job_of(organization_id, document_id)
    return job.pk if job else None


def _text_of(organization_id: UUID, job_id: UUID) -> Document:
    with organization_scope(organization_id):
        document = get_job(organization_id, job_id).revision.document
    if document.kind != Document.TEXT:
        raise NotFound("translation_not_found", "There is no translated text at this address.")
    return document
