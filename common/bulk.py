"""Many rows at once. PostgreSQL refuses COPY into a table under row-level security, so stage."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

T = TypeVar("T")

_numbers = count(1)
_BLOCK_ROWS: Final = 500
# Up to here JSON takes less time than a table that comes and goes.
_FEW_ROWS: Final = 200
# What stands for something else in a line of COPY text, and in a quoted element of an array.
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
)
_SPECIAL: Final = re.compile(r"[\\\t\n\r\x08\f\v]")
_QUOTABLE: Final = re.compile(r'[\\"]')
# Their text is what Python's is.
_PLAIN: Final = frozenset({"int", "bigint", "uuid", "bool"})
_TYPE = re.compile(r"[a-z][a-z0-9 ]*(\[\])?")


def laid_out(
    cursor: CursorWrapper, columns: Mapping[str, str], rows: Iterable[Sequence[object]]
) -> tuple[str, list[str]]:
    """What stands behind FROM to read `rows`, and its parameters; good for this transaction.

    `columns` maps names to PostgreSQL types, in the order of the values in a row. Follow it with
    `INSERT ... SELECT` under the policy. Few rows travel in the statement itself, many by COPY.
    """
    rest = iter(rows)
    few = list(islice(rest, _FEW_ROWS + 1))
    if len(few) > _FEW_ROWS:
        return staged(cursor, columns, chain(few, rest)), []
    told = [dict(zip(columns, row, strict=True)) for row in few]
    source = sql.SQL("jsonb_to_recordset(%s::jsonb) as laid_out({})").format(_shape(columns))
    return source.as_string(), [json.dumps(told, ensure_ascii=False, default=str)]


def staged(
    cursor: CursorWrapper, columns: Mapping[str, str], rows: Iterable[Sequence[object]]
) -> str:
    """Copies `rows` into a temporary table and returns its name; the commit drops it."""
    if not connection.in_atomic_block:
        raise RuntimeError("staged needs a transaction: the table lives as long as it")
    name = f"staging_{next(_numbers)}"
    table = sql.Identifier(name)
    create = sql.SQL("create temporary table {} ({}) on commit drop").format(table, _shape(columns))
    cursor.execute(create.as_string())
    # The format is PostgreSQL's own text; writing it here takes a third of the time of adapting
    # each value, and an intake is mostly this.
    write = _line_writer(list(columns.values()))
    with cursor.copy(sql.SQL("copy {} from stdin").format(table).as_string()) as copy:
        for block in batched(rows, _BLOCK_ROWS):
            copy.write("".join(map(write, block)))
    return name


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` rows, in order."""
    rest = iter(rows)
    while block := list(islice(rest, size)):
        yield block


def _shape(columns: Mapping[str, str]) -> sql.Composed:
    if wrong := [kind for kind in columns.values() if not _TYPE.fullmatch(kind)]:
        raise ValueError(f"not a column type: {wrong[0]}")
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in columns.items()
    )


def _line_writer(kinds: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    """What makes a line of COPY text of a row with columns of these types."""
    special = [
        (place, _array if kind.endswith("[]") else _text)
        for place, kind in enumerate(kinds)
        if kind not in _PLAIN
    ]
    template = "\t".join(["%s"] * len(kinds)) + "\n"

    def write(row: Sequence[Any]) -> str:
        cells = list(row)
        for place, make in special:
            if cells[place] is not None:
                cells[place] = make(cells[place])
        if None in cells:
            cells = [r"\N" if cell is None else cell for cell in cells]
        return template % tuple(cells)

    return write


def _text(value: object) -> str:
    text = str(value)
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def _array(values: Sequence[object]) -> str:
    if not values:
        return "{}"
    quoted = ",".join('"' + _quoted(str(value)) + '"' for value in values)
    return _text("{" + quoted + "}")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"') if _QUOTABLE.search(text) else text
