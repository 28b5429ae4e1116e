"""Many rows at once. PostgreSQL refuses COPY into a table under row-level security, so stage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_numbers = count(1)
_TYPE = re.compile(r"[a-z][a-z0-9 ]*(\[\])?")


def staged(
    cursor: CursorWrapper, columns: Mapping[str, str], rows: Iterable[Sequence[object]]
) -> str:
    """Copies `rows` into a temporary table and returns its name; the commit drops it.

    `columns` maps names to PostgreSQL types, in the order of the values in a row. Follow it with
    `INSERT ... SELECT` under the policy. Worth it above some 500 rows; below that use unnest.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("staged needs a transaction: the table lives as long as it")
    if wrong := [kind for kind in columns.values() if not _TYPE.fullmatch(kind)]:
        raise ValueError(f"not a column type: {wrong[0]}")
    name = f"staging_{next(_numbers)}"
    table = sql.Identifier(name)
    shape = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in columns.items()
    )
    create = sql.SQL("create temporary table {} ({}) on commit drop").format(table, shape)
    cursor.execute(create.as_string())
    with cursor.copy(sql.SQL("copy {} from stdin").format(table).as_string()) as copy:
        for row in rows:
            copy.write_row(row)
    return name
