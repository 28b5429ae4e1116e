"""What the editor's script tells: texts, decisions, and what else is done with a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import acting, for_scripts
from accounts.services import Permission
from common import paging
from common.errors import Malformed
from common.http import error_body
from engine.replacing import Search
from translation.editor_json import hits_json, row_json, rows_json, versions_json
from translation.queries.history import versions_of
from translation.responses import read_json
from translation.services import findings, repeats, replacing, targets
from translation.services.targets import Action, Saved
from translation.views.bodies import text_of

MAX_DRAFT_ID = 64


@require_POST
@for_scripts
def save(request: HttpRequest, target_id: UUID) -> JsonResponse:
    """Keeps what a person wrote, and does with it what was asked."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    body = read_json(request)
    saved = targets.save_target(
        actor=actor,
        target_id=target_id,
        version=_number(body, "version"),
        action=_action(body),
        forms=_texts(body),
        draft_id=str(body.get("draft_id") or "")[:MAX_DRAFT_ID],
    )
    return _answer(saved)


@require_POST
@for_scripts
def propagate(request: HttpRequest, target_id: UUID) -> JsonResponse:
    """Copies a text to its repeats."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    version = _number(read_json(request), "version")
    done = repeats.propagate(actor=actor, target_id=target_id, version=version)
    return JsonResponse(
        {"changed": done.changed, "rows": rows_json(done.rows), "counts": done.counts}
    )


@require_POST
@for_scripts
def dismiss(request: HttpRequest, finding_id: UUID) -> JsonResponse:
    """Takes a finding out of the count, or back into it."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    dismissed = read_json(request).get("dismissed", True)
    return _answer(
        findings.dismiss_finding(actor=actor, finding_id=finding_id, dismissed=dismissed is True)
    )


@require_GET
@for_scripts
def history(request: HttpRequest, target_id: UUID) -> JsonResponse:
    """What a target has held, and who wrote it."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    found = versions_of(actor.organization_id, target_id)
    return JsonResponse({"versions": versions_json(found)})


@require_POST
@for_scripts
def replace(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Shows what a replacement would do, or does it."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    body = read_json(request)
    search = Search(
        find=text_of(body, "find"), case=body.get("case") is True, whole=body.get("whole") is True
    )
    replacement = text_of(body, "replace")
    if body.get("apply") is True:
        done = replacing.apply(
            actor=actor,
            job_id=job_id,
            search=search,
            replacement=replacement,
            versions=_versions(body),
        )
        return JsonResponse(
            {
                "changed": done.changed,
                "skipped": done.skipped,
                "rows": rows_json(done.rows),
                "counts": done.counts,
            }
        )
    found = replacing.preview(actor=actor, job_id=job_id, search=search, replacement=replacement)
    return JsonResponse({"matches": found.matches, "rows": hits_json(found.hits)})


def _versions(body: Mapping[str, Any]) -> dict[UUID, int]:
    versions = body.get("versions")
    if not isinstance(versions, dict):
        raise Malformed("request_malformed", "“versions” takes an object of ids and versions.")
    keys = paging.ids("versions", list(versions))
    return {key: _number(versions, name) for key, name in zip(keys, versions, strict=True)}


def _answer(saved: Saved) -> JsonResponse:
    """The row as it now stands, whatever became of the wish."""
    told = {"row": row_json(saved.row), "counts": saved.counts}
    if saved.refusal is None:
        return JsonResponse(told)
    return JsonResponse(error_body(saved.refusal) | told, status=saved.refusal.status)


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**31 - 2:
        raise Malformed("request_malformed", f"“{name}” takes a whole number.")
    return value


def _action(body: Mapping[str, Any]) -> Action:
    try:
        return Action(body.get("action", Action.SAVE))
    except ValueError:
        choices = ", ".join(Action)
        raise Malformed("request_malformed", f"“action” takes one of these: {choices}.") from None


def _texts(body: Mapping[str, Any]) -> list[str] | None:
    forms = body.get("forms")
    if forms is None:
        return None
    if not isinstance(forms, list) or not all(isinstance(one, str) for one in forms):
        raise Malformed("request_malformed", "“forms” takes a list of texts.")
    return forms
