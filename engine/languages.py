"""The languages we translate between, and how a tag someone wrote finds one of them.

Targets are exact: a tag that could mean two of our languages (`pt`, `zh`) is refused with the
choices. Sources are lenient, because the text speaks for itself: `zh` is read as Simplified and
`sr` as Cyrillic (what CLDR holds likely), while `en` and `pt` become languages of their own that
only a source can have, so that nothing claims a text is American or Brazilian without knowing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal

from engine.errors import EngineError
from engine.language_table import LANGUAGE_ROWS, SOURCE_ONLY_ROWS, LanguageRow

MAX_TAG_LENGTH: Final = 64
MAX_SHOWN_TAG: Final = 40

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language as we write it: BCP 47 code, names, script and what follows from them.

    `plural_categories` are the CLDR cardinal categories in CLDR order, "other" last. `spaced` says
    whether words stand apart. `expansion` is the usual length of a text that has 1.0 in English.
    """

    code: str
    name: str
    own_name: str
    script: str
    direction: Direction
    plural_categories: tuple[str, ...]
    spaced: bool
    expansion: float

    @property
    def base(self) -> str:
        """The language subtag alone, such as "pt" of "pt-BR"."""
        return self.code.partition("-")[0]


RIGHT_TO_LEFT_SCRIPTS: Final = frozenset({"Arab", "Hebr"})
UNSPACED_SCRIPTS: Final = frozenset({"Hans", "Hant", "Jpan", "Thai"})


def _language(row: LanguageRow) -> Language:
    code, name, own_name, script, categories, expansion = row
    return Language(
        code=code,
        name=name,
        own_name=own_name,
        script=script,
        direction="rtl" if script in RIGHT_TO_LEFT_SCRIPTS else "ltr",
        plural_categories=tuple(categories.split()),
        spaced=script not in UNSPACED_SCRIPTS,
        expansion=expansion,
    )


LANGUAGES: Final = tuple(map(_language, LANGUAGE_ROWS))
SOURCE_ONLY: Final = tuple(map(_language, SOURCE_ONLY_ROWS))

_BY_CODE: Final = {language.code: language for language in (*LANGUAGES, *SOURCE_ONLY)}

# Beyond CLDR's own aliases: the macrolanguage CLDR leaves alone, and where its chain of parents
# ends outside our list (world English is spelled as in Britain).
_LANGUAGE_ALIASES: Final = {"no": "nb"}
_PARENT_ALIASES: Final = {"en-001": "en-GB"}
# gettext writes a script as a modifier, as in sr_RS@latin.
_MODIFIER_SCRIPTS: Final = {"latin": "Latn", "cyrillic": "Cyrl"}

_TAG: Final = re.compile(
    r"""(?P<language>[a-z]{2,3})
        (?:-(?P<extended>[a-z]{3}))?
        (?:-(?P<script>[a-z]{4}))?
        (?:-(?P<region>[a-z]{2}|[0-9]{3}))?
        (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*     # variants do not choose a language
        (?:-[a-z0-9](?:-[a-z0-9]{2,8})+)*            # nor do extensions or private use
        (?:\.[a-z0-9-]{1,16})?                       # the character set of a POSIX locale
        (?:@(?P<modifier>[a-z]{1,16}))?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


@lru_cache(maxsize=2_048)
def find_target(tag: str) -> Language:
    """The language to translate into that a tag names.

    Takes BCP 47 in any case with - or _, old and three-letter codes, POSIX locales, and regions
    that narrow to a listed language (`de-AT`, `es-MX`). Raises EngineError `language_ambiguous`
    where two or more would fit and `language_unsupported` where none does.
    """
    fitting = _fitting(tag)
    if len(fitting) > 1:
        raise _ambiguous(tag, fitting)
    return fitting[0]


@lru_cache(maxsize=2_048)
def find_source(tag: str) -> Language:
    """The language a text is written in, as a tag names it; see the module for lenient cases.

    Raises EngineError `language_unsupported`.
    """
    fitting = _fitting(tag)
    if len(fitting) == 1:
        return fitting[0]
    return _BY_CODE.get(fitting[0].base) or _likely(fitting)


@lru_cache(maxsize=4_096)
def name_in(code: str, reader_locale: str) -> str:
    """What readers of another language call a listed language: ("de", "fr") is "allemand".

    A reader locale that babel does not know reads English.
    """
    from babel import Locale, UnknownLocaleError

    language = find_source(code)
    try:
        reader = Locale.parse(reader_locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return language.name
    shown = Locale.parse(language.code.replace("-", "_")).get_display_name(reader)
    return shown or language.name


def _fitting(tag: str) -> tuple[Language, ...]:
    """The listed languages a tag can mean, one where it is exact; raises where there is none."""
    written = _TAG.fullmatch(tag.strip().replace("_", "-")) if len(tag) <= MAX_TAG_LENGTH else None
    if written is None:
        raise _unsupported(tag)
    base, script, region = _canonical(written)
    family = tuple(language for language in LANGUAGES if language.base == base)
    script = script or _script_of_region(family, base, region)
    fitting = tuple(language for language in family if script in (None, language.script))
    if not fitting:
        raise _unsupported(tag, family)
    exact = _by_region(base, region) if region else None
    exact = exact or _BY_CODE.get(base)
    return (exact,) if exact in fitting else fitting


def _canonical(written: re.Match[str]) -> tuple[str, str | None, str | None]:
    """Language, script and region as CLDR writes them today; `iw` is `he`, `sh` is `sr-Latn`."""
    from babel.core import get_global

    base = (written["extended"] or written["language"]).lower()
    base, *implied = get_global("language_aliases").get(base, base).split("_")
    base = _LANGUAGE_ALIASES.get(base, base)
    script = (written["script"] or "").title()
    script = script or _MODIFIER_SCRIPTS.get((written["modifier"] or "").lower(), "")
    region = (written["region"] or "").upper()
    for subtag in implied:
        if len(subtag) == 4:
            script = script or subtag
        else:
            region = region or subtag
    return base, script or None, region or None


def _script_of_region(family: tuple[Language, ...], base: str, region: str | None) -> str | None:
    """The script a region writes, asked only where it decides: `zh-HK` is Hant, `sr-ME` Latn."""
    if region is None or len({language.script for language in family}) < 2:
        return None
    return _likely_script(f"{base}_{region}") or _likely_script(base)


def _likely_script(locale: str) -> str | None:
    from babel.core import get_global

    subtags = get_global("likely_subtags").get(locale, "").split("_")
    return next((subtag for subtag in subtags if len(subtag) == 4), None)


def _by_region(base: str, region: str) -> Language | None:
    """The listed language a region belongs to, up CLDR's parents: `es-MX` -> `es-419`."""
    from babel.core import get_global

    code: str | None = f"{base}-{region}"
    parents = get_global("parent_exceptions")
    for _ in range(4):
        if code is None or code in _BY_CODE:
            break
        code = _PARENT_ALIASES.get(code) or parents.get(code.replace("-", "_"))
        code = code and code.replace("_", "-")
    return _BY_CODE.get(code or "")


def _likely(fitting: tuple[Language, ...]) -> Language:
    script = _likely_script(fitting[0].base)
    return next(language for language in fitting if language.script == script)


def _ambiguous(tag: str, fitting: tuple[Language, ...]) -> EngineError:
    return EngineError(
        "language_ambiguous",
        f"“{_shown(tag)}” could mean more than one target language; choose {_choices(fitting)}.",
        detail={"tag": _shown(tag), "choices": ", ".join(one.code for one in fitting)},
    )


def _unsupported(tag: str, family: tuple[Language, ...] = ()) -> EngineError:
    if not tag.strip():
        message = "Name a language, such as de or pt-BR."
        return EngineError("language_unsupported", message, detail={"tag": "", "choices": ""})
    close = family or _close(tag)
    hint = f" Did you mean {_choices(close)}?" if close else ""
    return EngineError(
        "language_unsupported",
        f"“{_shown(tag)}” is not a language we translate.{hint}",
        detail={"tag": _shown(tag), "choices": ", ".join(one.code for one in close)},
    )


def _close(tag: str) -> tuple[Language, ...]:
    """The languages whose code or name looks like the tag, at most four."""
    spelled: dict[str, list[Language]] = {}
    for language in LANGUAGES:
        name, own_name = (one.partition(" (")[0] for one in (language.name, language.own_name))
        for spelling in dict.fromkeys((language.code, name, own_name)):
            spelled.setdefault(spelling.casefold(), []).append(language)
    asked = tag.strip().replace("_", "-")[:MAX_TAG_LENGTH].casefold()
    found = get_close_matches(asked, spelled, n=3, cutoff=0.7)
    return tuple(dict.fromkeys(one for spelling in found for one in spelled[spelling]))[:4]


def _choices(languages: tuple[Language, ...]) -> str:
    return " or ".join(f"{language.code} for {language.name}" for language in languages)


def _shown(tag: str) -> str:
    """A tag safe to repeat: printable and short."""
    printable = "".join(char if char.isprintable() else "\ufffd" for char in tag[:MAX_SHOWN_TAG])
    return printable + ("…" if len(tag) > MAX_SHOWN_TAG else "")
