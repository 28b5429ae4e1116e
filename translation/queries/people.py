"""What is a person's: no automatic statement may write over it. Every one of them says so."""

from __future__ import annotations

import re
from typing import Final

_OURS: Final = re.compile(r"\bours\((\w+)\)")


def ours(statement: str) -> str:
    """The statement with each `ours(t)` spelled out: no person has written target t, or decided.

    A text a person wrote stays theirs in every state, a text a person confirmed stays as it was
    confirmed, and so does what a person handed on to repeats.
    """
    return _OURS.sub(
        r"(\1.origin <> 'person' and \1.state in ('initial', 'translated')"
        r" and \1.updated_by is null)",
        statement,
    )
