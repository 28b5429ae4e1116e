"""What people and programs do with glossaries. One call does one thing, all or nothing."""

from glossaries.style_values import READY_MADE_BY_SLUG
from glossaries.values import FORBIDDEN, PREFERRED, ConceptValues, TermValues

__all__ = ["FORBIDDEN", "PREFERRED", "READY_MADE_BY_SLUG", "ConceptValues", "TermValues"]
