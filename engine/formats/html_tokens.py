"""HTML cut into tokens that know their place in the text.

Follows the tokenizer of the HTML standard where it decides what is text and what is not: raw text
elements, comments that end early, bogus comments, CDATA inside SVG and MathML. It goes beyond it
in one way: template code (`{{ x }}`, `{% y %}`, `<% z %>`) is opaque, since an attribute may hold
quotes and angle brackets in it. Every character of the text belongs to exactly one token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SPACE: Final = "\t\n\f\r "
_TEMPLATE: Final = r"\{%[^\n<]{0,500}?%\}|\{\{[^\n<]{0,500}?\}\}"
_TAG_NAME: Final = re.compile(r"</?([a-zA-Z][^\t\n\f\r />]*)")
_GAP: Final = re.compile(rf"(?>[\t\n\f\r /]+|{_TEMPLATE})*+")
_NAME: Final = re.compile(r"[^\t\n\f\r />][^\t\n\f\r />=]*")
_EQUALS: Final = re.compile(r"[\t\n\f\r ]*=[\t\n\f\r ]*")
_VALUES: Final = {
    '"': re.compile(rf'(?>[^"{{]+|{_TEMPLATE}|\{{)*+'),
    "'": re.compile(rf"(?>[^'{{]+|{_TEMPLATE}|\{{)*+"),
    "": re.compile(rf"(?>{_TEMPLATE}|[^\t\n\f\r >])++"),
}
_COMMENT_END: Final = re.compile(r"--!?>")
_SCRIPT_EVENT: Final = re.compile(r"<!--|-->|</?script(?=[\t\n\f\r />])", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<(?=[a-zA-Z!?/%])")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


RAW_TEXT: Final = frozenset(
    {"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title"}
)
_ESCAPES_FOREIGN: Final = _names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li "
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul "
    "var"
)
_MAX_FOREIGN_DEPTH: Final = 64
_INTEGRATION: Final = _names("foreignobject desc title mi mo mn ms mtext")


class Kind(StrEnum):
    """What a token is."""

    TEXT = "text"
    RAW = "raw"  # the content of a raw text element such as script
    CDATA = "cdata"
    START = "start"
    END = "end"
    COMMENT = "comment"  # also doctypes, bogus comments, server code and tags cut off by the end


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: lower-case name, where it stands, where its value stands without quotes.

    `quote` is the quote sign, "" for a bare value. Without a value both ends are the name's end.
    """

    name: str
    start: int
    end: int
    value_start: int
    value_end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text from start to end; `name` is lower case and set for tags and raw text."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = ()
    self_closing: bool = False


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of `text[start:end]`, in order and without gaps."""
    return _Tokenizer(text, start, len(text) if end is None else end).tokens()


class _Tokenizer:
    """The state of one pass; foreign is the stack of SVG, MathML and what leads out of them."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self._position = start
        self._end = end
        self._foreign: list[tuple[str, bool]] = []
        self._tag_is_foreign = False  # whether the last start tag is one of SVG or MathML
        self._server_code = True  # false once no closing %> is left

    def tokens(self) -> Iterator[Token]:
        """All tokens to the end."""
        text_start = self._position
        while self._position < self._end:
            opening = _MARKUP.search(self._text, self._position, self._end)
            if opening is None:
                break
            token = self._markup(opening.start())
            if token is None:
                self._position = opening.end()
                continue
            if text_start < token.start:
                yield Token(Kind.TEXT, text_start, token.start)
            yield token
            self._position = token.end
            raw = self._raw_content(token)
            if raw is not None:
                yield raw
                self._position = raw.end
            text_start = self._position
        if text_start < self._end:
            yield Token(Kind.TEXT, text_start, self._end)

    def _markup(self, start: int) -> Token | None:
        """The token that begins with this `<`, or None where it is mere text."""
        sign = self._text[start + 1]
        name = _TAG_NAME.match(self._text, start, self._end)
        if name is not None:
            return self._tag(start, name)
        if sign == "/" and start + 2 >= self._end:
            return None
        if sign == "%":
            return self._server(start)
        if self._text.startswith("<!--", start):
            return Token(Kind.COMMENT, start, self._comment_end(start))
        if self._text.startswith("<![CDATA[", start) and self._is_foreign():
            return Token(Kind.CDATA, start, self._after("]]>", start + 9))
        return Token(Kind.COMMENT, start, self._after(">", start + 2))

    def _after(self, sign: str, position: int) -> int:
        found = self._text.find(sign, position, self._end)
        return self._end if found < 0 else found + len(sign)

    def _comment_end(self, start: int) -> int:
        for abrupt in ("<!-->", "<!--->"):
            if self._text.startswith(abrupt, start):
                return min(start + len(abrupt), self._end)
        found = _COMMENT_END.search(self._text, start + 4, self._end)
        return self._end if found is None else found.end()

    def _server(self, start: int) -> Token | None:
        if self._server_code:
            found = self._text.find("%>", start + 2, self._end)
            self._server_code = found >= 0
            if found >= 0:
                return Token(Kind.COMMENT, start, found + 2)
        return None

    def _tag(self, start: int, name: re.Match[str]) -> Token:
        attributes, end, self_closing = self._attributes(name.end())
        if end < 0:
            return Token(Kind.COMMENT, start, self._end)
        lowered = name[1].lower()
        if name[0].startswith("</"):
            self._leave(lowered)
            return Token(Kind.END, start, end, lowered)
        token = Token(Kind.START, start, end, lowered, attributes, self_closing)
        self._enter(token)
        return token

    def _attributes(self, position: int) -> tuple[tuple[Attribute, ...], int, bool]:
        """Attributes, end of the tag (-1 where the file ends in it), whether it closes itself."""
        found: list[Attribute] = []
        while True:
            gap = _GAP.match(self._text, position, self._end)
            skipped = gap[0] if gap else ""
            position += len(skipped)
            if position >= self._end:
                return (), -1, False
            if self._text[position] == ">":
                return tuple(found), position + 1, skipped.endswith("/")
            attribute = self._attribute(position)
            if attribute is None:
                return (), -1, False
            found.append(attribute)
            position = attribute.end

    def _attribute(self, start: int) -> Attribute | None:
        match = _NAME.match(self._text, start, self._end)
        if match is None:
            return None
        name, end = match[0].lower(), match.end()
        equals = _EQUALS.match(self._text, end, self._end)
        if equals is None:
            return Attribute(name, start, end, end, end, "")
        position = equals.end()
        sign = self._text[position : position + 1] if position < self._end else ""
        if sign == ">":
            return Attribute(name, start, position, position, position, "")
        quote = sign if sign in ('"', "'") else ""
        value = _VALUES[quote].match(self._text, position + len(quote), self._end)
        if value is None or (quote and value.end() >= self._end):
            return None
        return Attribute(name, start, value.end() + len(quote), value.start(), value.end(), quote)

    def _raw_content(self, token: Token) -> Token | None:
        """What follows a start tag up to its end tag where no markup is read in between."""
        if token.kind is not Kind.START or self._tag_is_foreign:
            return None
        if token.name == "plaintext":
            return Token(Kind.RAW, token.end, self._end, token.name)
        if token.name not in RAW_TEXT:
            return None
        end = self._script_end(token.end) if token.name == "script" else self._raw_end(token)
        return Token(Kind.RAW, token.end, end, token.name)

    def _raw_end(self, token: Token) -> int:
        closing = re.compile(rf"</{token.name}(?=[\t\n\f\r />])", re.IGNORECASE)
        found = closing.search(self._text, token.end, self._end)
        return self._end if found is None else found.start()

    def _script_end(self, position: int) -> int:
        """Where a script ends: an end tag inside `<!-- <script>` does not count."""
        depth = 0  # 1 inside a comment, 2 inside a script inside a comment
        while (event := _SCRIPT_EVENT.search(self._text, position, self._end)) is not None:
            sign = event[0].lower()
            position = event.end()
            if sign == "</script" and depth < 2:
                return event.start()
            if sign == "-->":
                depth = 0
            elif sign == "<!--":
                depth = max(depth, 1)
                position -= 2  # the dashes may be those of the end: <!-->
            elif depth:
                depth = 2 if sign == "<script" else 1
        return self._end

    def _is_foreign(self) -> bool:
        return bool(self._foreign) and self._foreign[-1][1]

    def _enter(self, token: Token) -> None:
        if self._is_foreign() and token.name in _ESCAPES_FOREIGN:
            self._leave_foreign()
        self._tag_is_foreign = self._is_foreign()
        if token.self_closing or len(self._foreign) >= _MAX_FOREIGN_DEPTH:
            return
        if token.name in ("svg", "math"):
            self._foreign.append((token.name, True))
        elif self._is_foreign() and token.name in _INTEGRATION:
            self._foreign.append((token.name, False))

    def _leave(self, name: str) -> None:
        if self._is_foreign() and name in ("p", "br"):
            self._leave_foreign()
        for index in range(len(self._foreign) - 1, -1, -1):
            if self._foreign[index][0] == name:
                del self._foreign[index:]
                return

    def _leave_foreign(self) -> None:
        while self._is_foreign():
            self._foreign.pop()
