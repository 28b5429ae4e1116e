"""Terms that are not translated, put out of a model's reach: a mark in the place of each."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.protect import CLOSE, OPEN, marks_in
from engine.terms.values import Occurrence

_NO_NUMBER: Final = str.maketrans("", "", f"{OPEN}/{CLOSE}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A protected text with marks for its terms as well. `names` is what each mark stands for."""

    text: str
    names: tuple[tuple[str, str], ...] = ()

    def opened(self, reply: str) -> str:
        """A reply with the terms written out again; marks of code stay."""
        for mark, name in self.names:
            reply = reply.replace(mark, name)
        return reply

    def closed(self, draft: str) -> str:
        """An opened reply as the model is shown it: marks for terms, the longest of them first."""
        if not self.names or not draft:
            return draft
        marks: dict[str, deque[str]] = {}
        for mark, name in self.names:
            marks.setdefault(name, deque()).append(mark)
        pattern = "|".join(map(re.escape, sorted(marks, key=len, reverse=True)))
        return re.sub(
            pattern, lambda one: marks[one[0]].popleft() if marks[one[0]] else one[0], draft
        )


def sealed(text: str, occurrences: Iterable[Occurrence]) -> Sealed:
    """The protected text with its kept terms sealed, their marks numbered after those of code."""
    number = max((int(mark.translate(_NO_NUMBER)) for mark in marks_in(text)), default=0)
    out: list[str] = []
    names: list[tuple[str, str]] = []
    done = 0
    for one in occurrences:
        if not one.rule.keep or one.is_part or one.start < done or OPEN in one.surface:
            continue
        number += 1
        mark = f"{OPEN}{number}{CLOSE}"
        out += text[done : one.start], mark
        names.append((mark, one.surface))
        done = one.end
    return Sealed("".join((*out, text[done:])), tuple(names)) if names else Sealed(text)
