"""What the editor's page opens with: its first rows stand there before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.services import Actor, Permission
from engine.languages import Language
from translation.editor_json import rows_json
from translation.queries import editor, pages
from translation.queries.rows import Row

FIRST_ROWS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A job as the editor opens it: head, first rows, and where changes go on."""

    page: pages.JobPage
    changes: editor.Changes
    rows: list[Row]


def open_job(organization_id: UUID, job_id: UUID) -> Opened:
    """The job's first rows; raises NotFound."""
    return Opened(
        page=pages.job_page(organization_id, job_id, after=-1, limit=0),
        changes=editor.changes(organization_id, job_id, since=""),
        rows=editor.rows_from(organization_id, job_id, start=0, limit=FIRST_ROWS),
    )


def script_data(
    opened: Opened, actor: Actor, person: AbstractBaseUser | AnonymousUser
) -> dict[str, Any]:
    """What the page's script starts with."""
    job = opened.page.current.job
    may_edit = Permission.DOCUMENTS_WRITE in actor.permissions
    return {
        "address": reverse("job", args=[job.id]),
        "job": str(job.id),
        "user": str(actor.user_id),
        "name": getattr(person, "name", "") or getattr(person, "email", ""),
        "total": opened.changes.counts["all"],
        "counts": opened.changes.counts,
        "version": opened.changes.version,
        "run": {**opened.changes.run, "id": str(job.run_id)},
        "rows": rows_json(opened.rows),
        "source": _language(opened.page.row.source),
        "target": _language(opened.page.current.language),
        "may": {
            "edit": may_edit,
            "approve": Permission.REVIEW_APPROVE in actor.permissions,
        },
        "shortcuts": getattr(person, "shortcuts", {}),
        "single_keys": getattr(person, "single_keys", True),
        "time_zone": getattr(person, "time_zone", "UTC"),
        "date_format": getattr(person, "date_format", "day_month"),
    }


def _language(language: Language) -> dict[str, str]:
    return {"code": language.code, "name": language.name, "direction": language.direction}
