"""What others ask of glossaries."""

from glossaries.queries.briefs import brief_for

__all__ = ["brief_for"]
