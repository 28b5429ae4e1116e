"""What a file's concepts do to a glossary: which are new, which change one, which are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from glossaries.exchange.columns import CONCEPT_FIELDS, Column
from glossaries.exchange.rows import Draft, RowProblem
from glossaries.values import WANTED, ConceptValues, TermValues, searched

UPDATE, SKIP, ADD = "update", "skip", "add"
EXISTING: Final = (UPDATE, SKIP, ADD)


@dataclass(frozen=True, slots=True)
class Change:
    """A concept that is to hold something else."""

    id: UUID
    held: ConceptValues
    wanted: ConceptValues


@dataclass(slots=True)
class Plan:
    """What an import comes to. `problems` are those of whole rows, which are left out."""

    added: list[ConceptValues] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    skipped: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    faulty_rows: set[int] = field(default_factory=set)

    def counts(self) -> dict[str, int]:
        """How many concepts have which fate, and how many rows are faulty."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "same": self.same,
            "skipped": self.skipped,
            "faulty_rows": len(self.faulty_rows),
        }


def plan(
    drafts: Iterable[Draft],
    held: Mapping[UUID, ConceptValues],
    columns: Sequence[Column],
    existing: str,
) -> Plan:
    """What becomes of each draft. `held` is what the glossary has now.

    A draft is that concept whose id or external id it names, else the only one that has its first
    wanted term.
    """
    made, finder, seen = Plan(), _Finder(held), _Seen()
    covered = {one.field for one in columns if not one.language} & set(CONCEPT_FIELDS)
    languages = {one.language for one in columns if one.language}
    for draft in drafts:
        found = list(draft.problems)
        key = None
        if not found:
            key, found = finder.concept_of(draft) if existing != ADD else finder.new(draft)
        if not found:
            found = seen.problems(draft, key)
        if found:
            made.problems += found
            made.faulty_rows.update(draft.rows)
        elif key is None:
            made.added.append(draft.values)
        elif existing == SKIP:
            made.skipped += 1
        else:
            wanted = merged(held[key], draft.values, covered, languages)
            if wanted == held[key]:
                made.same += 1
            else:
                made.changed.append(Change(key, held[key], wanted))
    return made


def merged(
    held: ConceptValues, told: ConceptValues, covered: Iterable[str], languages: Iterable[str]
) -> ConceptValues:
    """What a concept holds once the file's word counts for what the file speaks of.

    Fields without a column stay, and so do the terms of languages that the file has none of.
    """
    new: dict[str, list[TermValues]] = {}
    for term in told.terms:
        new.setdefault(term.language, []).append(term)
    spoken = {*languages, *new}
    terms: list[TermValues] = []
    for term in held.terms:
        if term.language not in spoken:
            terms.append(term)
        elif term.language in new:
            terms += new.pop(term.language)
    for rest in new.values():
        terms += rest
    return replace(held, terms=tuple(terms), **{name: getattr(told, name) for name in covered})


class _Finder:
    """Concepts by what a file may call them."""

    def __init__(self, held: Mapping[UUID, ConceptValues]) -> None:
        self._held = held
        self._by_id = {str(key): key for key in held}
        self._external = {one.external_id: key for key, one in held.items() if one.external_id}
        self._by_term: dict[tuple[str, str], set[UUID]] = {}
        for key, one in held.items():
            for term in one.terms:
                if term.status in WANTED:
                    place = term.language, searched(term.text)
                    self._by_term.setdefault(place, set()).add(key)

    def concept_of(self, draft: Draft) -> tuple[UUID | None, list[RowProblem]]:
        """The concept a draft speaks of, None for a new one."""
        for found in (
            self._by_id.get(draft.key),
            self._external.get(draft.key) if draft.key else None,
            self._external.get(draft.values.external_id),
        ):
            if found is not None:
                return found, []
        if draft.values.external_id:
            return None, []
        first = first_term(draft.values)
        found_by_term = self._by_term.get((first.language, searched(first.text)), set())
        if len(found_by_term) > 1:
            return None, [
                _problem(
                    draft,
                    f"The glossary has {len(found_by_term)} concepts with “{first.text[:80]}”: say"
                    " which by its external id.",
                )
            ]
        return next(iter(found_by_term), None), []

    def new(self, draft: Draft) -> tuple[None, list[RowProblem]]:
        """For an import that only adds: whether the glossary has room for this name."""
        if draft.values.external_id in self._external:
            message = "The glossary has a concept of this external id already."
            return None, [_problem(draft, message)]
        return None, []


class _Seen:
    """What earlier rows of the file were about."""

    def __init__(self) -> None:
        self._rows: dict[object, int] = {}

    def problems(self, draft: Draft, key: UUID | None) -> list[RowProblem]:
        names: list[tuple[object, str]] = []
        if key is not None:
            names.append((key, "the same concept"))
        if draft.values.external_id:
            external_id = draft.values.external_id
            names.append((("external", external_id), f"the external id “{external_id[:80]}”"))
        if not names:
            first = first_term(draft.values)
            place = first.language, searched(first.text), draft.values.subject
            names.append((place, f"“{first.text[:80]}” with the same subject"))
        for name, told in names:
            row = self._rows.setdefault(name, draft.rows[0])
            if row != draft.rows[0]:
                return [_problem(draft, f"Row {row:,} has {told} already: make them one.")]
        return []


def first_term(values: ConceptValues) -> TermValues:
    """What a concept is known by: its first wanted term, else its first."""
    return next((one for one in values.terms if one.status in WANTED), values.terms[0])


def _problem(draft: Draft, message: str) -> RowProblem:
    return RowProblem(draft.rows[0], "", message)
