"""The OpenAPI description: how keys are sent, and which errors each operation answers with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from accounts.services.idempotency import HEADER, WRITES
from common.rest.endpoints import Endpoint

_SENTENCES: Final[Mapping[int, str]] = {
    400: "The request does not have the shape this address takes.",
    401: "No key, or one that is unknown, revoked or expired.",
    402: "More characters than the month's allowance has left. Nothing was stored.",
    403: "The key lacks the scope, or the role the right, that this takes.",
    404: "There is no such thing in your organization.",
    409: "The state of things forbids it now; the message says which.",
    412: "It was changed since you read it. Nothing was stored.",
    413: "Over a limit that the message names. Nothing was stored.",
    415: "Another Content-Type than this address takes.",
    422: "Well-formed, but it cannot be done; the message says why. Nothing was stored.",
    428: "The header If-Match is missing.",
    429: "More requests within a minute than the limit. Retry-After says when to go on.",
}
_KNOWN: Final = (401, 403, 429)
_OBJECT: Final = (*_KNOWN, 404)
_EDIT: Final = (400, *_OBJECT, 412, 415, 422, 428)
_SUBMIT: Final = (400, *_KNOWN, 402, 413, 415, 422)
# Every operation stands here; a test compares.
ERRORS: Final[Mapping[str, tuple[int, ...]]] = {
    "translate": _SUBMIT,
    "get_translation": _OBJECT,
    "list_documents": (400, *_KNOWN),
    "upload_documents": _SUBMIT,
    "get_document": _OBJECT,
    "delete_document": _OBJECT,
    "cancel_document": _OBJECT,
    "get_job": _OBJECT,
    "cancel_job": (*_OBJECT, 409),
    "pause_job": (*_OBJECT, 409),
    "resume_job": (*_OBJECT, 409),
    "retry_job": (*_OBJECT, 402, 409),
    "list_segments": (400, *_OBJECT),
    "get_segment": _OBJECT,
    "edit_segment": (*_EDIT, 409, 413),
    "propagate_segment": (*_OBJECT, 409, 412, 422, 428),
    "get_segment_history": _OBJECT,
    "dismiss_finding": (*_OBJECT, 409, 422),
    "undismiss_finding": (*_OBJECT, 409),
    "get_report": _OBJECT,
    "download_job": (*_OBJECT, 409, 422),
    "list_webhooks": _KNOWN,
    "create_webhook": (400, *_KNOWN, 409, 413, 415, 422),
    "get_webhook": _OBJECT,
    "change_webhook": (400, *_OBJECT, 413, 415, 422),
    "delete_webhook": _OBJECT,
    "get_webhook_secret": _OBJECT,
    "rotate_webhook": _OBJECT,
    "test_webhook": (*_OBJECT, 409),
    "replay_failed": (400, *_OBJECT, 409, 413, 415),
    "list_deliveries": (400, *_OBJECT, 422),
    "get_delivery": _OBJECT,
    "replay_delivery": (*_OBJECT, 409),
    "list_languages": (),
    "get_usage": _KNOWN,
    "get_me": (401, 429),
    "change_me": (400, *_KNOWN, 422),
    "get_organization": (401, 404, 429),
    "change_organization": (400, *_OBJECT, 413, 415, 422),
    "leave_organization": (*_OBJECT, 409),
    "list_audit_events": (400, *_KNOWN),
    "list_members": (400, *_KNOWN),
    "get_member": _OBJECT,
    "change_member": (400, *_OBJECT, 409, 413, 415, 422),
    "remove_member": (*_OBJECT, 409),
    "list_invitations": (400, *_KNOWN),
    "invite": (400, 402, *_OBJECT, 409, 413, 415, 422),
    "get_invitation": _OBJECT,
    "withdraw_invitation": _OBJECT,
    "resend_invitation": (402, *_OBJECT),
    "list_keys": (400, *_KNOWN),
    "create_key": (400, *_KNOWN, 415, 422),
    "get_key": _OBJECT,
    "change_key": _EDIT,
    "revoke_key": _OBJECT,
    "list_key_requests": (400, *_OBJECT),
}
_IDEMPOTENCY_KEY: Final[Mapping[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "description": "Your name for this write. Sent again with it, it has no second effect and gets"
    " the first answer again, for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_SHAPE: Final[Mapping[str, Any]] = {
    "type": "object",
    "description": "The one shape of every error.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "detail", "request_id"],
            "properties": {
                "code": {"type": "string", "description": "Stable; listed in docs/errors.md."},
                "message": {"type": "string", "description": "A sentence for a person."},
                "detail": {"type": "object", "additionalProperties": True},
                "request_id": {"type": "string", "description": "Name it when you ask us."},
            },
        }
    },
}


class Described(AutoSchema):
    """Reads what an endpoint asks and takes off the tables that it is checked against."""

    def get_override_parameters(self) -> list[Any]:
        """The shape of the query string."""
        asks = self.view.asks if isinstance(self.view, Endpoint) else {}
        return [asks[self.method]] if self.method in asks else []

    def get_request_serializer(self) -> Any:
        """The shape of the body, None where none is taken."""
        if isinstance(self.view, Endpoint):
            return self.view.takes.get(self.method)
        return super().get_request_serializer()


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """API keys, as the description tells of them."""

    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002
        """`Authorization: Bearer il_...`."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key of your organization: Authorization: Bearer il_…",
        }


def statuses(method: str, operation_id: str) -> set[int]:
    """The errors an operation can answer with; a write also with those of its Idempotency-Key."""
    return {*ERRORS[operation_id], *((400, 409) if method.upper() in WRITES else ())}


def with_errors(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Adds to each operation the errors it can answer with; drf-spectacular's hook."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = _SHAPE
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for path in result["paths"].values():
        for method, operation in path.items():
            if method.upper() in WRITES:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            for status in sorted(statuses(method, operation["operationId"])):
                operation["responses"][str(status)] = {
                    "description": _SENTENCES[status],
                    "content": content,
                }
    return result
