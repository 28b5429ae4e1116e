"""ICU messages opened into whole sentences, and closed again around their translations.

Translators need whole sentences, programs need the skeleton: arguments, kinds, offsets, explicit
values and select keys. Opening hoists the text around a plural or select into each of its
branches, one form per way through the message; closing builds the skeleton from code alone.

`#` in a form is the number of the innermost plural of its path; the number of an outer one is
spelled `{name, number}`. As in ICU, `#` directly inside a select is an ordinary character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final, cast

from engine.errors import EngineError
from engine.forms import (
    MAX_FORMS,
    Path,
    Selector,
    categories_of,
    format_label,
    parse_label,
    refuse_too_many,
)
from engine.icu_syntax import (
    KINDS,
    LeafNode,
    Node,
    Switch,
    looks_like_message,
    parse_leaf,
    parse_message,
    print_leaf,
)
from engine.languages import Language
from engine.values import Form

SPELLINGS: Final = {kind: spelling for spelling, kind in KINDS.items()}


def is_message(text: str) -> bool:
    """Whether a text has a plural, selectordinal or select argument.

    True as well for one that is clearly meant so but broken; `open_message` then says where.
    """
    if not looks_like_message(text):
        return False
    try:
        return any(isinstance(node, Switch) for node in parse_message(text))
    except EngineError:
        return True


def open_message(text: str) -> tuple[Form, ...]:
    """Every wording of a message, in its own order, labelled by path.

    A text without plural or select is one form without a label. Raises EngineError `icu_invalid`
    with the position, `icu_too_many_forms`, or `icu_unsupported` for the number of an offset
    plural used inside another argument, which no whole sentence can say.
    """
    nodes = parse_message(text)
    _offsets(nodes)
    return _forms(_variants(nodes))


def close_message(text: str, forms: tuple[Form, ...], *, target: Language) -> str:
    """The message with the wordings of `forms`, in the skeleton of `text`.

    The categories are those the forms have; a plural left without "other", which ICU demands,
    takes its last wording for it. Forms equal to the opened text give `text` itself. Raises
    EngineError `icu_forms_mismatch` where the forms do not fit the skeleton or name a category
    the target lacks, `icu_invalid` where a wording would break the message.
    """
    nodes = parse_message(text)
    variants = _variants(nodes)
    if forms == _forms(variants):
        return text
    leaves = {parse_label(form.label): form.text for form in forms}
    if len(leaves) != len(forms) or not _fits(leaves, [path for path, _ in variants]):
        raise _mismatch("they do not have its arguments, values and keys")
    for step in {step for path in leaves for step in path if step.is_category}:
        if step.value not in categories_of(target, step.kind):
            raise _mismatch(f"{target.name} has no {step.kind} category “{step.value}”")
    return _build(leaves, None, _offsets(nodes))


Variant = tuple[Path, tuple[LeafNode, ...]]


def _forms(variants: Sequence[Variant]) -> tuple[Form, ...]:
    return tuple(
        Form(format_label(path), print_leaf(leaf, path[-1] if path else None))
        for path, leaf in variants
    )


def _variants(nodes: tuple[Node, ...]) -> list[Variant]:
    """Every way through a message, in order, as its path and the nodes read on the way."""
    found: list[Variant] = []
    pending: list[tuple[Path, tuple[LeafNode, ...], tuple[Node, ...]]] = [((), (), nodes)]
    while pending:
        path, read, ahead = pending.pop()
        straight = sum(1 for _ in takewhile(lambda node: not isinstance(node, Switch), ahead))
        read, ahead = (*read, *cast(tuple[LeafNode, ...], ahead[:straight])), ahead[straight:]
        if not ahead:
            found.append((path, read))
            continue
        switch = cast(Switch, ahead[0])
        chosen = [step.value for step in path if _decides(step, switch)]
        for value in chosen or reversed(_values(switch, ahead)):
            step = () if chosen else (Selector(switch.argument, switch.kind, value),)
            pending.append(((*path, *step), read, (*switch.option(value), *ahead[1:])))
        if len(found) + len(pending) > MAX_FORMS:
            raise refuse_too_many()
    return found


def _decides(step: Selector, switch: Switch) -> bool:
    return (step.argument, step.kind) == (switch.argument, switch.kind)


def _values(switch: Switch, ahead: tuple[Node, ...]) -> list[str]:
    """The values of an argument, also those that only a later switch on it tells apart."""
    alike = (
        one
        for one in _switches(ahead)
        if (one.argument, one.kind) == (switch.argument, switch.kind)
    )
    return list(dict.fromkeys(key for one in alike for key, _ in one.options))


def _switches(nodes: Iterable[Node]) -> Iterator[Switch]:
    for node in nodes:
        if isinstance(node, Switch):
            yield node
            for _, option in node.options:
                yield from _switches(option)


def _offsets(nodes: tuple[Node, ...]) -> dict[tuple[str, str], int]:
    """The offset of each argument; raises EngineError where one has two."""
    offsets: dict[tuple[str, str], int] = {}
    for switch in _switches(nodes):
        if offsets.setdefault((switch.argument, switch.kind), switch.offset) != switch.offset:
            raise EngineError(
                "icu_unsupported",
                f"The ICU message gives “{switch.argument}” two different offsets.",
                detail={"argument": switch.argument},
            )
    return offsets


def _fits(paths: Iterable[Path], source: Sequence[Path]) -> bool:
    """Whether paths keep what code owns: everything but which plural categories there are.

    Only what hangs below "other" has to be there, for a target may lack any other category.
    """
    general = [path for path in source if path == _generalised(path)]
    kept = set(map(_generalised, paths))
    return kept.issuperset(general) and kept.issubset(map(_generalised, source))


def _generalised(path: Path) -> Path:
    return tuple(replace(step, value="other") if step.is_category else step for step in path)


def _build(
    leaves: Mapping[Path, str], within: Selector | None, offsets: Mapping[tuple[str, str], int]
) -> str:
    """The message of some paths, of which `within` is the step that leads to them."""
    if () in leaves:
        return print_leaf(parse_leaf(leaves[()], within), within)
    branches: dict[Selector, dict[Path, str]] = {}
    for path, text in leaves.items():
        branches.setdefault(path[0], {})[path[1:]] = text
    first, last = next(iter(branches)), list(branches.values())[-1]
    if any((step.argument, step.kind) != (first.argument, first.kind) for step in branches):
        raise _mismatch("they decide by different arguments in one place")
    branches.setdefault(replace(first, value="other"), last)
    offset = offsets[first.argument, first.kind]
    options = (f"{step.value} {{{_build(branches[step], step, offsets)}}}" for step in branches)
    stated = f"offset:{offset} " if offset else ""
    return f"{{{first.argument}, {SPELLINGS[first.kind]}, {stated}{' '.join(options)}}}"


def _mismatch(reason: str) -> EngineError:
    return EngineError(
        "icu_forms_mismatch",
        f"These wordings do not fit the ICU message: {reason}.",
        detail={"reason": reason},
    )
