"""Reads gettext PO: entries with the place of every string that writing may touch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

from engine.errors import EngineError
from engine.formats.encoding import line_and_column

_MAX_SHOWN: Final = 20

_SPACE: Final = r"[ \t\r\n\f\v]*+"
_OPEN_STRING: Final = r'"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+'
_STRING: Final = rf'{_OPEN_STRING}"'
# One statement, with the blank lines and comments before it that mean nothing to us.
_STATEMENT: Final = re.compile(
    rf"""(?: [ \t\r\n\f\v]++ | \#(?![.,~])[^\r\n]*+ )*+ (?:
           (?P<keyword> msgid_plural | msgid | msgctxt | msgstr )
           (?: [ \t]*+ \[ [ \t]*+ (?P<index>[0-9]{{1,9}}) [ \t]*+ \] )?+
           {_SPACE} (?P<value> {_STRING} (?: {_SPACE} {_STRING} )*+ )
         | \#\. [ \t]?+ (?P<note> [^\r\n]*+ )
         | (?P<flags> \#,[^\r\n]*+ )
         | (?P<obsolete> \#~[^\r\n]*+ ) )""",
    re.VERBOSE,
)
_IGNORED: Final = re.compile(r"(?:[ \t\r\n\f\v]++|#[^\r\n]*+)*+")
_PIECE: Final = re.compile(_STRING)
_KEYWORD: Final = re.compile(
    r"(?:msgid_plural|msgid|msgctxt|msgstr)\b[ \t]*+(?:\[[ \t]*+[0-9]{1,9}[ \t]*+\])?+"
    rf"{_SPACE}(?:{_STRING}{_SPACE})*+"
)
_UNCLOSED: Final = re.compile(_OPEN_STRING)
_WORD: Final = re.compile(r"[^\s\"]++|.", re.DOTALL)

_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)")
_CONTROLS: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "a": "\a",
    '"': '"',
    "\\": "\\",
}


class PoString(NamedTuple):
    """A msgstr: where its statement begins, where its strings stand, and what they say."""

    keyword: int
    start: int
    end: int
    text: str


@dataclass(slots=True)
class PoEntry:
    """One message. `context` None differs from "": gettext keeps the two apart.

    `msgid_at` is where the first statement begins; `flag_spans` are the "#," comments.
    """

    context: str | None = None
    msgid: str | None = None
    plural: str | None = None
    strings: tuple[PoString, ...] = ()
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    flag_spans: tuple[tuple[int, int], ...] = ()

    @property
    def is_header(self) -> bool:
        """Whether this is the entry that speaks of the file."""
        return self.msgid == "" and self.context is None

    @property
    def key(self) -> str:
        """What gettext looks the message up by."""
        return self.msgid or "" if self.context is None else f"{self.context}\x04{self.msgid}"


def entries_of(text: str) -> Iterator[PoEntry]:
    """All messages of a PO text in order, the header among them, obsolete ones left out.

    Raises EngineError `po_malformed` with line and column.
    """
    match = _STATEMENT.match
    position = 0
    entry = PoEntry()
    while (found := match(text, position)) is not None:
        position = found.end()
        kind = found.lastgroup
        keyword = found["keyword"]
        if entry.strings and keyword not in {"msgstr", "msgid_plural"}:
            yield entry
            entry = PoEntry()
        if kind == "value":
            _take(entry, found, keyword, text)
        elif kind == "note":
            entry.notes += (found["note"],)
        elif kind == "flags":
            entry.flags += flags_in(found["flags"])
            entry.flag_spans += (found.span("flags"),)
        else:
            _end_obsolete(entry, found.start("obsolete"), text)
    position = _end_of(_IGNORED, text, position)
    if position < len(text):
        _refuse_statement(text, position)
    if entry.strings:
        yield entry
    elif entry.msgid is not None or entry.context is not None:
        raise malformed(text, len(text), "the last message has no msgstr")


def unquote(value: str) -> str:
    """The text that one or more quoted strings stand for together.

    Escapes gettext does not know stay as they are written.
    """
    if value.count('"') == 2:
        text = value[1:-1]
    else:
        text = "".join([piece[1:-1] for piece in _PIECE.findall(value)])
    if "\\" not in text:
        return text
    plain = text.replace("\\n", "\n").replace('\\"', '"')
    return plain if "\\" not in plain else _ESCAPE.sub(_unescape, text)


def flags_in(comment: str) -> tuple[str, ...]:
    """The flags of a comment such as "#, fuzzy, c-format"."""
    return tuple([flag for part in comment[2:].split(",") if (flag := part.strip())])


def pieces_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the quoted strings of a value stand, quotes included."""
    return [found.span() for found in _PIECE.finditer(text, start, end)]


def malformed(text: str, offset: int, problem: str) -> EngineError:
    """The refusal of a file for what stands at a position."""
    line, column = line_and_column(text, offset)
    return EngineError(
        "po_malformed",
        f"Line {line:,}, column {column:,}: {problem}. Correct the PO file and try again.",
        kind="malformed",
        detail={"line": line, "column": column},
    )


def _take(entry: PoEntry, found: re.Match[str], keyword: str, text: str) -> None:
    """Adds a statement to the entry it belongs to; raises where it belongs to none."""
    value = unquote(found["value"])
    index = found["index"]
    at = found.start("keyword")
    if keyword == "msgstr":
        expected = None if entry.plural is None else len(entry.strings)
        if entry.msgid is None:
            raise malformed(text, at, "this msgstr has no msgid")
        if (None if index is None else int(index)) != expected or (
            entry.strings and expected is None
        ):
            raise malformed(text, at, _unexpected_msgstr(entry))
        entry.strings += (PoString(at, *found.span("value"), value),)
    elif index is not None:
        raise malformed(text, at, f"{keyword} cannot have an index")
    elif keyword == "msgid" and entry.msgid is None:
        entry.msgid = value
    elif keyword == "msgctxt" and entry.msgid is None and entry.context is None:
        entry.context = value
    elif keyword == "msgid_plural" and entry.msgid and entry.plural is None and not entry.strings:
        entry.plural = value
    else:
        raise malformed(text, at, f"{keyword} is misplaced; the message before has no msgstr")


def _unexpected_msgstr(entry: PoEntry) -> str:
    if entry.plural is not None:
        return f"msgstr[{len(entry.strings)}] should stand here"
    return "a message without msgid_plural has exactly one msgstr, without an index"


def _end_obsolete(entry: PoEntry, at: int, text: str) -> None:
    """Comments before an obsolete message are its own."""
    if entry.msgid is not None or entry.context is not None:
        raise malformed(text, at, "the message before has no msgstr")
    entry.notes = entry.flags = entry.flag_spans = ()


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    if code in _CONTROLS:
        return _CONTROLS[code]
    if code[0] == "x" and len(code) > 1:
        number = int(code[1:], 16)
    elif code[0] in "01234567":
        number = int(code, 8)
    else:
        return found[0]
    # Beyond ASCII they are bytes of the file's encoding; a zero could not be stored as text.
    return chr(number) if 0 < number < 0x80 else found[0]


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _refuse_statement(text: str, position: int) -> NoReturn:
    """Says why no statement could be read at a position."""
    after_keyword = _end_of(_KEYWORD, text, position)
    unclosed = _UNCLOSED.match(text, after_keyword)
    if unclosed is not None and (after_keyword > position or text[unclosed.end() :][:1] != '"'):
        raise malformed(text, unclosed.start(), "a string is opened and not closed on its line")
    if after_keyword > position:
        raise malformed(text, after_keyword, "a string in double quotes should stand here")
    if unclosed is not None:
        raise malformed(text, position, "this string belongs to no statement")
    word = _WORD.match(text, position)
    raw = word[0] if word else ""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in raw[:_MAX_SHOWN])
    raise malformed(text, position, f"“{shown}” is no statement of a PO file")
