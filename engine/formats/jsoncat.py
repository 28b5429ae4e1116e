"""JSON catalogues: string values are units, spliced back in the file's own way of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from engine.errors import EngineError
from engine.formats.base import Parsed, Skeleton, bounded, wrong_count
from engine.formats.encoding import TextFile, decode
from engine.formats.json_scan import JsonString, string_values, unescape
from engine.formats.json_style import JsonStyle
from engine.formats.prose import Edit, splice
from engine.forms import target_forms
from engine.icu import close_message, is_message, open_message
from engine.languages import Language
from engine.values import Form, Syntax, Unit

# What has letters and yet nothing to translate: addresses, colours, and texts of only placeholders.
_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|tel:)\S+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(
    r"""\{\{[^{}]*+\}\} | [$%\#]?\{[^{},]*+\} | %\([^()\s]*+\)[#0-9.+-]*+[a-zA-Z]
      | %(?:[0-9]++\$)?[#0-9.+-]*+(?:hh?|ll?)?[diouxXeEfFgGcsSpa@]""",
    re.VERBOSE,
)
_TYPED_ARGUMENT: Final = re.compile(
    r"\{\s*\w+\s*,\s*(?:number|date|time|spellout|ordinal|duration)\s*[,}]"
)


@dataclass(frozen=True, slots=True)
class _Layout:
    file: TextFile
    strings: tuple[JsonString, ...]
    source: Language


class JsonFormat:
    """JSON files of nested or flat messages, ARB among them. Keys and metadata stay."""

    name = "json"
    title = "JSON catalogue"
    extensions: tuple[str, ...] = (".json", ".arb")
    media_type = "application/json"

    def read(self, data: bytes, *, source: Language) -> Parsed:
        """String values that hold something to translate.

        Raises EngineError `json_malformed`, `json_too_deep`, `encoding_invalid`.
        """
        file = decode(data)
        found = bounded(_prose(file.text))
        units = tuple(_unit(string, text) for string, text in found)
        layout = _Layout(file, tuple(string for string, _ in found), source)
        return Parsed(Skeleton(self.name, data, layout), units)

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,
    ) -> bytes:
        """The file with changed values written in its own style of escapes.

        ICU messages take one text per form of `engine.forms.target_forms`, of the source's own
        forms where `target` is None.
        """
        layout = cast(_Layout, parsed.skeleton.layout)
        text = layout.file.text
        style = JsonStyle.of(text)
        edits = []
        for position, texts in targets.items():
            unit = parsed.units[position]
            if texts == tuple(form.text for form in unit.forms):
                continue
            string = layout.strings[position]
            literal = text[string.start : string.end]
            value = _value(unescape(literal), unit, texts, layout.source, target)
            edits.append(Edit(string.start, string.end, style.literal(value, instead_of=literal)))
        return layout.file.encode(splice(text, edits))


def _prose(text: str) -> Iterator[tuple[JsonString, str]]:
    """String values with their texts, leaving out what has nothing to translate."""
    for string in string_values(text, is_meta=_is_meta):
        value = unescape(text[string.start : string.end])
        if _is_prose(value):
            yield string, value


def _is_meta(key: str) -> bool:
    """Whether a member of the root speaks of the catalogue: ARB's "@@locale" and "@title"."""
    return key.startswith("@")


def _is_prose(value: str) -> bool:
    if not any(map(str.isalpha, value)):
        return False
    stripped = value.strip()
    if any(pattern.fullmatch(stripped) for pattern in (_URL, _EMAIL, _COLOUR)):
        return False
    return any(map(str.isalpha, _PLACEHOLDER.sub("", value)))


def _unit(string: JsonString, text: str) -> Unit:
    syntax, forms = _forms(text)
    return Unit(key=string.path, syntax=syntax, forms=forms, note=string.path)


def _forms(text: str) -> tuple[Syntax, tuple[Form, ...]]:
    """ICU messages opened; a broken one is text like any other, braces and all."""
    if "{" in text and (is_message(text) or _TYPED_ARGUMENT.search(text)):
        try:
            return Syntax.ICU, open_message(text)
        except EngineError:
            pass
    return Syntax.CATALOGUE, (Form("", text),)


def _value(
    text: str, unit: Unit, texts: tuple[str, ...], source: Language, target: Language | None
) -> str:
    """The new value of a string that held `text`."""
    wanted = unit.forms
    if target is not None and unit.syntax is Syntax.ICU:
        wanted = target_forms(unit.forms, source=source, target=target, syntax=Syntax.ICU)
    if len(texts) != len(wanted):
        raise wrong_count(text, needed=len(wanted), given=len(texts))
    if unit.syntax is not Syntax.ICU:
        return texts[0]
    forms = tuple(Form(form.label, new) for form, new in zip(wanted, texts, strict=True))
    return close_message(text, forms, target=target or source)


FORMAT = JsonFormat()
