"""The OpenAPI description: how keys are sent, and which errors each operation answers with."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from accounts.services.idempotency import HEADER, WRITES
from common.rest.endpoints import Endpoint

_SENTENCES: Final[Mapping[int, str]] = {
    400: "The request does not have the shape this address takes.",
    401: "No key, or one that is unknown, revoked or expired.",
    402: "More characters than the month's allowance has left. Nothing was stored.",
    403: "The key lacks the scope, or the role the right, that this takes.",
    404: "There is no such thing in your organization.",
    406: "Another Accept than this address can answer in.",
    409: "The state of things forbids it now; the message says which.",
    412: "It was changed since you read it. Nothing was stored.",
    413: "Over a limit that the message names. Nothing was stored.",
    415: "Another Content-Type than this address takes.",
    422: "Well-formed, but it cannot be done; the message says why. Nothing was stored.",
    428: "The header If-Match is missing.",
    429: "More requests within a minute than the limit. Retry-After says when to go on.",
    431: "The address or the headers of the request are too long.",
}
# A text that is more than white space; Python counts characters to it that JavaScript does not.
_SAYING: Final = r"[^\s\u001c-\u001f\u0085]"
_KNOWN: Final = (401, 403, 429)
_OBJECT: Final = (*_KNOWN, 404)
_EDIT: Final = (400, *_OBJECT, 412, 415, 422, 428)
_SUBMIT: Final = (400, *_KNOWN, 402, 413, 415, 422)
# Every operation stands here; a test compares.
ERRORS: Final[Mapping[str, tuple[int, ...]]] = {
    "translate": _SUBMIT,
    "list_translations": (400, *_KNOWN),
    "get_translation": _OBJECT,
    "delete_translation": _OBJECT,
    "cancel_translation": (*_OBJECT, 409),
    "retry_translation": (*_OBJECT, 402, 409),
    "estimate_text": (400, *_KNOWN, 413, 415, 422),
    "list_documents": (400, *_KNOWN),
    "upload_documents": _SUBMIT,
    "estimate_documents": (400, *_OBJECT, 413, 415, 422),
    "act_on_documents": (400, *_OBJECT, 402, 409, 415, 422),
    "download_documents": (400, *_OBJECT, 409, 413, 422),
    "get_document": _OBJECT,
    "delete_document": _OBJECT,
    "cancel_document": _OBJECT,
    "get_job": _OBJECT,
    "follow_job": _OBJECT,
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
    "preview_replacement": (400, *_OBJECT, 415, 422),
    "replace_in_job": (400, *_OBJECT, 415, 422),
    "get_report": _OBJECT,
    "download_job": (*_OBJECT, 409, 422),
    "list_glossaries": _KNOWN,
    "create_glossary": (400, *_KNOWN, 409, 415, 422),
    "get_glossary": _OBJECT,
    "change_glossary": (*_EDIT, 409),
    "delete_glossary": _OBJECT,
    "list_concepts": (400, *_OBJECT),
    "create_concept": (400, 402, *_OBJECT, 409, 415, 422),
    "act_on_concepts": (400, *_OBJECT, 415, 422),
    "get_concept": _OBJECT,
    "change_concept": (*_EDIT, 409),
    "delete_concept": _OBJECT,
    "put_concept": (400, 402, *_OBJECT, 409, 415, 422),
    "get_concept_history": _OBJECT,
    "restore_concept": (400, *_OBJECT, 409, 415),
    "list_imports": _OBJECT,
    "create_import": (400, *_OBJECT, 409, 413, 415, 422),
    "get_import": _OBJECT,
    "start_import": (400, *_OBJECT, 409, 415, 422),
    "cancel_import": (*_OBJECT, 409),
    "download_faulty_rows": _OBJECT,
    "export_glossary": (400, *_OBJECT),
    "list_style_guides": _KNOWN,
    "create_style_guide": (400, 402, *_KNOWN, 409, 415, 422),
    "get_style_guide": _OBJECT,
    "change_style_guide": (*_EDIT, 409),
    "delete_style_guide": _OBJECT,
    "publish_style_guide": (400, *_OBJECT, 409, 415, 422),
    "list_style_versions": _OBJECT,
    "roll_back_style_guide": (400, *_OBJECT, 409, 415),
    "list_profiles": _KNOWN,
    "create_profile": (400, *_KNOWN, 409, 415, 422),
    "get_profile": _OBJECT,
    "change_profile": (*_EDIT, 409),
    "delete_profile": _OBJECT,
    "get_effective_profile": _OBJECT,
    "preview_prompt": (400, *_KNOWN, 413, 415, 422),
    "list_webhooks": _KNOWN,
    "create_webhook": (400, *_KNOWN, 409, 413, 415, 422),
    "get_webhook": _OBJECT,
    "change_webhook": (400, *_OBJECT, 413, 415, 422, 412, 428),
    "delete_webhook": _OBJECT,
    "get_webhook_secret": _OBJECT,
    "rotate_webhook": _OBJECT,
    "test_webhook": (*_OBJECT, 409),
    "replay_failed": (400, *_OBJECT, 409, 413, 415),
    "list_deliveries": (400, *_OBJECT, 422),
    "get_delivery": _OBJECT,
    "replay_delivery": (*_OBJECT, 409),
    "list_notifications": (400, *_KNOWN),
    "read_notifications": (400, *_KNOWN, 415),
    "list_languages": (),
    "get_usage": _KNOWN,
    "get_me": (401, 429),
    "change_me": (400, *_KNOWN, 422, 412, 428),
    "get_organization": (401, 404, 429),
    "change_organization": (400, *_OBJECT, 413, 415, 422, 412, 428),
    "leave_organization": (*_OBJECT, 409),
    "list_audit_events": (400, *_KNOWN),
    "list_members": (400, *_KNOWN),
    "get_member": _OBJECT,
    "change_member": (400, *_OBJECT, 409, 413, 415, 422, 412, 428),
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
_IF_MATCH: Final[Mapping[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what you have read, or * for whatever there is.",
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"[!#-~]*"(, (W/)?"[!#-~]*")*)$'},
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


# What goes with an answer: its name, what it says, and the shape of it.
_HEADERS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "X-Request-ID": (
        "Names this request; yours, where you sent one of 8 to 64 letters, digits and ._-",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
    ),
    "RateLimit-Limit": ("Requests a minute.", {"type": "integer", "minimum": 1}),
    "RateLimit-Remaining": ("What is left of them.", {"type": "integer", "minimum": 0}),
    "RateLimit-Reset": (
        "In how many seconds all of them are there again.",
        {"type": "integer", "minimum": 0},
    ),
    "ETag": ("Names what is told here.", {"type": "string", "pattern": '^(W/)?"[0-9a-f]+"$'}),
    "Location": ("Where to ask for what was made.", {"type": "string", "pattern": "^/api/v1/"}),
    "Retry-After": ("In how many seconds to ask again.", {"type": "integer", "minimum": 1}),
    "WWW-Authenticate": ("How to send a key.", {"type": "string"}),
    "Idempotency-Replayed": (
        "This answer was given before.",
        {"type": "string", "enum": ["true"]},
    ),
}
_RATE: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
# Which answers always have what: by status, and by operation where only some do.
_BELONGING: Final[Mapping[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    429: ("Retry-After",),
}
_TAGGED: Final = (
    *("get_segment", "edit_segment", "get_key", "change_key", "get_webhook", "change_webhook"),
    *("get_me", "change_me", "get_organization", "change_organization"),
    *("get_member", "change_member"),
    *("get_profile", "change_profile"),
    *("get_style_guide", "change_style_guide", "publish_style_guide", "roll_back_style_guide"),
    *("get_glossary", "change_glossary", "get_concept", "change_concept", "restore_concept"),
)
_LOCATED: Final[Mapping[tuple[str, int], tuple[str, ...]]] = {
    ("translate", 202): ("Location", "Retry-After"),
    ("get_translation", 202): ("Location", "Retry-After"),
    ("create_key", 201): ("Location",),
    ("create_import", 202): ("Location",),
    ("create_glossary", 201): ("ETag",),
    ("create_concept", 201): ("ETag",),
    ("create_profile", 201): ("ETag",),
    ("create_style_guide", 201): ("ETag",),
    ("put_concept", 200): ("ETag",),
    ("put_concept", 201): ("ETag",),
    **dict.fromkeys(
        (
            *product(("get_document", "get_job"), (200, 304)),
            *product(_TAGGED, (200,)),
        ),
        ("ETag",),
    ),
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

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        """A body holds what it names and nothing else."""
        shape: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        return {**shape, "additionalProperties": False} if direction == "request" else shape

    def _map_serializer_field(self, field: Any, direction: str, *rest: Any, **more: Any) -> Any:
        """With the limits that the generator leaves out: lists and texts that may not be empty."""
        shape = super()._map_serializer_field(field, direction, *rest, **more)  # type: ignore[no-untyped-call]
        if direction != "request" or shape is None:
            return shape
        match field:
            case serializers.ListSerializer():
                shape["minItems"] = 0 if field.allow_empty else 1
                if (most := getattr(field, "max_length", None)) is not None:
                    shape["maxItems"] = most
            case serializers.ListField(allow_empty=False):
                shape["minItems"] = 1
            case serializers.CharField(allow_blank=False, trim_whitespace=True):
                shape.setdefault("pattern", _SAYING)
        return shape


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
    """The errors an operation can answer with: its own, and those of every address."""
    of_writes = (409, 413, 415) if method.upper() in WRITES else ()
    return {400, 406, 431, *ERRORS[operation_id], *of_writes}


def with_errors(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Adds to each operation the errors and headers it can answer with; drf-spectacular's hook."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = _SHAPE
    components["headers"] = {
        name: {"description": told, "schema": shape} for name, (told, shape) in _HEADERS.items()
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for path in result["paths"].values():
        for method, operation in path.items():
            if method.upper() in WRITES:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            if 428 in ERRORS[operation["operationId"]]:
                operation.setdefault("parameters", []).append(_IF_MATCH)
            for status in sorted(statuses(method, operation["operationId"])):
                operation["responses"][str(status)] = {
                    "description": _SENTENCES[status],
                    "content": content,
                }
            for status, answer in operation["responses"].items():
                answer["headers"] = _headers(method, operation["operationId"], int(status))
    return result


def _headers(method: str, operation_id: str, status: int) -> dict[str, Any]:
    """What goes with one answer of an operation, by name."""
    always = (
        "X-Request-ID",
        *_BELONGING.get(status, ()),
        *_LOCATED.get((operation_id, status), ()),
    )
    of_writes = ("Idempotency-Replayed",) if method.upper() in WRITES and status < 400 else ()
    # Those are refused before it is known who asks.
    sometimes = () if status in {401, 431} else (*_RATE, *of_writes)
    told = {name: {"$ref": f"#/components/headers/{name}"} for name in sometimes}
    return told | {name: _always(name) for name in always}


def _always(name: str) -> dict[str, Any]:
    told, shape = _HEADERS[name]
    return {"description": told, "required": True, "schema": shape}
