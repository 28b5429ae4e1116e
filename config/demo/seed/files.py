"""Makes files of the corpus' sentences in the formats people send."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Final

from config.demo.seed.corpus import sentence


def file_of(name: str, first: int, count: int, language: str = "en") -> bytes:
    """A file of `count` sentences from a place on, in the format its name ends in."""
    sentences = [sentence(first + number, language) for number in range(count)]
    return _WRITERS[PurePath(name).suffix](sentences).encode()


def _text(sentences: Sequence[str]) -> str:
    return "\n\n".join(sentences) + "\n"


def _markdown(sentences: Sequence[str]) -> str:
    title, *rest = sentences
    return f"# {title}\n\n" + "\n\n".join(rest) + "\n"


def _json(sentences: Sequence[str]) -> str:
    entries = {f"message_{number:03}": text for number, text in enumerate(sentences, 1)}
    return json.dumps({"app": entries}, ensure_ascii=False, indent=2) + "\n"


def _html(sentences: Sequence[str]) -> str:
    body = "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in sentences)
    return f"<!doctype html>\n<html>\n<body>\n{body}\n</body>\n</html>\n"


def _po(sentences: Sequence[str]) -> str:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    entries = (
        f'#: app/views.py:{number}\nmsgid "{text}"\nmsgstr ""\n'
        for number, text in enumerate(sentences, 10)
    )
    return "\n".join([head, *entries])


_WRITERS: Final[Mapping[str, Callable[[Sequence[str]], str]]] = {
    ".txt": _text,
    ".md": _markdown,
    ".json": _json,
    ".html": _html,
    ".po": _po,
}
