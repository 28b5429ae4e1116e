"""Refuses to run as a database role for which row-level security is off."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from accounts.tenancy.roles import OWNER

# The role may not exist on a server nobody has prepared, and pg_has_role would fail on it.
_ROLE = """
select r.rolname, r.rolsuper, r.rolbypassrls,
  exists (select from pg_roles o
           where o.rolname = %s and pg_has_role(current_user, o.oid, 'member')),
  current_setting('app.maintenance', true) is not distinct from 'on'
from pg_roles r where r.rolname = current_user
"""


def role_objection(*, may_migrate: bool = False) -> str | None:
    """Why the current database role must not serve customers, or None if it may.

    With `may_migrate` the owner passes while the setting that only migrations switch on is on.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROLE, [OWNER])
        row = cursor.fetchone()
    name, is_super, bypasses, is_owner, in_maintenance = row
    migrates = may_migrate and in_maintenance
    wrong = (
        (is_super, "is a superuser"),
        (bypasses, "goes round row-level security (BYPASSRLS)"),
        (is_owner and not is_super and not migrates, f"may act as {OWNER}, which owns the tables"),
    )
    reasons = [reason for is_so, reason in wrong if is_so]
    if not reasons:
        return None
    return (
        f"DATABASE_URL signs in as “{name}”, which {' and '.join(reasons)}: customers would not be"
        " kept apart. Use a login that is only a member of interlinear_app."
    )


def assert_runtime_role() -> None:
    """Raises ImproperlyConfigured unless row-level security holds for this process.

    Web and workers call it before they serve. A database that is away objects to nothing: `/readyz`
    asks the same question as long as the process lives.
    """
    try:
        objection = role_objection()
    except OperationalError:
        return
    finally:
        connection.close()
    if objection is not None:
        raise ImproperlyConfigured(objection)
