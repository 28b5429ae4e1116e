"""What glossaries cost in the database: files taken in, and briefs made of a large one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.bench.figures import ROUNDS, best, show
from tests.bench.lodging import Lodging

CONCEPTS = 100_000
SEGMENTS = 20


def import_rate(house: Lodging, spellings: Sequence[str]) -> Any:
    """A table of 100,000 concepts through check and write, against its rows alone; its glossary."""
    from glossaries.services.glossaries import create_glossary

    lines = [f"{one},{one[::-1]},{number}" for number, one in enumerate(spellings)]
    data = "\n".join(["en,de,id", *lines]).encode()
    ours, bare = [], []
    glossary_id: Any = None
    for number in range(ROUNDS):
        glossary_id = create_glossary(actor=house.actor, name=f"Bench {number}").pk
        ours.append(_import_seconds(house.actor, glossary_id, data))
        bare.append(_bare_seconds(house.actor, glossary_id))
        if number + 1 < ROUNDS:
            _forget(house.actor, glossary_id)
    seconds = min(ours)
    show(
        "import_rate",
        min(bare) / seconds,
        "ratio",
        "staging COPY and INSERT SELECT of the same rows; at least 0.2",
        concepts_per_second=round(CONCEPTS / seconds),
        seconds=round(seconds, 2),
    )
    return glossary_id


def brief_ms(house: Lodging, segments: Sequence[str]) -> None:
    """A brief of twenty segments over that glossary, once it is compiled."""
    from accounts.tenancy import organization_scope
    from glossaries.queries import brief_for

    organization_id = house.actor.organization_id

    def once() -> float:
        began = time.perf_counter()
        with organization_scope(organization_id):
            brief_for(
                organization_id,
                salt="s",
                source="en",
                target="de",
                texts=segments[:SEGMENTS],
            )
        return time.perf_counter() - began

    cold = once()
    warm = best(once, highest=False)
    show(
        "brief_ms",
        warm * 1_000,
        "ms",
        f"{SEGMENTS} segments, {CONCEPTS:,} concepts, warm; at most 5",
        cold_ms=round(cold * 1_000),
    )


def _import_seconds(actor: Any, glossary_id: Any, data: bytes) -> float:
    """From the file to its rows, as a worker does it once it was told to."""
    from django.utils import timezone

    from accounts.tenancy import organization_scope
    from glossaries.models import GlossaryImport
    from glossaries.queries.imports import import_of
    from glossaries.services import importing, imports

    one = imports.begin_import(actor=actor, glossary_id=glossary_id, name="a.csv", data=data)
    with organization_scope(actor.organization_id):
        GlossaryImport.objects.filter(organization_id=actor.organization_id, pk=one.pk).update(
            state=GlossaryImport.RUNNING, goal=GlossaryImport.IMPORT, fence=1
        )
    claim = importing.Claim(actor.organization_id, one.pk, 1, 1)
    began = time.perf_counter()
    importing.serve(claim, clock=timezone.now)
    seconds = time.perf_counter() - began
    _, one = import_of(actor.organization_id, glossary_id, one.pk)
    assert one.counts["added"] == CONCEPTS, one.refusal
    return seconds


def _bare_seconds(actor: Any, glossary_id: Any) -> float:
    """The same rows, ready, into the same tables, and undone."""
    from django.db import connection

    from accounts.tenancy import organization_scope
    from common.bulk import staged

    with organization_scope(actor.organization_id), connection.cursor() as cursor:
        tables = []
        for table in ("concept", "term"):
            cursor.execute(_SHAPE, [f"glossaries_{table}"])
            shape = dict(cursor.fetchall())
            cursor.execute(
                f"select {', '.join(shape)} from glossaries_{table} where glossary_id = %s",
                [glossary_id],
            )
            tables.append((table, shape, cursor.fetchall()))
        for table in ("term", "concept"):
            cursor.execute(
                f"delete from glossaries_{table} where glossary_id = %s",
                [glossary_id],
            )
        began = time.perf_counter()
        for table, shape, rows in tables:
            source = staged(cursor, shape, rows)
            names = ", ".join(shape)
            cursor.execute(f"insert into glossaries_{table} ({names}) select {names} from {source}")
        seconds = time.perf_counter() - began
        connection.set_rollback(True)
    return seconds


def _forget(actor: Any, glossary_id: Any) -> None:
    from glossaries.services.glossaries import delete_glossary

    delete_glossary(actor=actor, glossary_id=glossary_id)


_SHAPE = """
select attname, format_type(atttypid, null) from pg_attribute
 where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum
"""
