"""What can be mended without asking: quotation marks, spaces, ellipses, numbers, dates, units.

Each fix works on a reply with its marks and leaves marks alone. They run in one fixed order; where
doing it all again would change anything more, nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.guide import DATES, ELLIPSES, NBSP, NNBSP, NUMBERS, UNITS, Style
from engine.protect import CLOSE, OPEN
from engine.style.quotes import SIGNS, requoted

_MARK: Final = f"(?P<mark>{OPEN}/?[0-9]{{1,7}}{CLOSE})"
_SPACE: Final = f"[ {NBSP}{NNBSP}\u2009]"
_THOUSANDS: Final = f"’{NNBSP}{NBSP}"
_NUMBER: Final = re.compile(
    rf"{_MARK}|(?<![\w.,{_THOUSANDS}])"
    rf"(?P<number>[0-9]{{1,3}}(?:[.,{_THOUSANDS}][0-9]{{3}})+(?:[.,][0-9]+)?|[0-9]+[.,][0-9]+)"
    rf"(?![\w])(?![.,{_THOUSANDS}][0-9])"
)
_ISO_DATE: Final = re.compile(
    rf"{_MARK}|(?<![\w/.-])(?P<y>[12][0-9]{{3}})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9])(?![\w/-])"
)
_DOTS: Final = re.compile(rf"{_MARK}|(?<!\.)\.\.\.(?!\.)|…")
_BEFORE_SIGN: Final = re.compile(
    rf"{_MARK}|(?P<space>{_SPACE}*)(?P<sign>[;!?:]+)(?=\s|$|[)\]»“”\"])"
)
_UNITS: Final = (
    "mm|cm|dm|km|m|mg|kg|g|µg|ml|mL|cl|dl|l|L|µl|Hz|kHz|MHz|GHz|kB|MB|GB|TB|W|kW|MW|kWh|V|kV|mA|A"
    "|°C|°F|min|h|ms|bar|hPa|Pa|kPa|MPa|rpm|px|pt"
)
_UNIT: Final = re.compile(
    rf"{_MARK}|(?P<number>[0-9])(?P<space>{_SPACE}?)(?P<unit>(?:{_UNITS})(?:/(?:h|min|s|kg))?)(?!\w)"
)
_LEAVES_ALONE: Final = "([{«“\"„'"


@dataclass(frozen=True, slots=True)
class Mended:
    """A text with what was mended in it, by the names of the fixes."""

    text: str
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What fixes go by. The protected source shows which numbers the model left as they were."""

    style: Style
    source: str


def mended(text: str, task: Task) -> Mended:
    """A reply as the style wants it, as far as that needs no judgement."""
    once, done = _passed(text, task)
    if not done or _passed(once, task)[1]:
        return Mended(text)
    return Mended(once, done)


def fixed(name: str, text: str, task: Task) -> str:
    """What one fix makes of a text."""
    return _BY_NAME[name](text, task)


def _passed(text: str, task: Task) -> tuple[str, tuple[str, ...]]:
    done: list[str] = []
    for name, fix in FIXES:
        after = fix(text, task)
        if after != text:
            text = after
            done.append(name)
    return text, tuple(done)


def _ellipsis(text: str, task: Task) -> str:
    wanted = ELLIPSES.get(task.style.ellipsis)
    if wanted is None or ("..." not in text and "…" not in text):
        return text
    return _DOTS.sub(lambda found: found["mark"] or wanted, text)


def _quotes(text: str, task: Task) -> str:
    if not task.style.quotes or not any(one in text for one in SIGNS):
        return text
    return requoted(text, task.style.quotes)


def _spaces(text: str, task: Task) -> str:
    if not task.style.spaces:
        return text
    is_french = task.style.spaces == "french"

    def spaced(found: re.Match[str]) -> str:
        before = text[found.start() - 1 : found.start()] if found.start() else ""
        if found["mark"] or not before or before.isspace() or before in _LEAVES_ALONE:
            return found.group()
        if not is_french:
            return found["sign"]
        return (NBSP if found["sign"][0] == ":" else NNBSP) + found["sign"]

    return _BEFORE_SIGN.sub(spaced, text)


def _dates(text: str, task: Task) -> str:
    wanted = DATES.get(task.style.dates)
    if wanted is None:
        return text

    def written(found: re.Match[str]) -> str:
        if found["mark"]:
            return found["mark"]
        year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
        try:
            date(year, month, day)
        except ValueError:
            return found.group()
        return wanted.format(y=year, m=month, d=day)

    return _ISO_DATE.sub(written, text)


def _numbers(text: str, task: Task) -> str:
    """Numbers that stand in the target as they do in the source, written as the guide wants."""
    if not task.style.numbers or not any(one.isdigit() for one in text):
        return text
    decimal, group = NUMBERS[task.style.numbers]
    there = {found["number"] for found in _NUMBER.finditer(task.source) if found["number"]}

    def written(found: re.Match[str]) -> str:
        number = found["number"]
        parts = _parts(number) if number in there else None
        if parts is None:
            return found.group()
        whole, fraction, is_grouped = parts
        if is_grouped:
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", group, whole)
        wanted = whole + (decimal + fraction if fraction else "")
        # What would then read as another number of the source is left alone.
        return found.group() if wanted in there else wanted

    return _NUMBER.sub(written, text)


def _parts(number: str) -> tuple[str, str, bool] | None:
    """Whole part, fraction, whether thousands are grouped; None where a sign may mean either."""
    signs = [one for one in number if not one.isdigit()]
    last = signs[-1]
    if len(set(signs)) == 2:
        whole, fraction = number.rsplit(last, 1)
        return re.sub(r"\D", "", whole), fraction, True
    if len(signs) > 1 or last in _THOUSANDS:
        return re.sub(r"\D", "", number), "", True
    whole, fraction = number.split(last)
    return None if len(fraction) == 3 else (whole, fraction, False)


def _units(text: str, task: Task) -> str:
    if not task.style.units:
        return text
    between = UNITS[task.style.units]
    return _UNIT.sub(lambda found: found["mark"] or found["number"] + between + found["unit"], text)


Fix = Callable[[str, Task], str]
FIXES: Final[tuple[tuple[str, Fix], ...]] = (
    ("ellipsis_style", _ellipsis),
    ("quote_style", _quotes),
    ("space_style", _spaces),
    ("date_format", _dates),
    ("number_format", _numbers),
    ("unit_space", _units),
)
_BY_NAME: Final = dict(FIXES)
