"""What has changed between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final, Literal

Kind = Literal["same", "del", "ins"]
Step = tuple[Kind, str]

# Beyond this many words only the ends are compared: the exact way takes quadratic time.
MAX_WORDS: Final = 800

# Chinese, Japanese and Korean leave no spaces: there every character counts as a word.
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|\s+|[^\w\s]")


def differences(before: str, after: str) -> list[Step]:
    """Steps that turn one text into the other. "same" and "del" give the first, "ins" the second.

    Neighbouring steps are of different kinds, and none is empty.
    """
    if before == after:
        return [("same", after)] if after else []
    left, right = _WORD.findall(before), _WORD.findall(after)
    start = _shared(left, right)
    end = _shared(left[start:][::-1], right[start:][::-1])
    steps: list[Step] = [("same", "".join(left[:start]))]
    steps += _middle(left[start : len(left) - end], right[start : len(right) - end])
    steps.append(("same", "".join(left[len(left) - end :])))
    return _merged(steps)


def _shared(left: list[str], right: list[str]) -> int:
    """How many words at the beginning are the same."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _middle(left: list[str], right: list[str]) -> list[Step]:
    if len(left) > MAX_WORDS or len(right) > MAX_WORDS:
        return [("del", "".join(left)), ("ins", "".join(right))]
    steps: list[Step] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            steps.append(("same", "".join(left[a:b])))
        else:
            steps += [("del", "".join(left[a:b])), ("ins", "".join(right[c:d]))]
    return steps


def _merged(steps: list[Step]) -> list[Step]:
    merged: list[Step] = []
    for kind, text in steps:
        if not text:
            continue
        if merged and merged[-1][0] == kind:
            merged[-1] = (kind, merged[-1][1] + text)
        else:
            merged.append((kind, text))
    return merged
