"""Which wordings a target needs, and the source text each is translated from.

A source plural has the categories of its own language; the target asks for others. Explicit
values ("=0") and select keys belong to the program behind the text and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from engine.errors import EngineError
from engine.languages import Language
from engine.plurals import category_numbers, gettext_rule
from engine.values import Form, Syntax

MAX_FORMS: Final = 60
GETTEXT_ARGUMENT: Final = "n"

SelectorKind = Literal["plural", "ordinal", "select"]


@dataclass(frozen=True, slots=True)
class Selector:
    """One step of a label's path: for this value of the argument."""

    argument: str
    kind: SelectorKind
    value: str

    @property
    def is_category(self) -> bool:
        """Whether the value is a plural category, which differs by language."""
        return self.kind != "select" and not self.value.startswith("=")


Path = tuple[Selector, ...]
Leaves = dict[Path, str]


def parse_label(label: str) -> Path:
    """The path a label spells, outermost first; () for a lone form. ValueError if it is none."""
    return tuple(map(_parse_selector, label.split("/"))) if label else ()


def format_label(path: Path) -> str:
    """The label of a path; the reverse of `parse_label`."""
    return "/".join(f"{step.argument}:{step.kind}={step.value}" for step in path)


def target_forms(
    forms: tuple[Form, ...], *, source: Language, target: Language, syntax: Syntax | None = None
) -> tuple[Form, ...]:
    """The forms a target needs, in order, each with the source text to translate it from.

    Explicit values come first, then categories in CLDR order. A lone "n:plural" is a gettext
    plural, in the order of `gettext_rule(target).categories`, unless `syntax` says ICU, whose
    messages need every category. A category the source lacks is translated from "other", and so
    is one whose source text leaves out a number that the target's category does not imply ("One
    file" for the Russian "one", which also counts 21). Source categories the target lacks vanish.
    Raises EngineError `icu_too_many_forms` above 60.
    """
    leaves = {parse_label(form.label): form.text for form in forms}
    if syntax != Syntax.ICU and _is_gettext(leaves):
        wanted = gettext_rule(target).categories
    else:
        wanted = target.plural_categories
    needed = _expand(leaves, _Needs(source, target, wanted))
    return tuple(Form(format_label(path), text) for path, text in needed.items())


def categories_of(language: Language, kind: SelectorKind) -> tuple[str, ...]:
    """The CLDR categories a language has for counting or for ordering, in CLDR order."""
    if kind == "ordinal":
        return tuple(category_numbers(language, "ordinal"))
    return language.plural_categories


def refuse_too_many() -> EngineError:
    """The refusal of a text whose plurals and selects multiply beyond what is workable."""
    return EngineError(
        "icu_too_many_forms",
        f"The plurals and selects of this message combine to more than {MAX_FORMS} wordings; "
        "split it into smaller messages.",
        kind="too_large",
        detail={"limit": MAX_FORMS},
    )


@dataclass(frozen=True, slots=True)
class _Needs:
    """What the target asks for, held constant on the way down a path."""

    source: Language
    target: Language
    cardinal: tuple[str, ...]

    def categories(self, kind: SelectorKind) -> tuple[str, ...]:
        return self.cardinal if kind == "plural" else categories_of(self.target, kind)

    def implies_number(self, kind: SelectorKind, category: str) -> bool:
        """Whether a category of the target stands for one number, the source's own."""
        counted: Literal["plural", "ordinal"] = "ordinal" if kind == "ordinal" else "plural"
        numbers = category_numbers(self.target, counted).get(category, frozenset())
        return len(numbers) == 1 and numbers <= category_numbers(self.source, counted).get(
            category, frozenset()
        )


def _parse_selector(step: str) -> Selector:
    match = _SELECTOR.fullmatch(step)
    if match is None:
        raise ValueError(f"not a form label: {step!r}")
    return Selector(match["argument"], cast(SelectorKind, match["kind"]), match["value"])


_SELECTOR: Final = re.compile(
    rf"(?P<argument>[^:=/]+):(?P<kind>{'|'.join(get_args(SelectorKind))})=(?P<value>=?[^:=/]+)"
)


def _is_gettext(leaves: Leaves) -> bool:
    return all(
        len(path) == 1
        and path[0].argument == GETTEXT_ARGUMENT
        and path[0].kind == "plural"
        and path[0].is_category
        for path in leaves
    )


def _expand(leaves: Leaves, needs: _Needs) -> Leaves:
    """The leaves with the categories of each level exchanged for the target's."""
    if not leaves or () in leaves:
        return leaves
    branches: dict[Selector, Leaves] = {}
    for path, text in leaves.items():
        branches.setdefault(path[0], {})[path[1:]] = text
    expanded: Leaves = {}
    for step, branch in _wanted(branches, needs):
        for rest, text in _expand(branch, needs).items():
            expanded[step, *rest] = text
        if len(expanded) > MAX_FORMS:
            raise refuse_too_many()
    return expanded


def _wanted(branches: dict[Selector, Leaves], needs: _Needs) -> Iterable[tuple[Selector, Leaves]]:
    """The target's values at one level, each with the branch of the source it is made from."""
    for step, branch in branches.items():
        if not step.is_category:
            yield step, branch
    own = {step.value: branch for step, branch in branches.items() if step.is_category}
    if not own:
        return
    step = next(step for step in branches if step.is_category)
    general = own.get("other") or list(own.values())[-1]
    for category in needs.categories(step.kind):
        branch = own.get(category, general)
        if _lacks_number(branch, general) and not needs.implies_number(step.kind, category):
            branch = general
        yield Selector(step.argument, step.kind, category), branch


def _lacks_number(branch: Leaves, general: Leaves) -> bool:
    """Whether a branch leaves out a placeholder that the general one has."""
    return not _placeholders(general.values()) <= _placeholders(branch.values())


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {match[0] for text in texts for match in _PLACEHOLDER.finditer(text)}


_PLACEHOLDER: Final = re.compile(
    r"""'\#' | \#                                            # ICU: an ordinary #, the number
      | \{\{?[^{}]{0,200}\}?\}                               # {name}, {{name}}
      | %\{[^{}]{1,200}\}                                    # %{name}
      | %(?:\([^()]{1,200}\)|[0-9]{1,2}\$)?[-+0-9.\#]{0,8}(?:hh?|ll?|L|q|j|z|t)?[a-zA-Z@]""",
    re.VERBOSE,
)
