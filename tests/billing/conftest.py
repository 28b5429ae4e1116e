"""What billing needs: a look at the rows as they were committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row


@pytest.fixture
def rows(
    transactional_db: None, admin: psycopg.Connection[Any]
) -> Callable[..., list[dict[str, Any]]]:
    """Asks the database behind every policy; rows by column name."""

    def ask(query: str, *values: Any) -> list[dict[str, Any]]:
        with admin.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    return ask
