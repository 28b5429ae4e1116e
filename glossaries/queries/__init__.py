"""What others ask of glossaries."""

from glossaries.profile_values import NO_WISHES, Wishes
from glossaries.queries.briefs import brief_for, kept_terms
from glossaries.queries.profiles import profiles_of, require_profile, settled_of

__all__ = [
    "NO_WISHES",
    "Wishes",
    "brief_for",
    "kept_terms",
    "profiles_of",
    "require_profile",
    "settled_of",
]
