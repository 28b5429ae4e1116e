"""A strict JSON reader that gives string values with where they stand, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from engine.errors import EngineError
from engine.formats.encoding import line_and_column

MAX_DEPTH: Final = 100
_MAX_SHOWN: Final = 20

_STRING: Final = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+'
_TOKEN: Final = re.compile(
    rf"""[ \t\n\r]*+ (?:
           (?P<string> {_STRING}" )
         | (?P<mark> [{{}}\[\],:] )
         | (?P<scalar> true | false | null
             | -?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+ ) )""",
    re.VERBOSE,
)
_STRING_START: Final = re.compile(_STRING)
_SPACE: Final = re.compile(r"[ \t\n\r]*+")
_WORD: Final = re.compile(r"[^\s\"{}\[\],:]++|.", re.DOTALL)
_SURROGATE_OR_ZERO: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string value: its literal is `text[start:end]` with the quotes. `path` is its pointer."""

    start: int
    end: int
    path: str


def string_values(text: str, *, is_meta: Callable[[str], bool]) -> Iterator[JsonString]:
    """All string values of a JSON text, in order, while checking that it is JSON.

    Paths are JSON pointers (RFC 6901). The second value of a repeated key gets "~n2" appended to
    it, which no key can look like, as a tilde in a key is written "~0". Members of the root whose
    key `is_meta` are left out. Raises EngineError `json_malformed` with line and column, and
    `json_too_deep` beyond 100 levels.
    """
    return _Scan(text, is_meta).run()


class _Scan:
    """One pass over a text. `position` is behind the last token taken."""

    def __init__(self, text: str, is_meta: Callable[[str], bool]) -> None:
        self.text = text
        self.is_meta = is_meta
        self.position = 0

    def run(self) -> Iterator[JsonString]:
        yield from self._value("", 0)
        found = _SPACE.match(self.text, self.position)
        self.position = found.end() if found else self.position
        if self.position < len(self.text):
            self._refuse("the end of the file")

    def _value(self, path: str, depth: int) -> Iterator[JsonString]:
        token = self._take("a value")
        if token["string"] is not None:
            yield JsonString(*token.span("string"), path)
        elif token["mark"] == "{":
            yield from self._object(path, depth + 1)
        elif token["mark"] == "[":
            yield from self._array(path, depth + 1)
        elif token["mark"] is not None:
            self._refuse("a value", token.start("mark"))

    def _object(self, path: str, depth: int) -> Iterator[JsonString]:
        self._check(depth)
        seen: dict[str, int] = {}
        token = self._take("a name in double quotes or }")
        if token["mark"] == "}":
            return
        while True:
            if token["string"] is None:
                self._refuse("a name in double quotes", token.end() - len(token[0].lstrip()))
            key = _key(token["string"])
            self._expect(":", "a colon after the name")
            members = self._value(f"{path}/{_step(key, seen)}", depth)
            if depth == 1 and self.is_meta(key):
                for _ in members:
                    pass
            else:
                yield from members
            if self._expect(",}", "a comma or }") == "}":
                return
            token = self._take("a name in double quotes")

    def _array(self, path: str, depth: int) -> Iterator[JsonString]:
        self._check(depth)
        token = _TOKEN.match(self.text, self.position)
        if token is not None and token["mark"] == "]":
            self.position = token.end()
            return
        number = 0
        while True:
            yield from self._value(f"{path}/{number}", depth)
            number += 1
            if self._expect(",]", "a comma or ]") == "]":
                return

    def _take(self, expected: str) -> re.Match[str]:
        token = _TOKEN.match(self.text, self.position)
        if token is None:
            self._refuse(expected)
        self.position = token.end()
        return token

    def _expect(self, marks: str, expected: str) -> str:
        token = self._take(expected)
        mark: str | None = token["mark"]
        if mark is None or mark not in marks:
            self._refuse(expected, token.end() - len(token[0].lstrip()))
        return mark

    def _check(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            line, column = line_and_column(self.text, self.position - 1)
            raise EngineError(
                "json_too_deep",
                f"The JSON nests deeper than {MAX_DEPTH} levels (line {line:,}, "
                f"column {column:,}). Flatten it and try again.",
                kind="malformed",
                detail={"line": line, "column": column, "max_depth": MAX_DEPTH},
            )

    def _refuse(self, expected: str, start: int | None = None) -> NoReturn:
        if start is None:
            space = _SPACE.match(self.text, self.position)
            start = space.end() if space else self.position
        word = _WORD.match(self.text, start)
        if word is None:
            problem = f"the file ends where {expected} should be"
        elif word[0] == '"' and (string := _STRING_START.match(self.text, start)) is not None:
            problem, start = self._string_problem(string, expected)
        else:
            problem = f"{expected} should be where “{_shown(word[0])}” is"
        raise _malformed(self.text, start, problem)

    def _string_problem(self, string: re.Match[str], expected: str) -> tuple[str, int]:
        """What is wrong with a string, perhaps only that it stands where it must not, and where."""
        end = string.end()
        follows = self.text[end : end + 1]
        if follows == '"':
            return f"{expected} should be where {_shown(string[0] + follows)} is", string.start()
        if follows == "\\":
            return f"“{_shown(self.text[end : end + 2])}” is not an escape of JSON", end
        if follows:
            return "a line break or control character stands inside a string", end
        return "a string is opened and never closed", string.start()


def unescape(literal: str) -> str:
    """The text a string literal stands for, quotes left out. Lone surrogates stay lone."""
    if "\\" not in literal:
        return literal[1:-1]
    from json import loads

    text: str = loads(literal)
    return text


def _key(literal: str) -> str:
    """A key as text; kept as written where it could not be stored as text."""
    key = unescape(literal)
    return literal[1:-1] if _SURROGATE_OR_ZERO.search(key) else key


def _step(key: str, seen: dict[str, int]) -> str:
    count = seen[key] = seen.get(key, 0) + 1
    step = key.replace("~", "~0").replace("/", "~1")
    return step if count == 1 else f"{step}~n{count}"


def _shown(text: str) -> str:
    printable = "".join(char if char.isprintable() else "\ufffd" for char in text[:_MAX_SHOWN])
    return printable + ("…" if len(text) > _MAX_SHOWN else "")


def _malformed(text: str, offset: int, problem: str) -> EngineError:
    line, column = line_and_column(text, offset)
    return EngineError(
        "json_malformed",
        f"Line {line:,}, column {column:,}: {problem}. Correct the JSON and try again.",
        kind="malformed",
        detail={"line": line, "column": column},
    )
