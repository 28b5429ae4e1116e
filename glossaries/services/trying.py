"""A sentence held against a style guide, without a model."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import Invalid
from engine import gates
from engine.gates import STYLE_GATES, Subject
from engine.guide import Style
from engine.languages import find_source
from engine.protect import protect, restore
from engine.style import Task, mended
from engine.values import Brief, Syntax, Tier
from glossaries.style_values import style_problems

MAX_SAMPLE_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Tried:
    """What becomes of a sentence: as it would be delivered, what was mended, what is left."""

    text: str
    mended: tuple[str, ...]
    left: tuple[str, ...]


def try_style(*, style: Style, language: str, sample: str) -> Tried:
    """Mends and checks a sentence of the target language; raises Invalid."""
    if not sample.strip() or len(sample) > MAX_SAMPLE_CHARS:
        raise Invalid(
            "style_sample_invalid",
            f"Write a sentence of at most {MAX_SAMPLE_CHARS:,} characters.",
            detail={"field": "sample"},
        )
    if found := style_problems(style):
        raise Invalid("style_invalid", found[0].message)
    protected = protect(sample, Syntax.CATALOGUE)
    better = mended(protected.text, Task(style, protected.text))
    subject = Subject(
        source=sample,
        protected=protected,
        reply=better.text,
        target=restore(better.text, protected, Syntax.CATALOGUE),
        syntax=Syntax.CATALOGUE,
        flags=(),
        label="",
        source_language=find_source("en"),
        target_language=find_source(language),
        style=style,
    )
    brief = Brief(source="en", target=language, tier=Tier.FAST, salt="", style=style)
    left = [one for one in gates.inspect(subject, brief) if one.code in STYLE_GATES]
    return Tried(
        subject.target,
        tuple(gates.title(code) for code in better.fixes),
        tuple(map(gates.sentence, left)),
    )
