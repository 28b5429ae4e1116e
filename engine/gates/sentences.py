"""Says a finding in one plain sentence that tells a reader, or the model, what to put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from engine.values import Finding

_Evidence = Mapping[str, str | int | float | list[str]]


def sentence(finding: Finding) -> str:
    """The finding in plain English, made of its code and evidence alone."""
    told = SENTENCES.get(finding.code)
    return told(finding.evidence) if told else f"The check {finding.code} found a fault."


def title(code: str) -> str:
    """What people call a gate, in one to three words."""
    return TITLES.get(code, code.replace("_", " ").capitalize())


def _missing(_: _Evidence) -> str:
    return "The model returned no translation for this segment; it has to be translated again."


def _duplicated(_: _Evidence) -> str:
    return "The model returned this segment more than once; it has to be translated again."


def _segment_count(evidence: _Evidence) -> str:
    return _duplicated(evidence) if evidence.get("found") == 2 else _missing(evidence)


def _empty_target(evidence: _Evidence) -> str:
    return f"The translation is empty; translate {_quoted(evidence, 'expected')}."


def _untranslated_same(evidence: _Evidence) -> str:
    return f"The translation repeats the source text {_quoted(evidence, 'found')}; translate it."


def _placeholder_set(evidence: _Evidence) -> str:
    return _told(
        (
            ("Put back the missing placeholders {}", "missing_placeholders", evidence),
            ("put back the missing addresses {} unchanged", "missing_addresses", evidence),
            ("keep {} only once", "repeated_placeholders", evidence),
            ("keep the addresses {} only once", "repeated_addresses", evidence),
            ("remove {}, which the source does not have", "invented", evidence),
        )
    )


def _tag_set(evidence: _Evidence) -> str:
    return _told(
        (
            ("Put back the missing tags {}", "missing", evidence),
            ("keep the tags {} only once", "repeated", evidence),
            ("close the tags in the order they were opened, as {} does not", "crossing", evidence),
            ("remove the tags {}, which the source does not have", "invented", evidence),
        )
    )


def _number_equal(evidence: _Evidence) -> str:
    return _told(
        (
            ("The source numbers {} are not in the translation", "expected", evidence),
            ("the numbers {} of the translation are not in the source", "found", evidence),
        )
    )


def _wrong_language(evidence: _Evidence) -> str:
    found = evidence.get("found")
    shown = f", for example {found[0]!r}" if isinstance(found, list) and found else ""
    return f"The translation is not written in {evidence.get('expected', 'the target')}{shown}."


def _length_ratio(evidence: _Evidence) -> str:
    return (
        f"The translation has {evidence.get('found', 0)} characters where about "
        f"{evidence.get('expected', 0)} are usual; check that nothing was left out."
    )


def _banned_phrase(evidence: _Evidence) -> str:
    found, expected = _list(evidence, "found"), _list(evidence, "expected")
    told = [
        f"“{wrong}”, but “{right}”" if right else f"“{wrong}”"
        for wrong, right in zip(found, expected, strict=False)
    ]
    return f"Your style guide bans this wording; do not write {', nor '.join(told)}."


def _formality(evidence: _Evidence) -> str:
    found = ", ".join(f"“{one}”" for one in _list(evidence, "found"))
    return f"Your style guide wants the other form of address; mend {found}."


def _typography(evidence: _Evidence) -> str:
    found, expected = _list(evidence, "found")[0], _list(evidence, "expected")[0]
    return f"Your style guide writes this otherwise; make “{found}” “{expected}”."


def _term_required(evidence: _Evidence) -> str:
    return f"Translate {_pairs(evidence)}, as your glossary has it."


def _term_forbidden(evidence: _Evidence) -> str:
    found, expected = _list(evidence, "found"), _list(evidence, "expected")
    told = [
        f"“{wrong}”, but “{right}”" if right else f"“{wrong}”"
        for wrong, right in zip(found, expected, strict=False)
    ]
    return f"Your glossary forbids this wording; do not write {', nor '.join(told)}."


def _dnt_term(evidence: _Evidence) -> str:
    return f"Keep {_listed(_list(evidence, 'terms'))} as the source writes it; do not translate it."


def _pairs(evidence: _Evidence) -> str:
    """Terms with what stands for each, such as “cart” by “Warenkorb”."""
    terms, expected = _list(evidence, "terms"), _list(evidence, "expected")
    pairs = dict.fromkeys(zip(terms, expected, strict=False))
    return " and ".join(f"“{term}” by “{wanted}”" for term, wanted in pairs)


def _list(evidence: _Evidence, key: str) -> list[str]:
    value = evidence.get(key, [])
    return value if isinstance(value, list) else [str(value)]


def _refusal_or_meta(evidence: _Evidence) -> str:
    return (
        f"The translation holds a remark of the model, {_quoted(evidence, 'found')}; "
        "give the translation alone."
    )


TITLES: Final[dict[str, str]] = {
    "segment_count": "No answer, or two",
    "empty_target": "Empty translation",
    "placeholder_set": "Placeholders changed",
    "tag_set": "Tags changed",
    "wrong_language": "Wrong language",
    "refusal_or_meta": "Remark of the model",
    "term_forbidden": "Forbidden term",
    "dnt_term": "Translated, but should stay",
    "term_required": "Glossary term missing",
    "untranslated_same": "Same as the source",
    "number_equal": "Numbers changed",
    "length_ratio": "Unusually short",
    "banned_phrase": "Banned wording",
    "formality": "Form of address",
    "ellipsis_style": "Ellipsis",
    "quote_style": "Quotation marks",
    "space_style": "Space before punctuation",
    "date_format": "Form of a date",
    "number_format": "Form of a number",
    "unit_space": "Space before a unit",
}
SENTENCES: Final[dict[str, Callable[[_Evidence], str]]] = {
    "segment_count": _segment_count,
    "empty_target": _empty_target,
    "placeholder_set": _placeholder_set,
    "tag_set": _tag_set,
    "wrong_language": _wrong_language,
    "refusal_or_meta": _refusal_or_meta,
    "term_forbidden": _term_forbidden,
    "dnt_term": _dnt_term,
    "term_required": _term_required,
    "untranslated_same": _untranslated_same,
    "number_equal": _number_equal,
    "length_ratio": _length_ratio,
    "banned_phrase": _banned_phrase,
    "formality": _formality,
    **dict.fromkeys(
        (
            *("ellipsis_style", "quote_style", "space_style"),
            *("date_format", "number_format", "unit_space"),
        ),
        _typography,
    ),
}


def _told(parts: tuple[tuple[str, str, _Evidence], ...]) -> str:
    """The parts that have evidence, as one sentence."""
    said = [
        template.format(_listed(evidence[key]))
        for template, key, evidence in parts
        if key in evidence
    ]
    text = "; ".join(said) or "The code of the text differs from the source's"
    return f"{text[0].upper()}{text[1:]}."


def _listed(value: str | float | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _quoted(evidence: _Evidence, key: str) -> str:
    return f"“{evidence.get(key, '')}”"
