"""What the editor's script tells: texts, decisions, and what else is done with a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from accounts.services import Permission
from common.errors import Malformed
from common.http import error_body
from translation.editor_json import row_json
from translation.responses import read_json
from translation.services import targets
from translation.services.targets import Action, Saved
from translation.views.guards import acting, for_scripts

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
