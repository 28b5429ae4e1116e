"""Plural rules: what gettext headers say, and which numbers a CLDR category holds.

A gettext header is a C expression that somebody wrote into a file, so it is read by a bounded
parser of the few operators gettext knows; nothing is ever handed to `eval`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, NoReturn

from engine.errors import EngineError
from engine.languages import Language

CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
SAMPLE: Final = (*range(201), 1_000, 1_000_000)

MAX_HEADER_LENGTH: Final = 1_000
MAX_TOKENS: Final = 250
MAX_NESTING: Final = 20
MAX_PLURAL_FORMS: Final = 10

# The rule we write into a catalogue, by language: gettext's usual one where its forms are CLDR's,
# else CLDR's own for whole numbers. "many" of multiples of a million (French, Spanish) is left
# out, as catalogues do; so is what only fractions ask for (Russian "other", Czech "many").
_NOT_ONE: Final = ("one other", "(n != 1)")
_ABOVE_ONE: Final = ("one other", "(n > 1)")
_ONLY_OTHER: Final = ("other", "0")
_TENS: Final = "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14)"
_THREE_TO_TEN: Final = "(n%100>=3 && n%100<=10)"
_SOUTH_SLAVIC: Final = ("one few other", f"(n%10==1 && n%100!=11 ? 0 : {_TENS} ? 1 : 2)")
_EAST_SLAVIC: Final = ("one few many", _SOUTH_SLAVIC[1])
_CZECH: Final = ("one few other", "(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2")
_NOT_ENDING_IN_ONE: Final = ("one other", "(n%10 != 1 || n%100 == 11)")

_GETTEXT: Final = {
    **dict.fromkeys(("ja", "ko", "zh", "th", "vi", "id", "ms"), _ONLY_OTHER),
    **dict.fromkeys(("fr", "hi", "bn", "fa", "pt", "pt-BR"), _ABOVE_ONE),
    **dict.fromkeys(("is", "mk"), _NOT_ENDING_IN_ONE),
    **dict.fromkeys(("cs", "sk"), _CZECH),
    **dict.fromkeys(("hr", "sr"), _SOUTH_SLAVIC),
    **dict.fromkeys(("ru", "uk"), _EAST_SLAVIC),
    "pl": ("one few many", f"(n==1 ? 0 : {_TENS} ? 1 : 2)"),
    "lt": (
        "one few other",
        "(n%10==1 && (n%100<11 || n%100>19) ? 0 : n%10>=2 && (n%100<11 || n%100>19) ? 1 : 2)",
    ),
    "lv": (
        "zero one other",
        "(n%10==0 || (n%100>=11 && n%100<=19) ? 0 : n%10==1 && n%100!=11 ? 1 : 2)",
    ),
    "ro": ("one few other", "(n==1 ? 0 : n==0 || (n%100>=1 && n%100<=19) ? 1 : 2)"),
    "sl": ("one two few other", "(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3)"),
    "he": ("one two other", "(n==1 ? 0 : n==2 ? 1 : 2)"),
    "mt": (
        "one two few many other",
        f"(n==1 ? 0 : n==2 ? 1 : n==0 || {_THREE_TO_TEN} ? 2 : n%100>=11 && n%100<=19 ? 3 : 4)",
    ),
    "ga": (
        "one two few many other",
        "(n==1 ? 0 : n==2 ? 1 : n>=3 && n<=6 ? 2 : n>=7 && n<=10 ? 3 : 4)",
    ),
    "cy": (
        "zero one two few many other",
        "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5)",
    ),
    "ar": (
        "zero one two few many other",
        f"(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : {_THREE_TO_TEN} ? 3 : n%100>=11 ? 4 : 5)",
    ),
    "fil": ("one other", "(n>3 && (n%10==4 || n%10==6 || n%10==9))"),
}

Evaluate = Callable[[int], int]
Kind = Literal["plural", "ordinal"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A plural rule as some header gives it: called with a number, it gives the form's index."""

    nplurals: int
    expression: str
    _evaluate: Evaluate = field(repr=False, compare=False)

    def __call__(self, n: int) -> int:
        """The index for a number from 0 up; raises EngineError where the rule leads nowhere."""
        try:
            index = self._evaluate(n)
        except ZeroDivisionError:
            _refuse("it divides by zero", self.expression)
        if index >= self.nplurals:
            _refuse(f"it gives form {index} for {n}, of {self.nplurals}", self.expression)
        return index


@dataclass(frozen=True, slots=True)
class GettextRule:
    """The rule we write for a language; `categories` names the CLDR category of each index."""

    nplurals: int
    header: str
    categories: tuple[str, ...]
    rule: Rule

    def category(self, n: int) -> str:
        """The category of a number; tells which text belongs in a form of another header."""
        return self.categories[self.rule(n)]


@lru_cache(maxsize=128)
def gettext_rule(language: Language) -> GettextRule:
    """The Plural-Forms rule for catalogues in a language, indexes in CLDR order."""
    names, expression = _GETTEXT.get(language.code) or _GETTEXT.get(language.base) or _NOT_ONE
    if language.code == "pt-PT":
        names, expression = _NOT_ONE
    categories = tuple(names.split())
    header = f"nplurals={len(categories)}; plural={expression};"
    return GettextRule(len(categories), header, categories, parse_rule(header))


@lru_cache(maxsize=256)
def category_numbers(language: Language, kind: Kind) -> Mapping[str, frozenset[int]]:
    """The sampled whole numbers of each CLDR category a language has, in CLDR order.

    A category that no sampled number falls into, such as the Russian "other", has an empty set.
    """
    from babel import Locale

    locale = Locale.parse(language.code.replace("-", "_"))
    rule = locale.plural_form if kind == "plural" else locale.ordinal_form
    found: dict[str, set[int]] = {
        category: set() for category in CATEGORIES if category in rule.tags or category == "other"
    }
    for n in SAMPLE:
        found[rule(n)].add(n)
    return {category: frozenset(numbers) for category, numbers in found.items()}


def category_is_only_one(language: Language) -> bool:
    """Whether "one" means the number 1 and no other, so that "One file" may stand for it.

    False for Russian (21), French (0) and languages that have no "one". Whole numbers only.
    """
    return category_numbers(language, "plural").get("one") == frozenset({1})


@lru_cache(maxsize=1_024)
def parse_rule(header: str) -> Rule:
    """Read "nplurals=2; plural=(n != 1);", the last semicolon being optional.

    Raises EngineError `plural_rule_invalid` for anything but gettext's operators, for too long or
    too deep an expression, and for one that leads outside its own forms for a sampled number.
    """
    if len(header) > MAX_HEADER_LENGTH:
        _refuse(f"it is longer than {MAX_HEADER_LENGTH} characters", header)
    written = _HEADER.fullmatch(header)
    if written is None:
        _refuse("it is not of the form “nplurals=2; plural=(n != 1);”", header)
    nplurals = int(written["nplurals"])
    if not 1 <= nplurals <= MAX_PLURAL_FORMS:
        _refuse(f"it has {nplurals} forms; 1 to {MAX_PLURAL_FORMS} are possible", header)
    expression = written["expression"].strip()
    rule = Rule(nplurals, expression, _Parser(expression).parse())
    for n in SAMPLE:
        rule(n)
    return rule


_HEADER: Final = re.compile(
    r"\s*nplurals\s*=\s*(?P<nplurals>[0-9]{1,3})\s*;\s*plural\s*=(?P<expression>[^;=][^;]*);?\s*",
    re.ASCII,
)
_TOKEN: Final = re.compile(
    r"\s*(?:([0-9]{1,18}|n\b|&&|\|\||[=!<>]=|[<>!?:()*/%+-])|(\S))", re.ASCII
)

# gettext computes in the C type unsigned long, so a difference below zero wraps around.
_WORD: Final = 2**64 - 1
_BINARY: Final[tuple[dict[str, Callable[[int, int], int]], ...]] = (
    {"||": lambda a, b: a or b},
    {"&&": lambda a, b: a and b},
    {"==": operator.eq, "!=": operator.ne},
    {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge},
    {"+": operator.add, "-": operator.sub},
    {"*": operator.mul, "/": operator.floordiv, "%": operator.mod},
)


class _Parser:
    """Recursive descent over gettext's expressions, loosest operator first; builds closures."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = self._tokens()
        self.position = 0
        self.depth = 0

    def parse(self) -> Evaluate:
        evaluate = self._conditional()
        if self.position < len(self.tokens):
            self._unexpected()
        return evaluate

    def _tokens(self) -> list[str]:
        tokens: list[str] = []
        for match in _TOKEN.finditer(self.expression):
            if match[2] or len(tokens) == MAX_TOKENS:
                reason = f"“{match[2]}” has no meaning in it" if match[2] else "it is too long"
                _refuse(reason, self.expression)
            tokens.append(match[1])
        return tokens

    def _take(self, *wanted: str) -> str | None:
        token = self.tokens[self.position] if self.position < len(self.tokens) else None
        if token is None or (wanted and token not in wanted):
            return None
        self.position += 1
        return token

    def _conditional(self) -> Evaluate:
        self.depth += 1
        if self.depth > MAX_NESTING:
            _refuse(f"it nests deeper than {MAX_NESTING} levels", self.expression)
        condition = self._binary(0)
        if self._take("?"):
            yes = self._conditional()
            if not self._take(":"):
                self._unexpected()
            condition = _choose(condition, yes, self._conditional())
        self.depth -= 1
        return condition

    def _binary(self, level: int) -> Evaluate:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while found := self._take(*_BINARY[level]):
            left = _apply(found, _BINARY[level][found], left, self._binary(level + 1))
        return left

    def _unary(self) -> Evaluate:
        negations = 0
        while self._take("!"):
            negations += 1
        value = self._primary()
        for _ in range(min(negations, 2 - negations % 2)):  # !!!x is !x, but !!x is not x
            value = _not(value)
        return value

    def _primary(self) -> Evaluate:
        part = self._take()
        if part == "n":
            return lambda n: n
        if part is not None and part.isdigit():
            number = int(part)
            return lambda _: number
        if part != "(":
            self.position -= part is not None
            self._unexpected()
        value = self._conditional()
        if not self._take(")"):
            self._unexpected()
        return value

    def _unexpected(self) -> NoReturn:
        end = self.position == len(self.tokens)
        reason = "it ends too early" if end else f"“{self.tokens[self.position]}” is misplaced"
        _refuse(reason, self.expression)


def _choose(condition: Evaluate, yes: Evaluate, no: Evaluate) -> Evaluate:
    return lambda n: yes(n) if condition(n) else no(n)


def _not(value: Evaluate) -> Evaluate:
    return lambda n: int(not value(n))


def _apply(
    symbol: str, compute: Callable[[int, int], int], left: Evaluate, right: Evaluate
) -> Evaluate:
    if symbol == "&&":
        return lambda n: int(bool(left(n)) and bool(right(n)))
    if symbol == "||":
        return lambda n: int(bool(left(n)) or bool(right(n)))
    return lambda n: int(compute(left(n), right(n))) & _WORD


def _refuse(reason: str, rule: str) -> NoReturn:
    shown = "".join(char if char.isprintable() else " " for char in rule[:120])
    raise EngineError(
        "plural_rule_invalid",
        f"The plural rule “{shown}” cannot be used: {reason}.",
        detail={"rule": shown, "reason": reason},
    )
