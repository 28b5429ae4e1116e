"""The values that travel through the engine. All frozen; none knows a database or a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from engine.guide import Style

MAX_PACK_SEGMENTS = 20
MAX_PACK_OUTPUT_TOKENS = 1_500
MAX_REPAIR_ROUNDS = 2


class Syntax(StrEnum):
    """How a unit's text is written; decides what `engine.protect` takes for code."""

    TEXT = "text"  # prose: URLs, e-mails, obvious placeholders
    MARKUP = "markup"  # HTML or XML: raw tags; literal < > & stand escaped, nothing else does
    MARKDOWN = "markdown"  # inline Markdown with inline HTML
    CATALOGUE = "catalogue"  # software string: printf, Python, braces, tags, entities as typed
    ICU = "icu"  # one leaf of an ICU message: {arg, type}, # and apostrophe quoting
    RUNS = "runs"  # office text: our own <gN>..</gN> and <xN/> tags; literal < > & stand escaped


@dataclass(frozen=True, slots=True)
class Form:
    """One wording of a source or target. `label` is "" for a lone form, else a path of selectors.

    A path is "arg:kind=value" joined by "/", kind being plural, ordinal or select, as in
    "count:plural=one/gender:select=female"; gettext plurals use "n:plural=one".
    """

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One translatable value of a file, in file order.

    `key` is unique in the file and stable across revisions (JSON path, msgctxt and msgid, part and
    number). `context` keeps equal sources apart that must not share a translation. `flags` are
    hints for protection such as "python-format". `current` is what the file now holds where the
    target goes, one text per target form, or None where source and target share the place.
    """

    key: str
    syntax: Syntax
    forms: tuple[Form, ...]
    segmented: bool = False
    context: str = ""
    note: str = ""
    flags: tuple[str, ...] = ()
    current: tuple[str, ...] | None = None


class Tier(StrEnum):
    """Model tiers, cheapest first; `claude` maps each slug to a model id."""

    FAST = "fast"
    STANDARD = "standard"
    BEST = "best"

    def higher(self) -> Tier | None:
        """The next tier up, or None at the top."""
        order = list(Tier)
        position = order.index(self) + 1
        return order[position] if position < len(order) else None


TermStatus = Literal["preferred", "admitted", "deprecated", "forbidden"]


@dataclass(frozen=True, slots=True)
class Wording:
    """A term in one language. `exact` allows no inflection, `forms` are inflected forms declared.

    Where `case_sensitive`, only this case counts.
    """

    text: str
    status: TermStatus = "preferred"
    case_sensitive: bool = False
    exact: bool = False
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One concept for one language pair. `id` names it; `target` may be empty.

    Where `keep`, the term is not translated at all: it stands in the target as in the source.
    `means` is its definition, for the model.
    """

    id: str
    source: tuple[Wording, ...]
    target: tuple[Wording, ...] = ()
    keep: bool = False
    means: str = ""


Effort = Literal["", "low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on gates report.

    `length_share`: a target shorter than this share of what is usual. `same_words`: a target that
    repeats a source of so many words.
    """

    length_share: float = 0.6
    same_words: int = 4


USUAL: Final = Thresholds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a run is to be translated by; frozen when the run starts.

    `salt` is opaque and differs between organizations, so that no cached prompt prefix is shared.
    `blocking` names gates, by code, that hold a target back beyond those that always do, `ignored`
    those that do not look at all. `rules` are the concepts of the glossaries that occur in what is
    translated, and no others; those first that win where two disagree. `subject` is the field the
    texts belong to, `effort` how much a model thinks, "" for its own measure. `parts` name what the
    brief was made of, each with its version. `style` is how the target language is to be written.
    """

    source: str
    target: str
    tier: Tier
    salt: str
    blocking: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    subject: str = ""
    effort: Effort = ""
    thresholds: Thresholds = USUAL
    parts: tuple[str, ...] = ()
    style: Style | None = None


Severity = Literal["neutral", "minor", "major", "critical"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points in the source or target text of one form."""

    side: Literal["source", "target"]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a gate reports of one target. `evidence` holds the facts its sentence is made of."""

    code: str
    category: str  # MQM, such as "accuracy/omission"
    severity: Severity
    blocking: bool
    form: str = ""
    spans: tuple[Span, ...] = ()
    evidence: Mapping[str, str | int | float | list[str]] = field(default_factory=dict)


TokenKind = Literal["placeholder", "tag_open", "tag_close", "tag", "url", "email", "escape"]


@dataclass(frozen=True, slots=True)
class Token:
    """Something that must come back unchanged. `mark` stands for `raw` in the protected text."""

    mark: str
    raw: str
    kind: TokenKind


@dataclass(frozen=True, slots=True)
class Protected:
    """A text with its code replaced by marks. Outer white space is kept aside, by code.

    `text` is what the model reads: unescaped prose and marks.
    """

    text: str
    tokens: tuple[Token, ...]
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """One ordered part of a system prompt; `breakpoint` asks for a cache breakpoint after it."""

    text: str
    breakpoint: bool = False


Purpose = Literal["translate", "repair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question to a model. `user` is JSON text; `schema` is a JSON schema for the answer."""

    tier: Tier
    purpose: Purpose
    system: tuple[PromptBlock, ...]
    user: str
    schema: Mapping[str, object]
    max_output_tokens: int
    effort: Effort = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReply:
    """What came back: JSON text (perhaps cut short), why it ended, and what it cost.

    `input_tokens` counts everything read, cached or not. `cost` is in US dollars.
    """

    text: str
    stop: Literal["complete", "truncated", "refused"]
    model: str
    input_tokens: int
    output_tokens: int
    cost: Decimal


class ModelErrorKind(StrEnum):
    """Why a model call gave no reply, as far as the next step depends on it."""

    RATE_LIMITED = "rate_limited"
    SPEND_CAP = "spend_cap"
    OVERLOADED = "overloaded"
    SERVER = "server"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TOO_LARGE = "too_large"
    BAD_REQUEST = "bad_request"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    BILLING = "billing"
    UNKNOWN_MODEL = "unknown_model"
