"""What people and programs do with glossaries. One call does one thing, all or nothing."""

from glossaries.values import FORBIDDEN, PREFERRED, ConceptValues, TermValues

__all__ = ["FORBIDDEN", "PREFERRED", "ConceptValues", "TermValues"]
