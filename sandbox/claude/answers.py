"""Answers to prompts: pseudo-translations of a JSON object of segments, or the nearest to one.

The last text of the user is read as {"source_language", "target_language", "glossary"?,
"segments": [{"id", "text", "form"?, "names"?, "draft"?, "findings"?}]} and answered with
{"segments": [{"id", "text"}]}. Anything else gets the smallest value its schema accepts, or,
without a schema, its own text back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.claude.faults import FaultPlan, draw
from sandbox.claude.pseudo import Translator
from sandbox.claude.schemas import conforming, resolved
from sandbox.claude.spoiling import can_suffer, spoiled
from sandbox.claude.tongues import foreign_to, tongue_for

MAX_GLOSSARY = 2_000
# An earlier draft may be missing where the model gave none; its finding is there.
_REPAIR = frozenset({"draft", "findings"})


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment asked for. `repair` when an earlier draft came with it.

    `names` are pairs of a mark and what it stands for.
    """

    id: str
    text: str
    form: str
    repair: bool
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a translation prompt asks. `never` has a forbidden wording of a term, where told."""

    target: str
    glossary: Mapping[str, str]
    never: Mapping[str, str]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch of an answer: its JSON text, "" for a dropped segment, and its fault."""

    json: str
    fault: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer as text, and where its entries end, for those who cut it."""

    text: str
    entries: tuple[Entry, ...] = ()
    head: str = ""

    def whole_entries(self, length: int) -> tuple[Entry, ...]:
        """The entries that lie wholly in the first `length` letters."""
        end = len(self.head)
        whole: list[Entry] = []
        first = True
        for entry in self.entries:
            if entry.json:
                end += len(entry.json) + (0 if first else 1)
                first = False
            if end > length:
                break
            whole.append(entry)
        return tuple(whole)


def read_question(text: str) -> Question | None:
    """The translation asked for, or None where the text is nothing of the kind."""
    asked = _first_object(text)
    match asked:
        case {"target_language": str(target), "segments": list(rows)}:
            segments = tuple(segment for row in rows if (segment := _segment(row)) is not None)
            if len(segments) == len(rows):
                told = asked.get("glossary")
                return Question(target, _glossary(told), _never(told), segments)
    return None


def answer_question(
    question: Question, schema: Mapping[str, Any] | None, plan: FaultPlan, number: int
) -> Answer:
    """Translate, with the segment faults the plan draws for the request of this number."""
    tongue = tongue_for(question.target)
    translator = Translator(tongue, question.glossary)
    wrong = Translator(foreign_to(tongue))
    unruly = Translator(tongue), Translator(tongue, question.never)
    fill = _required_extras(schema)
    entries: list[Entry] = []
    position, count = 0, len(question.segments)
    while position < count:
        segment = question.segments[position]
        fault = plan.segment_fault(number, position)
        if fault and not can_suffer(fault, segment.text, is_last=position + 1 == count):
            fault = None
        target = translator.translate(segment.text, salt=segment.form)
        if fault == "break_term":
            # In other words, or in the very ones that are forbidden.
            chance = draw(plan.seed, number, "term", position)
            spoken = _spoken(segment)
            broken = unruly[int(chance * 2)].translate(spoken, salt=segment.form)
            target, fault = broken, fault if broken != target else None
        taken = 1
        if fault == "merge":
            follower = question.segments[position + 1]
            target = f"{target} {translator.translate(follower.text, salt=follower.form)}"
            taken = 2
        elif fault is not None and fault != "break_term":
            chance = draw(plan.seed, number, "place", position)
            target = spoiled(fault, segment.text, target, wrong=wrong, chance=chance)
        rendered = "" if fault == "drop" else _entry(segment.id, target, fill)
        if fault == "duplicate":
            other = translator.translate(segment.text, salt=f"{segment.form} again")
            rendered += "," + _entry(segment.id, other, fill)
        entries.append(Entry(rendered, fault))
        position += taken
    head = '{"segments":['
    body = ",".join(entry.json for entry in entries if entry.json)
    return Answer(f"{head}{body}]{_tail(schema)}}}", tuple(entries), head)


def answer_other(text: str, schema: Mapping[str, Any] | None) -> Answer:
    """Something that conforms to the schema, or the text itself."""
    if schema is None:
        return Answer(text)
    return Answer(_compact(conforming(schema)))


def fits(schema: Mapping[str, Any] | None) -> bool:
    """Whether a schema leaves room for {"segments": [{"id", "text"}]}."""
    return schema is None or {"id", "text"} <= set(_item_schema(schema).get("properties", {}))


def _item_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one segment, {} where there is none."""
    match schema:
        case {"properties": {"segments": {"items": {"$ref": reference}}}}:
            found = resolved(reference, schema)
            return found if isinstance(found, dict) else {}
        case {"properties": {"segments": {"items": dict(items)}}}:
            return items
    return {}


def _first_object(text: str) -> dict[str, Any]:
    start = text.find("{")
    if start < 0:
        return {}
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _segment(row: Any) -> Segment | None:
    match row:
        case {"id": str(name), "text": str(text)}:
            told = row.get("names")
            names = tuple(told.items()) if isinstance(told, dict) else ()
            is_repair = not row.keys().isdisjoint(_REPAIR)
            return Segment(name, text, str(row.get("form", "")), is_repair, names)
    return None


def _spoken(segment: Segment) -> str:
    """The text with its names in place of their marks, for a translation that takes them along."""
    text = segment.text
    for mark, name in segment.names:
        text = text.replace(mark, str(name))
    return text


def _glossary(rows: object) -> dict[str, str]:
    terms: dict[str, str] = {}
    for row in rows[:MAX_GLOSSARY] if isinstance(rows, list) else []:
        match row:
            case {"source": str(source), "target": str(target)} if source:
                terms[source] = target
    return terms


def _never(rows: object) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for row in rows[:MAX_GLOSSARY] if isinstance(rows, list) else []:
        match row:
            case {"source": str(source), "never": [str(first), *_]} if source:
                wrong[source] = first
    return wrong


def _entry(name: str, text: str, fill: str) -> str:
    return f'{{"id":{_compact(name)},"text":{_compact(text)}{fill}}}'


def _required_extras(schema: Mapping[str, Any] | None) -> str:
    """Further properties each entry must have, as JSON to append."""
    return "" if schema is None else _beside(schema, _item_schema(schema), {"id", "text"})


def _tail(schema: Mapping[str, Any] | None) -> str:
    return "" if schema is None else _beside(schema, schema, {"segments"})


def _beside(root: Mapping[str, Any], schema: Mapping[str, Any], known: set[str]) -> str:
    names = [name for name in schema.get("required", ()) if name not in known]
    values = {name: conforming(schema["properties"][name], root=root) for name in names}
    return "," + _compact(values)[1:-1] if values else ""


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
