"""Migration operations: what makes a table a tenant's, and what the roles may do with it.

`protect` first, then the rest. All run as the owner with the setting `app.maintenance` on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.db.migrations import RunSQL

from accounts.tenancy.roles import APP, OWNER, SEARCH, SYSTEM

OnDelete = Literal["cascade", "restrict", "set_null"]

# Without the setting the owner sees no rows, and PostgreSQL would "validate" foreign keys against
# nothing and run backfills over nothing, both without an error.
_MAINTENANCE_ON = """
do $$ begin
  if not maintenance() then
    raise exception 'migrate with options=-c app.maintenance=on: the owner sees no rows without it';
  end if;
end $$;
"""
# The settings come back as empty texts once they have been used in a session, hence nullif. Never
# immutable: that would be folded into cached plans, and show one organization another's rows.
_FUNCTIONS = """
create function app_org() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.organization_id', true), '')::uuid $$;
create function app_user() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function maintenance() returns boolean language sql stable parallel safe as
  $$ select current_setting('app.maintenance', true) is not distinct from 'on' $$;
"""


def ground_rules() -> RunSQL:
    """Rights on the schema and the functions policies are made of; before any table."""
    rights = f"""
        revoke create on schema public from public;
        grant usage on schema public to {APP}, {SYSTEM}, {SEARCH};
        alter default privileges in schema public
          grant select, insert, update, delete on tables to {APP};
        alter default privileges revoke execute on functions from public;
        grant select on django_migrations to {APP};
    """
    grants = f"""
        revoke execute on function app_org(), app_user(), maintenance() from public;
        grant execute on function app_org(), app_user() to {APP};
        grant execute on function app_org() to {SEARCH};
        {_MAINTENANCE_ON}
    """
    undo = f"""
        drop function app_org(), app_user(), maintenance();
        revoke select on django_migrations from {APP};
        alter default privileges grant execute on functions to public;
        alter default privileges in schema public
          revoke select, insert, update, delete on tables from {APP};
    """  # noqa: S608 - "select" here is a right, and nothing in it comes from outside
    return RunSQL(rights + _FUNCTIONS + grants, undo)


def protect(table: str, *, column: str = "organization_id") -> RunSQL:
    """Shows the app only rows of the organization in scope, and the owner none but while migrating.

    `column` is `id` for the organization itself.
    """
    return RunSQL(
        f"""
        alter table {table} enable row level security, force row level security;
        create policy tenant on {table} to {APP}
          using ({column} = (select app_org())) with check ({column} = (select app_org()));
        create policy maintenance on {table} to {OWNER}
          using ((select maintenance())) with check ((select maintenance()));
        """,
        f"""
        drop policy maintenance on {table};
        drop policy tenant on {table};
        alter table {table} no force row level security, disable row level security;
        """,
    )


def identity_policy(table: str, condition: str) -> RunSQL:
    """Shows `identity_scope` the rows that lead from a person to their organizations."""
    return RunSQL(
        f"create policy identity on {table} for select to {APP} using ({condition});",
        f"drop policy identity on {table};",
    )


def composite_key(table: str, column: str, parent: str, on_delete: OnDelete = "cascade") -> RunSQL:
    """Points (organization_id, `column`) at (organization_id, id) of `parent`.

    A plain key would let one organization's row point at another's, and cascade into it. The model
    has `db_constraint=False`, the parent a unique constraint on (organization, id).
    """
    action = {
        "cascade": "on delete cascade",
        "restrict": "on delete no action",
        "set_null": f"on delete set null ({column})",
    }[on_delete]
    name = f"{table}_{column}_tenant"
    return RunSQL(
        f"""
        {_MAINTENANCE_ON}
        alter table {table} add constraint {name}
          foreign key (organization_id, {column}) references {parent} (organization_id, id)
          {action} deferrable initially deferred;
        """,
        f"alter table {table} drop constraint {name};",
    )


def owner_key(table: str) -> RunSQL:
    """Lets rows of `table` go with their organization, whatever the app may do with them itself.

    The model has `db_constraint=False`.
    """
    name = f"{table}_organization_tenant"
    return RunSQL(
        f"""
        {_MAINTENANCE_ON}
        alter table {table} add constraint {name} foreign key (organization_id)
          references accounts_organization (id) on delete cascade deferrable initially deferred;
        """,
        f"alter table {table} drop constraint {name};",
    )


def append_only(table: str) -> RunSQL:
    """Takes from the app the right to change or remove rows of `table`."""
    return RunSQL(
        f"revoke update, delete on {table} from {APP};",
        f"grant update, delete on {table} to {APP};",
    )


def system_grant(table: str, *, select: Sequence[str] = (), update: Sequence[str] = ()) -> RunSQL:
    """Lets `system_scope` read and change the named columns of a tenant table, in all rows.

    Ids, states and times only: columns with customers' text stay unnamed.
    """
    rights, undo = _column_rights(table, SYSTEM, select, update)
    policy = f"create policy system on {table} to {SYSTEM} using (true) with check (true);"
    return RunSQL(policy + rights, f"{undo} drop policy system on {table};")


def platform_grant(table: str, *, select: Sequence[str] = (), update: Sequence[str] = ()) -> RunSQL:
    """Lets `system_scope` read and change the named columns of a table that has no policy."""
    return RunSQL(*_column_rights(table, SYSTEM, select, update))


def more_for_search(table: str, *, select: Sequence[str]) -> RunSQL:
    """Adds columns to those that `search_grant` named."""
    return RunSQL(*_column_rights(table, SEARCH, select, ()))


def more_for_system(table: str, *, select: Sequence[str]) -> RunSQL:
    """Adds columns to those that `system_grant` named."""
    return RunSQL(*_column_rights(table, SYSTEM, select, ()))


def search_grant(table: str, *, select: Sequence[str]) -> RunSQL:
    """Lets definer functions read the named columns of a tenant table, in all rows."""
    rights, undo = _column_rights(table, SEARCH, select, ())
    policy = f"create policy search on {table} for select to {SEARCH} using (true);"
    return RunSQL(policy + rights, f"{undo} drop policy search on {table};")


def definer_function(name: str, arguments: str, returns: str, body: str) -> RunSQL:
    """Makes an SQL function that looks behind the policies on the app's behalf.

    `body` names every table with its schema and returns no more than ids where it can.
    """
    signature = f"{name}({arguments})"
    return RunSQL(
        f"""
        create function {signature} returns {returns} language sql stable security definer
          set search_path = pg_catalog, public, pg_temp as $body$ {body} $body$;
        revoke execute on function {signature} from public;
        grant execute on function {signature} to {APP};
        grant create on schema public to {SEARCH};
        alter function {signature} owner to {SEARCH};
        revoke create on schema public from {SEARCH};
        """,
        f"set local role {SEARCH}; drop function {signature}; reset role;",
    )


def drop_definer_function(name: str, arguments: str, returns: str, body: str) -> RunSQL:
    """Takes away what `definer_function` made with the same arguments."""
    made = definer_function(name, arguments, returns, body)
    return RunSQL(made.reverse_sql or "", made.sql)


def _column_rights(
    table: str, role: str, select: Sequence[str], update: Sequence[str]
) -> tuple[str, str]:
    rights = [
        f"{verb} ({', '.join(columns)})"
        for verb, columns in (("select", select), ("update", update))
        if columns
    ]
    if not rights:
        raise ValueError(f"{table}: name the columns {role} may use")
    listed = ", ".join(rights)
    return f"grant {listed} on {table} to {role};", f"revoke {listed} on {table} from {role};"
