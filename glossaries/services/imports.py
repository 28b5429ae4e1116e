"""A file on its way into a glossary, as people and programs see it: begun, started, stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common import queue, storage
from common.errors import Conflict, Invalid, NotFound, TooLarge
from glossaries.exchange.columns import columns, guessed
from glossaries.exchange.merging import EXISTING, UPDATE
from glossaries.exchange.tables import Table, read_csv, write_csv
from glossaries.models import GlossaryImport
from glossaries.services.glossaries import locked

MAX_NAME_CHARS: Final = 200
MAX_OPEN: Final = 20
_READERS: Final[dict[str, Callable[[bytes], Table]]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".tab": read_csv,
    ".txt": read_csv,
}
ENDINGS: Final = tuple(_READERS)
_OVER: Final = (GlossaryImport.FINISHED, GlossaryImport.FAILED, GlossaryImport.CANCELLED)


def begin_import(
    *, actor: Actor, glossary_id: UUID, name: str, data: bytes, now: datetime | None = None
) -> GlossaryImport:
    """Takes a file in and guesses its columns; nothing of the glossary changes yet.

    Raises NotFound, Invalid, TooLarge, Conflict where twenty are open.
    """
    moment = now or timezone.now()
    most = settings.IMPORT_MAX_MB * 1_000_000
    if len(data) > most:
        raise TooLarge(
            "import_too_large",
            f"The file has {len(data):,} bytes; the limit is {most:,}. Split it.",
            detail={"max_bytes": most},
        )
    shown = _shown(name)
    table = table_of(shown, data)
    rows = sum(1 for _ in table.rows())
    if not rows:
        raise Invalid("table_without_rows", "The file has a header and nothing below it.")
    with organization_scope(actor.organization_id):
        locked(actor, glossary_id)
        mine = GlossaryImport.objects.filter(
            organization_id=actor.organization_id, glossary_id=glossary_id
        )
        if mine.exclude(state__in=_OVER).count() >= MAX_OPEN:
            raise Conflict(
                "imports_open",
                f"{MAX_OPEN} imports into this glossary are open: finish or cancel one first.",
                detail={"most": MAX_OPEN},
            )
        return GlossaryImport.objects.create(
            organization_id=actor.organization_id,
            glossary_id=glossary_id,
            name=shown,
            format=PurePath(shown).suffix.lower(),
            storage_name=storage.save_bytes(data),
            columns=list(guessed(table.header)),
            rows=rows,
            user_id=actor.user_id,
            api_key_id=actor.api_key_id,
            created_at=moment,
        )


def start_import(
    *,
    actor: Actor,
    glossary_id: UUID,
    import_id: UUID,
    told: Sequence[str],
    existing: str = UPDATE,
    goal: str = GlossaryImport.CHECK,
) -> GlossaryImport:
    """Has an import checked, or checked and written, by what each column holds.

    `existing` says what happens to concepts that are there: update, skip, or add beside them.
    Raises NotFound, Invalid, Conflict where it runs or has ended.
    """
    if existing not in EXISTING:
        raise Invalid(
            "existing_unknown",
            f"Choose one of {', '.join(EXISTING)}.",
            detail={"field": "existing"},
        )
    with organization_scope(actor.organization_id):
        one = _held(actor, glossary_id, import_id)
        if one.state not in {GlossaryImport.MAPPING, GlossaryImport.CHECKED}:
            raise Conflict(
                "import_not_open", "This import is running or has ended: upload the file again."
            )
        columns(told, len(one.columns))
        one.columns, one.existing, one.goal = list(told), existing, goal
        one.state, one.rows_done, one.attempts = GlossaryImport.QUEUED, 0, 0
        one.counts, one.problems, one.refusal = {}, [], {}
        one.save()
        queue.enqueue("glossaries.run_imports", queue="imports")
    return one


def cancel_import(
    *, actor: Actor, glossary_id: UUID, import_id: UUID, now: datetime | None = None
) -> GlossaryImport:
    """Ends an import; nothing of it is in the glossary. Raises NotFound, Conflict."""
    with organization_scope(actor.organization_id):
        one = _held(actor, glossary_id, import_id)
        if one.state in _OVER:
            raise Conflict("import_ended", "This import has ended; there is nothing to cancel.")
        one.state, one.ended_at = GlossaryImport.CANCELLED, now or timezone.now()
        one.fence += 1
        one.leased_until = None
        one.save()
    return one


def faulty_rows(one: GlossaryImport) -> Iterator[str]:
    """The rows that were left out as a table, with what is wrong in a first column."""
    wrong: dict[int, list[str]] = {}
    for told in one.problems:
        where = f"{told['column']}: " if told["column"] else ""
        wrong.setdefault(told["row"], []).append(f"{where}{told['message']}")
    table = table_of(one.name, storage.read_bytes(one.storage_name))

    def rows() -> Iterator[list[str]]:
        yield ["problem", *table.header]
        for number, cells in table.rows():
            if number in wrong:
                yield [" ".join(wrong[number]), *cells]

    return write_csv(rows())


def table_of(name: str, data: bytes) -> Table:
    """A file read by its ending; raises Invalid."""
    reader = _READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise Invalid(
            "import_format_unknown",
            f"“{name}” is none of the files that can be read: {', '.join(ENDINGS)}.",
            detail={"endings": list(ENDINGS)},
        )
    return reader(data)


def record_import(actor: Actor, glossary_id: UUID, counts: dict[str, int], now: datetime) -> None:
    """Notes in the audit trail what an import did."""
    accounts_services.record(
        actor=actor,
        action="glossary.import",
        object_kind="glossary",
        object_id=glossary_id,
        detail=dict(counts),
        now=now,
    )


def _held(actor: Actor, glossary_id: UUID, import_id: UUID) -> GlossaryImport:
    found = (
        GlossaryImport.objects.select_for_update()
        .filter(organization_id=actor.organization_id, glossary_id=glossary_id, pk=import_id)
        .first()
    )
    if found is None:
        raise NotFound("import_not_found", "There is no such import of this glossary.")
    return found


def _shown(name: str) -> str:
    base = PurePath(name.replace("\\", "/")).name
    shown = "".join(char for char in base if char.isprintable()).strip()
    suffix = PurePath(shown).suffix[:10]
    return shown if len(shown) <= MAX_NAME_CHARS else shown[: MAX_NAME_CHARS - 10] + suffix
