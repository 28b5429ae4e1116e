"""Start-up checks of Django's check framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register

from accounts.tenancy.guard import role_objection


@register(Tags.database)
def check_database_role(
    *,
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """Reports a database role that row-level security does not bind (the owner may migrate)."""
    if not databases:
        return []
    objection = role_objection(may_migrate=True)
    return [Error(objection, id="accounts.E001")] if objection else []
