"""Finds a glossary's terms in a source and says of each whether the target obeys it. Pure.

`compile_terms` builds what a language pair needs once; `Terms.find` looks at a source, `judge` at a
target. A term may be inflected on both sides unless its wording says otherwise.
"""

from engine.terms.compiled import Terms, compile_terms
from engine.terms.judging import judge
from engine.terms.values import Judgement, Occurrence, Rule, Verdict, Wording

__all__ = [
    "Judgement",
    "Occurrence",
    "Rule",
    "Terms",
    "Verdict",
    "Wording",
    "compile_terms",
    "judge",
]
