"""New text for a block of Markdown, written so that the block stays one and what it is."""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from engine.formats.markdown_blocks import Block, Shape

# What at the start of a line would make it something else than text.
_BLOCK_START: Final = re.compile(
    r"[-+*](?=[ \t]|$)|#{1,6}(?=[ \t]|$)|>|`{3,}(?=[^`]*$)|~{3,}|\[[^\[\]]{1,999}\]:|:(?=[ \t]|::)"
    r"|[-_*=](?:[ \t]*[-_*=])*[ \t]*$"
    r"|(?P<number>[0-9]{1,9})[.)](?=[ \t]|$)"
)
# What begins a block of HTML: wherever a line starts, and only where a block does.
_HTML_START: Final = tuple(opening for opening, _, anywhere in HTML_SEQUENCES if anywhere)
_LONE_TAG: Final = tuple(opening for opening, _, anywhere in HTML_SEQUENCES if not anywhere)
_CLOSING_SIGNS: Final = re.compile(r"(?:(?<=[ \t])|^)#+$")
_NOT_QUOTE: Final = re.compile(r"[^>\s]")
_LINE_BREAK: Final = re.compile(r"[ \t]*(?:\r\n|\n|\r)[ \t]*")


def write_block(text: str, block: Block, new: str, newline: str) -> str:
    """What stands from the first to the last character of a block for a new text.

    Line breaks of the new text are kept where the block can hold them, each line after the indent
    and quote marks of the block's own lines; blank lines, which would end it, are dropped.
    """
    if block.shape is Shape.FLOW:
        return _flow(text, block, new, newline)
    line = _LINE_BREAK.sub(" ", new.strip())
    if block.shape is Shape.LINE:
        return _CLOSING_SIGNS.sub(r"\\\g<0>", line)
    line = line.replace("|", "\\|")
    return _escaped(line) if block.shape is Shape.FIRST_CELL else line


def _flow(text: str, block: Block, new: str, newline: str) -> str:
    lines = [line for line in re.split(r"\r\n|\n|\r", new) if line.strip()]
    first_before = text[slice(*block.spans[0])]
    while len(lines) > 1 and _is_lone_tag(lines[0].strip()) and not _is_lone_tag(first_before):
        lines[:2] = [f"{lines[0].strip()} {lines[1].lstrip()}"]
    written = ""
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        body = line.strip(" \t") + ("  " if line.endswith("  ") and not last else "")
        prefix = newline + _prefix(text, block, number) if number else ""
        before = text[slice(*block.spans[number])] if number < len(block.spans) else ""
        written += prefix + _escaped(body, before)
    return written


def _is_lone_tag(line: str) -> bool:
    return any(opening.search(line) for opening in _LONE_TAG)


def _prefix(text: str, block: Block, number: int) -> str:
    """The indent and quote marks before a line of the block, or before one it does not have yet."""
    start, _ = block.spans[min(number, len(block.spans) - 1)]
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    prefix = text[line_start:start]
    return prefix if len(block.spans) > 1 else _NOT_QUOTE.sub(" ", prefix)


def _escaped(line: str, before: str = "") -> str:
    """A line that starts no block; `before` is what stood in its place and did not start one."""
    starts = (opening.match(line) for opening in (_BLOCK_START, *_HTML_START))
    found = next((start for start in starts if start is not None), None)
    if found is None or before.casefold().startswith(found[0].casefold()):
        return line
    at = found.end("number") if found.re is _BLOCK_START and found["number"] else 0
    return f"{line[:at]}\\{line[at:]}"
