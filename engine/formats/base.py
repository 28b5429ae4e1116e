"""What every file format gives: read spans, splice new values into the original bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol, TypeVar

from engine.errors import EngineError
from engine.languages import Language
from engine.values import Unit

MAX_UNITS: Final = 50_000
_MAX_SHOWN: Final = 40

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A read file: its original bytes and whatever its format needs to write it again."""

    format: str
    data: bytes
    layout: object


@dataclass(frozen=True, slots=True)
class Parsed:
    """A read file and its units, in file order.

    `held_language` is the code of the language that the units' `current` texts are in, "" where
    the file holds no targets or does not say.
    """

    skeleton: Skeleton
    units: tuple[Unit, ...]
    held_language: str = ""


class Format(Protocol):
    """One file format. Reading and writing are pure and repeatable: same bytes, same units."""

    @property
    def name(self) -> str:
        """Stable slug, such as "po"."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def extensions(self) -> tuple[str, ...]:
        """Lower-case file endings with their dot."""
        ...

    @property
    def media_type(self) -> str:
        """The media type of a file of this format."""
        ...

    def read(self, data: bytes, *, source: Language) -> Parsed:
        """Units and skeleton of a file. Raises EngineError naming line and column where it can."""
        ...

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,
    ) -> bytes:
        """The file with the units at these positions replaced, one text per target form.

        A unit without an entry keeps its source (PO: an empty msgstr). A text equal to what stands
        there leaves its bytes alone. `target` None changes nothing else either; given, what states
        the file's language, direction and plural rule follows it, and nothing more.
        """
        ...


def bounded(found: Iterable[_Found]) -> tuple[_Found, ...]:
    """What a reader finds, in order. Raises EngineError `document_too_large` beyond 50,000."""
    kept = tuple(islice(found, MAX_UNITS + 1))
    if len(kept) > MAX_UNITS:
        raise EngineError(
            "document_too_large",
            f"The file has more than {MAX_UNITS:,} texts. Split it and upload the parts.",
            kind="too_large",
            detail={"max_units": MAX_UNITS},
        )
    return kept


def wrong_count(text: str, *, needed: int, given: int) -> EngineError:
    """The refusal of a target that has not one text for each of its forms."""
    shown = text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
    return EngineError(
        "forms_mismatch",
        f"“{shown}” needs {needed} wordings in this language, but {given} were given.",
        detail={"needed": needed, "given": given},
    )
