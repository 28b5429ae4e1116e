"""Faults of single segments: what a model sometimes does to a translation."""

from __future__ import annotations

import re

from sandbox.claude.pseudo import MARK, Translator

_NUMBER = re.compile(r"\d+")


def can_suffer(fault: str, source: str, *, is_last: bool) -> bool:
    """Whether a fault could show in a segment at all; where not, it neither happens nor counts."""
    match fault:
        case "lose_placeholder":
            return MARK.search(source) is not None
        case "echo" | "wrong_language" | "duplicate":
            return any(map(str.isalpha, MARK.sub("", source)))
        case "change_number":
            return _NUMBER.search(MARK.sub("", source)) is not None
        case "merge":
            return not is_last
        case "drop" | "empty":
            return bool(source)
    return True


def spoiled(fault: str, source: str, target: str, *, wrong: Translator, chance: float) -> str:
    """The target as this fault leaves it; `chance` in [0, 1) picks the place.

    `wrong` writes another language. Faults of whole entries (drop, duplicate, merge) are not ours.
    """
    match fault:
        case "lose_placeholder":
            marks = list(MARK.finditer(target))
            lost = marks[int(chance * len(marks))]
            return target[: lost.start()] + target[lost.end() :]
        case "invent_placeholder":
            return f"{target} ⟦{len(MARK.findall(source)) + 90}⟧"
        case "echo":
            return source
        case "wrong_language":
            return wrong.translate(source)
        case "empty":
            return ""
        case "change_number":
            return _with_other_number(target, chance)
        case "commentary":
            return f"Here is the translation: {target}"
    return target


def _with_other_number(target: str, chance: float) -> str:
    marks = [found.span() for found in MARK.finditer(target)]
    numbers = [
        found
        for found in _NUMBER.finditer(target)
        if not any(start <= found.start() < end for start, end in marks)
    ]
    chosen = numbers[int(chance * len(numbers))]
    last = int(chosen[0][-1])
    changed = chosen[0][:-1] + str((last + 1) % 10)
    return target[: chosen.start()] + changed + target[chosen.end() :]
