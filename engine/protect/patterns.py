"""Regular expressions for what counts as code, and the grammar each syntax makes of them.

Every fragment starts at a character of its own and either is bounded in length or may not run over
the next possible start, so that no text takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from engine.values import Syntax

# Scripts written with spaces may stand in an address; others would drag the sentence into it.
_URL_SAFE: Final = (
    r"[A-Za-z0-9\-._~:/?#@!$*+,;=%\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f]"
    r"|&(?!(?:lt|gt|quot);)"
)
URL: Final = (
    r"(?<![A-Za-z0-9])(?:(?:https?|ftps?|sftp|wss?|file|git|ssh)://|www\.(?=[A-Za-z0-9]))"
    rf"(?:{_URL_SAFE}|\((?:{_URL_SAFE})*+\)|\{{\{{[^{{}}\n]{{0,80}}\}}\}}|\{{[^\s{{}}]{{0,80}}\}})+"
    r"(?<![.,;:!?*~_])"
)
EMAIL: Final = (
    r"(?<![A-Za-z0-9_.+%-])(?:mailto:)?[A-Za-z0-9][A-Za-z0-9_.+%-]{0,63}@"
    r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)

_NAME: Final = r"[A-Za-z][A-Za-z0-9:_.-]*+(?<!:)"
_ATTRIBUTES: Final = r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
COMMENT: Final = r"<!--(?:[^<-]++|-(?!->)|<(?!!--))*+-->"
DECLARATION: Final = (
    r"<!\[CDATA\[(?:[^<\]]++|\](?!\]>)|<(?!!\[CDATA))*+\]\]>|<\?[^<>]*+>|<![A-Za-z][^<>]*+>"
)
TAG: Final = rf"</?{_NAME}(?:(?=[\s/>]){_ATTRIBUTES})?+>|</?[0-9]{{1,3}}\s?/?>"
# In software strings "<Choose a file...>" is prose in angle brackets, so attributes must be such.
STRICT_TAG: Final = (
    r"</?[A-Za-z][A-Za-z0-9:_.-]*+(?<![:.-])(?:\s++(?:[A-Za-z_@:][A-Za-z0-9_.:@-]*+\s*+=\s*+"
    r"""(?:"[^"]*+"|'[^']*+'|\\"[^"]*+"|[^\s"'<>]++)|[%{$][^\s<>]++"""
    r"|(?:async|autofocus|checked|controls|defer|disabled|download|hidden|loop|multiple|muted|open|"
    r"readonly|required|reversed|selected)\b))*+\s*+/?>|</?[0-9]{1,3}\s?/?>"
)
# Elements whose content is not language: one token, content included.
OPAQUE: Final = (
    r"<(?P<dnt>(?:code|samp|var|script|style)(?=[\s>])"
    r"|[A-Za-z][A-Za-z0-9]*+(?=\s[^<>]*?\btranslate=[\"']?no\b))"
    r"[^<>]*+>[^<>]*+</(?P=dnt)\s*+>"
)
RUN_TAG: Final = r"</?g[0-9]{1,6}>|<x[0-9]{1,6}/>"
ENTITY: Final = r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
ESCAPED_LITERAL: Final = r"&(?:lt|gt|amp);"
TYPED_ESCAPE: Final = r"\\(?:[nrtbfv0\"'\\]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})"

_TEMPLATE: Final = (
    r"\{\{\{?[^{}\n]{0,200}\}?\}\}|\{%[^{}\n]{0,200}%\}|\{#[^{}\n]{0,200}#\}|[$#]\{[^{}\n]{0,200}\}"
)
_NESTED_KEY: Final = r"\$t\([^()\n]{0,200}\)"
_WORD_ID: Final = r"[^\W\d][\w$.\-]{0,63}"
_BRACES_LOOSE: Final = (
    rf"\{{(?:{_WORD_ID}(?:\[[^\[\]{{}}\s]{{0,40}}\]){{0,4}}|[0-9]{{1,3}})?(?:![rsa])?"
    r"(?:[:,](?:[^{}\s]|\{[A-Za-z0-9_]{0,40}\}){0,60})?\}"
    rf"|\{{[0-9]{{1,3}}[:,][^{{}}\n]{{0,60}}\}}|\{{\x20{_WORD_ID}\x20\}}"
    rf"|\{{\s?{_WORD_ID}\s?,\s?(?:number|date|time|spellout|ordinal|duration)\b[^{{}}\n]{{0,60}}\}}"
)
_BRACES_FULL: Final = r"\{\{|\}\}|\{(?:[^{}\n]|\{[^{}\n]{0,40}\}){0,160}+\}"

_SIZE: Final = r"(?:[0-9]{1,4}|\*)?(?:\.(?:[0-9]{1,3}|\*))?(?:hh|h|ll|l|q|j|z|t|L)?"
_NAMED_PERCENT: Final = (
    r"%\([^(){}\n%]{1,80}\)(?:[-+#0\x20]{0,2}[0-9]{1,4})?(?:\.[0-9]{1,3})?[diouxXeEfFgGcrsa]"
    r"|%\{[A-Za-z0-9_.]{1,64}\}"
)
_POSITIONAL: Final = rf"%[0-9]{{1,2}}\$[-+0#']{{0,4}}{_SIZE}[A-Za-z@]"
# "%dpx" and "%ds" are conversions, "the %discount" is not.
_UNIT_AHEAD: Final = (
    r"(?:(?![A-Za-z0-9])|(?=(?:px|em|rem|pt|ms|min|[KMGT]i?B|kB|st|nd|rd|th|[smhxkKMG])"
    r"(?![A-Za-z0-9])))"
)
_PRINTF_LOOSE: Final = (
    rf"(?<![0-9%])%[-+0#]{{0,4}}{_SIZE}[sdiufFeEgGxXocp@]{_UNIT_AHEAD}|(?<![0-9])%[A-Z_]{{2,40}}%"
)
_PRINTF_FULL: Final = (
    rf"(?<![0-9])%[-+0#',]{{0,4}}{_SIZE}[diouxXeEfFgGcCsSpr@]"
    rf"|%[-+0#',]{{0,4}}{_SIZE}[A-Za-z@](?![A-Za-z])"
    # "100% sure" and "50 % de" are prose even where a tool flagged them as a format.
    rf"|(?<![0-9])(?<![0-9]\x20)%\x20[-+0#]{{0,3}}{_SIZE}[diouxXeEfFgGcsr](?![A-Za-z])"
)
_SPECIAL_PERCENT: Final = {
    "qt-format": r"%L?[0-9]{1,2}|%n",
    "kde-format": r"%[0-9]{1,2}",
    "boost-format": r"%[0-9]{1,2}%",
}

_PERCENT_FLAGS: Final = frozenset(
    f"{name}-format"
    for name in (
        *("c", "objc", "python", "javascript", "php", "perl", "ruby", "lua", "go", "java-printf"),
        *("gcc-internal", "awk", "tcl", "boost", "object-pascal", "qt", "kde"),
    )
)
_BRACE_FLAGS: Final = frozenset(
    f"{name}-format" for name in ("python-brace", "perl-brace", "csharp", "java", "rust")
)
_COLON_FLAGS: Final = frozenset({"colon-format", "laravel-format"})
_KNOWN_FLAGS: Final = _COLON_FLAGS.union(
    *({flag, f"no-{flag}"} for flag in _PERCENT_FLAGS | _BRACE_FLAGS)
)
_COLON: Final = r"(?<![\w:]):[A-Za-z_][A-Za-z0-9_]{0,63}"


def known_flags(flags: Iterable[str]) -> tuple[str, ...]:
    """The flags that change what is code, sorted: whatever else a file says costs no compiling."""
    return tuple(sorted(_KNOWN_FLAGS.intersection(flags)))


def percents(flags: Iterable[str]) -> str:
    """Percent conversions as the flags say: the whole family, only the unmistakable, or none."""
    flags = frozenset(flags)
    wanted = flags & _PERCENT_FLAGS
    named = "" if "no-python-format" in flags else _NAMED_PERCENT
    if wanted:
        special = [_SPECIAL_PERCENT[flag] for flag in sorted(wanted & _SPECIAL_PERCENT.keys())]
        return _any("%%", *special, named, _POSITIONAL, _PRINTF_FULL)
    if any(flag.startswith("no-") and flag[3:] in _PERCENT_FLAGS for flag in flags):
        return named
    return _any(named, _POSITIONAL, _PRINTF_LOOSE)


def braces(flags: Iterable[str]) -> str:
    """Brace fields as the flags say; `{{ x }}` and `${x}` are templates whatever they say."""
    flags = frozenset(flags)
    if flags & _BRACE_FLAGS:
        return _BRACES_FULL
    if any(flag.startswith("no-") and flag[3:] in _BRACE_FLAGS for flag in flags):
        return _TEMPLATE
    return _any(_TEMPLATE, _BRACES_LOOSE)


@lru_cache(maxsize=256)
def placeholders(syntax: Syntax, flags: tuple[str, ...]) -> str:
    """The placeholder alternatives of one syntax, without a group around them."""
    if syntax is not Syntax.CATALOGUE:
        return _any(percents(()), braces(()))
    typed = "" if _refuses_percent(flags) else "%%"
    colon = _COLON if _COLON_FLAGS.intersection(flags) else ""
    return _any(typed, percents(flags), _NESTED_KEY, braces(flags), colon)


@lru_cache(maxsize=256)
def grammar(syntax: Syntax, flags: tuple[str, ...], *, typed: bool) -> re.Pattern[str]:
    """One expression over everything that is code; the name of the group that matched tells what.

    `typed` reads MARKUP and RUNS as the model sees them: entities resolved, lone brackets prose.
    """
    groups = {
        "url": URL,
        "email": EMAIL,
        "mark": r"[\u27e6\u27e7]",
        "comment": _any(COMMENT, DECLARATION),
        "opaque": OPAQUE,
        "tag": RUN_TAG if syntax is Syntax.RUNS and not typed else TAG,
        "strict": _any(RUN_TAG, STRICT_TAG),
        "literal": ESCAPED_LITERAL,
        "entity": ENTITY,
        "bare": r"[<>&]",
        # A tag or number sign after an apostrophe is mostly French; braces are always quoted.
        "quoted": r"'[{}](?:[^']++|'')*+(?:'|\Z)|'#[^'{}<>]{0,20}'|'<[^<>']*+>'",
        "apostrophe": "''",
        "argument": r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}",
        "brace": "[{}]",
        "hash": "#",
        "typed": TYPED_ESCAPE,
        "place": placeholders(syntax, flags),
    }
    names = _TYPED_GROUPS if typed and syntax in _TYPED else _GROUPS[syntax]
    return re.compile("|".join(f"(?P<{name}>{groups[name]})" for name in names.split()))


_TYPED: Final = frozenset({Syntax.MARKUP, Syntax.RUNS})
_TYPED_GROUPS: Final = "url email mark comment strict entity place"
_GROUPS: Final[dict[Syntax, str]] = {
    Syntax.TEXT: "url email mark strict place",
    Syntax.MARKUP: "url email mark comment opaque tag literal entity bare place",
    Syntax.RUNS: "url email mark tag literal entity bare place",
    Syntax.CATALOGUE: "url email mark comment strict entity typed place",
    Syntax.ICU: "url email mark apostrophe quoted argument brace hash comment strict entity",
}


def _refuses_percent(flags: tuple[str, ...]) -> bool:
    return not _PERCENT_FLAGS.intersection(flags) and any(
        flag.startswith("no-") and flag[3:] in _PERCENT_FLAGS for flag in flags
    )


def _any(*alternatives: str) -> str:
    return "|".join(one for one in alternatives if one)
