"""Where the glossaries of a profile name one thing in two ways: who wins, who loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from glossaries.queries.profiles import chosen

_MOST_SHOWN: Final = 50
_SHARED: Final = """
with ranked as (
  select g.id, g.name,
         row_number() over (order by array_position(%(named)s::uuid[], g.id), g.created_at, g.id)
           as place
    from glossaries_glossary g
   where g.organization_id = %(organization)s
     and (%(named)s::uuid[] is null or g.id = any(%(named)s))
)
select distinct on (a.language, a.folded, later.place)
       a.language, a.text, first.name, a.concept_id, first.id, later.name, b.concept_id, later.id
  from glossaries_term a
  join ranked first on first.id = a.glossary_id
  join glossaries_term b
    on b.organization_id = a.organization_id and b.language = a.language and b.folded = a.folded
  join ranked later on later.id = b.glossary_id and later.place > first.place
 where a.organization_id = %(organization)s
   and a.status in ('preferred', 'admitted') and b.status in ('preferred', 'admitted')
   and (%(concepts)s::uuid[] is null or a.concept_id = any(%(concepts)s))
 order by a.language, a.folded, later.place, first.place
 limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A term that two glossaries have: the concept of the first counts, the other's is lost."""

    language: str
    text: str
    winner: str
    winner_concept: UUID
    winner_glossary: UUID
    loser: str
    loser_concept: UUID
    loser_glossary: UUID


def disagreements_of(organization_id: UUID, profile_id: UUID) -> list[Disagreement]:
    """Those of a profile."""
    with organization_scope(organization_id):
        return disagreements(organization_id, profile_id)


def disagreements(
    organization_id: UUID, profile_id: UUID | None, *, concepts: Sequence[str] | None = None
) -> list[Disagreement]:
    """The first fifty, all or those won by some concepts. In the organization's scope."""
    says = chosen(organization_id, profile_id).settled.glossaries.value
    asked = {
        "organization": organization_id,
        "named": None if says is None else list(says),
        "concepts": None if concepts is None else list(concepts),
        "most": _MOST_SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, asked)
        return [Disagreement(*row) for row in cursor.fetchall()]
