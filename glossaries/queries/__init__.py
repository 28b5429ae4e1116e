"""What others ask of glossaries."""

from glossaries.profile_values import NO_WISHES, Settled, Wishes
from glossaries.queries.briefs import brief_for, kept_terms
from glossaries.queries.disagreements import Disagreement, disagreements
from glossaries.queries.profiles import (
    profile_choices,
    profiles_of,
    require_profile,
    settled_of,
)

__all__ = [
    "NO_WISHES",
    "Disagreement",
    "Settled",
    "Wishes",
    "brief_for",
    "disagreements",
    "kept_terms",
    "profile_choices",
    "profiles_of",
    "require_profile",
    "settled_of",
]
