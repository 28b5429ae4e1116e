"""The elements and attributes of HTML by what they mean for a translation."""

from __future__ import annotations

from typing import Final

from engine.formats.html_tokens import Token


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID: Final = _names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
# Elements that stand inside a sentence. Any other tag ends the text before it.
INLINE: Final = _names(
    "a abbr acronym b bdi bdo big blink br cite data del dfn em font i img ins mark meter nobr q "
    "rb rp rt rtc ruby s small span strike strong sub sup time tspan tt u wbr"
)
# Stand inside a sentence too, and are never translated; the first group is part of what is said.
SPOKEN_CODE: Final = _names("code kbd samp var math")
SILENT_CODE: Final = _names("script style noembed noframes")
UNTRANSLATED_BLOCKS: Final = _names("pre listing xmp plaintext textarea iframe")
HEADINGS: Final = _names("h1 h2 h3 h4 h5 h6")

# What a start tag ends by being there, for elements whose end tag may be left out.
_ENDS_PARAGRAPH: Final = _names(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p pre search "
    "section summary table td th tr ul xmp"
)
_ENDED_BY: Final = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option", "optgroup"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "rt": frozenset({"rt", "rp"}),
    "rp": frozenset({"rt", "rp"}),
    "p": _ENDS_PARAGRAPH,
    "a": frozenset({"a"}),
}

_SPOKEN_ATTRIBUTES: Final = frozenset({"alt", "title", "placeholder", "aria-label"})
_OF_ELEMENT: Final = {
    "label": frozenset({"option", "optgroup", "track"}),
    "summary": frozenset({"table"}),
}
_SPOKEN_METAS: Final = frozenset(
    {"description", "og:title", "og:description", "twitter:title", "twitter:description"}
)
_BUTTON_TYPES: Final = frozenset({"submit", "button", "reset"})


def is_ended_by(name: str, start_tag: str) -> bool:
    """Tell whether an open element ends where another begins, its end tag left out."""
    return start_tag in _ENDED_BY.get(name, ())


def is_spoken(token: Token, attribute: str, values: dict[str, str]) -> bool:
    """Tell whether readers meet the value of an attribute; `values` are all of its tag's."""
    if attribute == "content":
        name = values.get("name") or values.get("property", "")
        return token.name == "meta" and name.strip().lower() in _SPOKEN_METAS
    if attribute == "value":
        return token.name == "input" and values.get("type", "").strip().lower() in _BUTTON_TYPES
    if attribute in _OF_ELEMENT:
        return token.name in _OF_ELEMENT[attribute]
    if attribute == "title" and token.name in ("link", "style"):
        return False  # names a set of style sheets
    return attribute in _SPOKEN_ATTRIBUTES


def says_untranslated(values: dict[str, str]) -> bool | None:
    """What a tag states: True for translate="no" or class notranslate, None for nothing."""
    if "notranslate" in values.get("class", "").split():
        return True
    stated = values.get("translate")
    if stated is None:
        return None
    return {"no": True, "yes": False, "": False}.get(stated.strip().lower())
