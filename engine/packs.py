"""Cuts a document's segments into packs: neighbours together, bounded by count and by output."""

from __future__ import annotations

from collections.abc import Sequence

from engine.values import MAX_PACK_OUTPUT_TOKENS, MAX_PACK_SEGMENTS

# What one answer entry costs beside its text: braces, keys, quotes and the id.
ENTRY_TOKENS = 12
# Characters a token, for Latin script with spaces and for everything denser. Chosen on the high
# side of what current tokenizers need, so that a pack is rather too small than cut short.
_LATIN_CHARS_PER_TOKEN = 3.2
_OTHER_TOKENS_PER_CHAR = 0.9


def estimate_tokens(text: str) -> int:
    """Roughly how many tokens a text has; never 0, and cheap enough to ask of every segment."""
    if text.isascii():
        return int(len(text) / _LATIN_CHARS_PER_TOKEN) + 1
    dense = sum(1 for char in text if ord(char) > 0x24F)
    latin = len(text) - dense
    return int(latin / _LATIN_CHARS_PER_TOKEN + dense * _OTHER_TOKENS_PER_CHAR) + 1


def output_tokens(texts: Sequence[str], expansion: float) -> int:
    """Roughly what the answer for one segment with these wordings costs.

    `expansion` is the target's length against the source's.
    """
    grown = max(expansion, 1.0)
    return sum(int(estimate_tokens(text) * grown) + ENTRY_TOKENS for text in texts)


def cut(
    tokens: Sequence[int],
    *,
    max_segments: int = MAX_PACK_SEGMENTS,
    max_tokens: int = MAX_PACK_OUTPUT_TOKENS,
) -> list[range]:
    """Ranges of neighbours, each at most `max_segments` long and `max_tokens` heavy.

    A segment heavier than `max_tokens` travels alone.
    """
    packs: list[range] = []
    start = weight = 0
    for position, one in enumerate(tokens):
        full = position - start >= max_segments or weight + one > max_tokens
        if full and position > start:
            packs.append(range(start, position))
            start, weight = position, 0
        weight += one
    if start < len(tokens):
        packs.append(range(start, len(tokens)))
    return packs
