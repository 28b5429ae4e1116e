"""What a model is told of a style guide. The same guide gives the same lines."""

from __future__ import annotations

from typing import Final

from engine.guide import QUOTES, Style

_FORMALITY: Final = {
    "formal": "Address the reader formally, with the polite form.",
    "informal": "Address the reader informally, with the familiar form.",
}
_SPACES: Final = {
    "none": "No space before punctuation.",
    "french": "A narrow no-break space before ; ! ? and a no-break space before a colon.",
}
_ELLIPSES: Final = {
    "sign": "Write an ellipsis as one sign (…).",
    "dots": "Write an ellipsis as three dots.",
}
_DASHES: Final = {
    "spaced_en": "Set dashes as en dashes with spaces ( – ).",
    "closed_em": "Set dashes as em dashes without spaces (—).",
}
_UNITS: Final = {
    "nbsp": "A no-break space between a number and its unit.",
    "narrow": "A narrow no-break space between a number and its unit.",
    "none": "No space between a number and its unit.",
}
_CURRENCY: Final = {
    "after": "Write the currency after the amount.",
    "before": "Write the currency before the amount.",
}
_HEADINGS: Final = {
    "sentence": "Headings have a capital at their beginning only, as a sentence does.",
    "title": "Headings have a capital at each important word.",
}
_LENGTH: Final = {
    "short": "Keep translations as short as the source where you can.",
    "free": "Translations may be longer than the source where that reads better.",
}
DASHES: Final = tuple(_DASHES)
CURRENCIES: Final = tuple(_CURRENCY)
HEADINGS: Final = tuple(_HEADINGS)
LENGTHS: Final = tuple(_LENGTH)


def style_lines(style: Style) -> list[str]:
    """The rules, one a line, in a fixed order; none for an empty guide."""
    lines = [
        _FORMALITY.get(style.formality, ""),
        f"Register: {style.register}." if style.register else "",
        f"The readers are {style.audience}." if style.audience else "",
        f"Spelling: {style.spelling}." if style.spelling else "",
        _quotes(style.quotes),
        _SPACES.get(style.spaces, ""),
        _ELLIPSES.get(style.ellipsis, ""),
        _DASHES.get(style.dashes, ""),
        f"Write numbers as {style.numbers}." if style.numbers else "",
        f"Write dates in figures as {style.dates}." if style.dates else "",
        _UNITS.get(style.units, ""),
        _CURRENCY.get(style.currency, ""),
        _HEADINGS.get(style.headings, ""),
        _LENGTH.get(style.length, ""),
        *style.instructions,
    ]
    for one in style.examples:
        lines.append(f"Right: {one.good}" + (f" Wrong: {one.bad}" if one.bad else ""))
    for banned in style.banned:
        what = f"anything like /{banned.pattern}/" if banned.is_regex else f"“{banned.pattern}”"
        lines.append(
            f"Never write {what}" + (f"; write {banned.instead}." if banned.instead else ".")
        )
    return [line for line in lines if line]


def _quotes(name: str) -> str:
    if not name:
        return ""
    opening, closing, inner_opening, inner_closing = QUOTES[name]
    return (
        f"Quotation marks are {opening}…{closing}, and within them {inner_opening}…{inner_closing}."
    )
