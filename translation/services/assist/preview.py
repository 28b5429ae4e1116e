"""The exact prompt of a sample text, block by block, without asking Claude."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from accounts import queries as accounts
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common.errors import Invalid, TooLarge
from engine.formats.texts import FORMAT, pack_texts
from engine.packs import estimate_tokens
from engine.pipeline import PackSegment, asked_of
from engine.prompts import Context, joined
from engine.sources import protected_texts, source_segments
from engine.values import MAX_PACK_SEGMENTS, Brief, PromptBlock
from glossaries.queries import Disagreement, Settled, Wishes, brief_for, disagreements, settled_of
from translation.refusals import engine_errors
from translation.services import languages

MAX_SAMPLE_CHARS: Final = 10_000


@dataclass(frozen=True, slots=True)
class PreviewBlock:
    """One part of the prompt: what it is, where it comes from, its text, about how many tokens.

    `cached` tells that a breakpoint stands behind it, so that it is paid once for many requests.
    """

    name: str
    origin: str
    text: str
    tokens: int
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A prompt. `user` is the whole last message; `blocks` holds its parts as well."""

    brief: Brief
    settled: Settled
    blocks: tuple[PreviewBlock, ...]
    user: str
    disagreements: tuple[Disagreement, ...]

    @property
    def tokens(self) -> int:
        """Of all blocks together, about."""
        return sum(one.tokens for one in self.blocks)


def preview(
    *, actor: Actor, text: str, source_language: str, target_language: str, wishes: Wishes
) -> Preview:
    """What the first request of this text's translation would say; nothing is stored.

    At most 10,000 characters, of which the first pack is shown. Raises Invalid, TooLarge.
    """
    if not text.strip():
        raise Invalid("text_empty", "Every text must hold at least one character to translate.")
    if len(text) > MAX_SAMPLE_CHARS:
        raise TooLarge(
            "sample_too_large",
            f"A sample has at most {MAX_SAMPLE_CHARS:,} characters; a sentence or two will do.",
            detail={"most": MAX_SAMPLE_CHARS},
        )
    source, [target] = languages.pair(source_language, [target_language])
    with engine_errors():
        found = source_segments(FORMAT.read(pack_texts([text]), source=source).units, source)
    shown = [one for one in found if one.translatable][:MAX_PACK_SEGMENTS]
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        brief = brief_for(
            organization_id,
            salt=accounts.prompt_salt(organization_id),
            source=source.code,
            target=target.code,
            texts=protected_texts(shown),
            wishes=wishes,
        )
        lost = disagreements(
            organization_id, wishes.profile, concepts=[rule.id for rule in brief.rules]
        )
    segments = [PackSegment(id=one.key, syntax=one.syntax, forms=one.forms) for one in shown]
    system, user = asked_of(segments, brief=brief, context=Context())
    return Preview(
        brief=brief,
        settled=settled_of(organization_id, wishes.profile),
        blocks=tuple(_blocks(system, user)),
        user=joined(user),
        disagreements=tuple(lost),
    )


_ORIGINS: Final = {
    "glossary": "Your glossaries: only terms that occur",
    "segments": "Your sample, with marks for code and names",
}


def _blocks(
    system: Sequence[PromptBlock], user: Sequence[tuple[str, str]]
) -> Iterator[PreviewBlock]:
    names = ("rules", "Interlinear: the same for everybody"), ("organization", "Your own: profile")
    for (name, origin), block in zip(names, system, strict=True):
        yield PreviewBlock(
            name, origin, block.text, estimate_tokens(block.text), cached=block.breakpoint
        )
    for name, value in user:
        if name in _ORIGINS:
            yield PreviewBlock(name, _ORIGINS[name], value, estimate_tokens(value))
