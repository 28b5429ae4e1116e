"""What others ask of glossaries."""

from glossaries.queries.briefs import brief_for, kept_terms

__all__ = ["brief_for", "kept_terms"]
