"""Plants a word wherever a customer's text can lie, so that a test can look for it elsewhere."""

from __future__ import annotations

from typing import Any

import psycopg


def plant(admin: psycopg.Connection[Any], owner: Any, marker: str) -> set[tuple[str, str]]:
    """Writes a marker into all text of an organization and its people; which columns took it."""
    found = admin.execute(
        """
        select c.table_name, c.column_name, c.udt_name,
               exists (select from information_schema.columns o
                        where o.table_schema = 'public' and o.table_name = c.table_name
                          and o.column_name = 'organization_id') as is_tenants
          from information_schema.columns c
          join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
           and c.udt_name in ('text', 'varchar', '_text', 'jsonb')
        """
    ).fetchall()
    values = {"_text": f"array['{marker}']", "jsonb": f'\'{{"told": "{marker}"}}\'::jsonb'}
    wheres = {
        "accounts_organization": ("id", owner.organization_id),
        "accounts_user": ("id", owner.user.pk),
    }
    # What leads the owner's own page to its rows, and what the page is made of, must still work.
    kept = {
        "storage_name",
        "source_language",
        "target_language",
        "digest",
        "role",
        "password",
        "scopes",
    }
    taken = set()
    for table, column, kind, is_tenants in found:
        where = wheres.get(
            table, ("organization_id", owner.organization_id) if is_tenants else None
        )
        if where is None or column in kept:
            continue
        value = values.get(kind, f"'{marker}'")
        try:
            changed = admin.execute(
                f"update {table} set {column} = {value} where {where[0]} = %s", [where[1]]
            )
        except psycopg.errors.IntegrityError:
            continue  # a column that only takes words of ours
        if changed.rowcount:
            taken.add((table, column))
    return taken
