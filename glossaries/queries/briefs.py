"""The brief a run is translated by: of all an organization's terms those that occur in its text.

A glossary is compiled once a process, for a language pair and a version of it; the run gets the
few concepts that occur, so that later changes reach the next run and never one under way.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from engine.languages import LANGUAGES, SOURCE_ONLY
from engine.terms import Terms, compile_terms
from engine.values import Brief, Rule, Wording
from glossaries.profile_values import NO_WISHES, Settled, Wishes
from glossaries.queries.profiles import chosen
from glossaries.queries.styles import style_for

# What a compiled rule takes, with its share of both automata: `make bench ONLY=assets` measures it.
_BYTES_A_RULE: Final = 1_100
_MAX_MEANING_CHARS: Final = 200
_CODES: Final = tuple(one.code for one in (*LANGUAGES, *SOURCE_ONLY))

_VERSIONS: Final = """
select id, version from glossaries_glossary
 where organization_id = %s and concepts > 0 and (%s::uuid[] is null or id = any(%s))
 order by array_position(%s::uuid[], id), created_at, id
"""
_TERMS: Final = """
select c.id, c.do_not_translate, c.definition, t.language, t.text, t.status, t.case_sensitive,
       t.exact_form, t.forms
  from glossaries_term t
  join glossaries_concept c on c.organization_id = t.organization_id and c.id = t.concept_id
  join unnest(%s::uuid[]) with ordinality as g(id, place) on g.id = c.glossary_id
 where t.organization_id = %s and t.language = any(%s)
 order by g.place, c.id, t.position
"""

_Key = tuple[UUID, tuple[tuple[UUID, int], ...], str, str]
_kept: OrderedDict[_Key, Terms] = OrderedDict()
_lock = threading.Lock()


def brief_for(
    organization_id: UUID,
    *,
    salt: str,
    source: str,
    target: str,
    texts: Iterable[str],
    wishes: Wishes = NO_WISHES,
) -> Brief:
    """The brief of a run over these texts, marks and all. In the organization's scope.

    `salt` is the organization's opaque prompt salt; `source` and `target` are our language codes.
    Glossaries count in the order of the profile, else of their age: where two disagree, the first
    wins.
    """
    says = chosen(organization_id, wishes.profile)
    terms, parts = _terms_of(organization_id, source, target, says.settled)
    guide = style_for(organization_id, target)
    return Brief(
        source=source,
        target=target,
        tier=says.settled.tier.value,
        salt=salt,
        blocking=says.settled.blocking(),
        ignored=says.settled.ignored(),
        rules=terms.rules_in(texts) if terms else (),
        subject=says.settled.subject.value,
        effort=says.settled.effort.value,
        thresholds=says.settled.thresholds(),
        parts=(*says.parts, *parts, *guide.parts),
        style=guide.style,
    )


def kept_terms(organization_id: UUID, source: str, wishes: Wishes = NO_WISHES) -> Terms | None:
    """The terms that are never translated, compiled; None where there are none. In the scope."""
    says = chosen(organization_id, wishes.profile)
    found, _ = _terms_of(organization_id, source, "", says.settled)
    return found if found is not None and found.rules else None


def _terms_of(
    organization_id: UUID, source: str, target: str, says: Settled
) -> tuple[Terms | None, tuple[str, ...]]:
    """The compiled terms, and the names of the glossaries they are from, each with its version."""
    named = None if says.glossaries.value is None else list(says.glossaries.value)
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [organization_id, named, named, named])
        versions = tuple((key, version) for key, version in cursor.fetchall())
        if not versions:
            return None, ()
        parts = tuple(f"glossary:{key}:{version}" for key, version in versions)
        wanted: _Key = organization_id, versions, source, target
        with _lock:
            if wanted in _kept:
                _kept.move_to_end(wanted)
                return _kept[wanted], parts
        languages = {*_fitting(source), *_fitting(target)}
        keys = [key for key, _ in versions]
        cursor.execute(_TERMS, [keys, organization_id, list(languages)])
        made = compile_terms(_rules(cursor.fetchall(), source, target), source, target)
    _keep(wanted, made)
    return made, parts


def _keep(key: _Key, made: Terms) -> None:
    """Remembers compiled terms in place of older versions and of those unused longest."""
    organization_id, versions, source, target = key
    same = organization_id, [one for one, _ in versions], source, target
    with _lock:
        for other in [one for one in _kept if (one[0], [k for k, _ in one[1]], *one[2:]) == same]:
            del _kept[other]
        _kept[key] = made
        most = settings.GLOSSARY_CACHE_MB * 1_000_000
        while len(_kept) > 1 and _bytes_kept() > most:
            _kept.popitem(last=False)


def _bytes_kept() -> int:
    return sum(len(one.rules) for one in _kept.values()) * _BYTES_A_RULE


def _rules(rows: Sequence[Sequence[Any]], source: str, target: str) -> list[Rule]:
    """The concepts that have a term in the source, and one in the target or none to be sought.

    Without a target those that are never translated.
    """
    sources, targets = frozenset(_fitting(source)), frozenset(_fitting(target))
    concepts: dict[UUID, tuple[bool, str, list[Wording], list[Wording]]] = {}
    for key, keep, definition, language, text, status, case_sensitive, exact, forms in rows:
        _, _, here, there = concepts.setdefault(key, (keep, definition, [], []))
        wording = Wording(text, status, case_sensitive, exact, tuple(forms))
        if language in sources:
            here.append(wording)
        if language in targets:
            there.append(wording)
    return [
        Rule(str(key), tuple(here), tuple(there), keep, definition[:_MAX_MEANING_CHARS])
        for key, (keep, definition, here, there) in concepts.items()
        if here and (there or keep)
    ]


def _fitting(language: str) -> list[str]:
    """The languages whose terms count for a text in this one.

    A glossary in plain Portuguese counts in Brazil; one of Brazil counts for plain Portuguese.
    """
    base = language.split("-", maxsplit=1)[0]
    if language == base:
        return [code for code in _CODES if code.split("-")[0] == base]
    return [language, base]
