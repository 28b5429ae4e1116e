"""What a domain profile may say, and whose word counts where several do. Pure.

A profile says only what it wants otherwise. Whatever it leaves open comes from the profile above
it, then from the organization's own, then from what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from engine.gates import GATES
from engine.values import Effort, Thresholds, Tier
from glossaries.values import MAX_SUBJECT_CHARS, Problem, unprintable

T = TypeVar("T")

BLOCK, WARN, OFF = "block", "warn", "off"
GATE_CHOICES: Final = (BLOCK, WARN, OFF)
# Gates a profile decides about; the others hold back what is certainly broken, always.
OPEN_GATES: Final = tuple(gate.code for gate in GATES if not gate.blocks)
TIERS: Final = tuple(one.value for one in Tier)
EFFORTS: Final = ("low", "medium", "high")
LENGTH_SHARES: Final = (0.3, 0.95)
SAME_WORDS: Final = (2, 20)
MAX_GLOSSARIES_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileValues:
    """What one profile says; None, and what a mapping does not name, is left to the next.

    `glossaries` are in the order in which they win. `gates` maps codes to block, warn or off.
    """

    subject: str | None = None
    glossaries: tuple[UUID, ...] | None = None
    tier: str | None = None
    effort: str | None = None
    gates: Mapping[str, str] = field(default_factory=dict)
    length_share: float | None = None
    same_words: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose word it is. `name` and `id` are a profile's."""

    kind: Literal["profile", "organization", "usual"]
    name: str = ""
    id: UUID | None = None


USUAL: Final = Origin("usual")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a single request says: the profile it names."""

    profile: UUID | None = None


NO_WISHES: Final = Wishes()


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """A value and where it comes from."""

    value: T
    origin: Origin


@dataclass(frozen=True, slots=True)
class Layer:
    """One profile on the way up."""

    origin: Origin
    values: ProfileValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What counts in the end. `glossaries` None stands for all, the oldest first."""

    subject: Told[str]
    glossaries: Told[tuple[UUID, ...] | None]
    tier: Told[Tier]
    effort: Told[Effort]
    gates: Mapping[str, Told[str]]
    length_share: Told[float]
    same_words: Told[int]

    def blocking(self) -> frozenset[str]:
        """Gates that hold back."""
        return self._gates(BLOCK)

    def ignored(self) -> frozenset[str]:
        """Gates that do not look."""
        return self._gates(OFF)

    def thresholds(self) -> Thresholds:
        """From where on gates report."""
        return Thresholds(self.length_share.value, self.same_words.value)

    def _gates(self, choice: str) -> frozenset[str]:
        return frozenset(code for code, told in self.gates.items() if told.value == choice)


def settled(layers: Sequence[Layer]) -> Settled:
    """What several profiles come to, the nearest first."""
    usual = Thresholds()

    def first(name: str, otherwise: Any, read: Callable[[Any], Any] = lambda value: value) -> Any:
        for layer in layers:
            value = getattr(layer.values, name)
            if value is not None:
                return Told(read(value), layer.origin)
        return Told(otherwise, USUAL)

    return Settled(
        subject=first("subject", ""),
        glossaries=first("glossaries", None),
        tier=first("tier", Tier.FAST, Tier),
        effort=first("effort", ""),
        gates={code: _gate(layers, code) for code in OPEN_GATES},
        length_share=first("length_share", usual.length_share),
        same_words=first("same_words", usual.same_words),
    )


def _gate(layers: Sequence[Layer], code: str) -> Told[str]:
    for layer in layers:
        if code in layer.values.gates:
            return Told(layer.values.gates[code], layer.origin)
    return Told(WARN, USUAL)


def profile_problems(values: ProfileValues) -> list[Problem]:
    """Everything that keeps a profile from being stored."""
    return list(_problems(values))


def _problems(values: ProfileValues) -> Iterator[Problem]:
    subject = values.subject or ""
    if len(subject) > MAX_SUBJECT_CHARS:
        yield Problem(("subject",), f"Write at most {MAX_SUBJECT_CHARS} characters.")
    elif unprintable(subject):
        yield Problem(("subject",), "A character of it cannot be stored or seen.")
    if values.tier is not None and values.tier not in TIERS:
        yield Problem(("tier",), f"Choose one of {', '.join(TIERS)}.")
    if values.effort is not None and values.effort not in EFFORTS:
        yield Problem(("effort",), f"Choose one of {', '.join(EFFORTS)}.")
    named = values.glossaries or ()
    if len(named) > MAX_GLOSSARIES_NAMED or len(set(named)) != len(named):
        yield Problem(
            ("glossaries",), f"Name at most {MAX_GLOSSARIES_NAMED} glossaries, each of them once."
        )
    for code, choice in values.gates.items():
        if code not in OPEN_GATES:
            yield Problem(("gates", code), f"The gates to decide about are {_listed(OPEN_GATES)}.")
        elif choice not in GATE_CHOICES:
            yield Problem(("gates", code), f"Choose one of {_listed(GATE_CHOICES)}.")
    for name, (least, most) in (("length_share", LENGTH_SHARES), ("same_words", SAME_WORDS)):
        number = getattr(values, name)
        if number is not None and not least <= number <= most:
            yield Problem((name,), f"Choose a number from {least} to {most}.")


def _listed(choices: Sequence[str]) -> str:
    return ", ".join(choices)


def profile_json(values: ProfileValues) -> dict[str, Any]:
    """The values as they are stored: what is left open is left out."""
    stored = {one.name: getattr(values, one.name) for one in fields(ProfileValues)}
    stored["gates"] = dict(values.gates) or None
    if values.glossaries is not None:
        stored["glossaries"] = [str(one) for one in values.glossaries]
    return {name: value for name, value in stored.items() if value is not None}


def profile_of(stored: Mapping[str, Any]) -> ProfileValues:
    """What `profile_json` made."""
    known = {one.name: stored[one.name] for one in fields(ProfileValues) if one.name in stored}
    if "glossaries" in known:
        known["glossaries"] = tuple(map(UUID, known["glossaries"]))
    return ProfileValues(**known)


@dataclass(frozen=True, slots=True)
class Preset:
    """A profile to begin with."""

    slug: str
    name: str
    why: str
    values: ProfileValues


PRESETS: Final = (
    Preset(
        "general",
        "General",
        "For anything: leaves all as your organization has it.",
        ProfileValues(),
    ),
    Preset(
        "software",
        "Software UI",
        "Buttons, menus and messages: short, so that a target that repeats its source counts from"
        " two words on.",
        ProfileValues(
            subject="Software user interface: buttons, menus, messages",
            gates={"term_required": BLOCK, "number_equal": BLOCK},
            same_words=2,
        ),
    ),
    Preset(
        "legal",
        "Legal",
        "Contracts and terms: the best model, and no number, term or sentence may differ.",
        ProfileValues(
            subject="Law: contracts, terms, notices",
            tier=Tier.BEST.value,
            effort="medium",
            gates=dict.fromkeys(("term_required", "number_equal", "length_ratio"), BLOCK),
            length_share=0.7,
        ),
    ),
    Preset(
        "medical",
        "Medical",
        "Instructions and reports: numbers and terms hold a translation back until they are right.",
        ProfileValues(
            subject="Medicine: devices, instructions for use, reports",
            tier=Tier.BEST.value,
            effort="medium",
            gates=dict.fromkeys(("term_required", "number_equal"), BLOCK),
            length_share=0.65,
        ),
    ),
    Preset(
        "marketing",
        "Marketing",
        "Campaigns and pages: a better model and room to rewrite, so length is not looked at.",
        ProfileValues(
            subject="Marketing: campaigns, product pages, newsletters",
            tier=Tier.STANDARD.value,
            gates={"length_ratio": OFF},
        ),
    ),
    Preset(
        "support",
        "Support",
        "Help pages and answers to customers: quick, with terms and numbers looked at.",
        ProfileValues(
            subject="Customer support: help pages, answers to customers",
            gates={"number_equal": BLOCK},
        ),
    ),
)
PRESET_BY_SLUG: Final = {one.slug: one for one in PRESETS}
