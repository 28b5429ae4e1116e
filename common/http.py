"""The edge: request ids, every error in one shape, and the two health addresses."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError
from rest_framework import exceptions as drf
from rest_framework.response import Response

from common import redis, telemetry
from common.errors import (
    STATUS,
    DomainError,
    Malformed,
    NotAllowed,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from common.ids import uuid7
from common.shapes import complaints, malformed

_log = structlog.get_logger(__name__)

REQUEST_ID_HEADER: Final = "X-Request-ID"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Under this path answers are JSON whatever goes wrong; elsewhere a person reads them.
API_PREFIX: Final = "/api/"

_DATABASE_AWAY: Final = (OperationalError, InterfaceError)

ReadyCheck = Callable[[], str | None]
_checks: dict[str, ReadyCheck] = {}


class RequestContextMiddleware:
    """Gives each request an id, puts it into logs and answer, and turns refusals into pages."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._answer_async(request)
        with telemetry.bound(request_id=_own_id(request)):
            return _stamped(self.get_response(request))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        with telemetry.bound(request_id=_own_id(request)):
            return _stamped(await self.get_response(request))

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answers a refusal; anything unexpected goes on to Django's handler."""
        if isinstance(exception, DomainError):
            return error_response(request, exception)
        if isinstance(exception, _DATABASE_AWAY):
            return error_response(request, database_away(exception))
        return None


def error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer to a refusal: JSON for programs and for pages' scripts, a page for people."""
    if request.path.startswith(API_PREFIX) or is_script(request) or is_program(request):
        return JsonResponse(error_body(error), status=error.status, headers=error_headers(error))
    response = render(
        request,
        f"errors/{_page(error.status)}.html",
        {"error": error, "request_id": telemetry.request_id()},
        status=error.status,
    )
    for name, value in error_headers(error).items():
        response[name] = value
    return response


def is_script(request: HttpRequest) -> bool:
    """Whether a page's script asks, which says so in a header that no form can send."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def is_program(request: HttpRequest) -> bool:
    """Whether a key asks, perhaps at an address that is none: a browser has no key to send."""
    return request.headers.get("Authorization", "").startswith("Bearer ")


def error_body(error: DomainError) -> dict[str, dict[str, object]]:
    """The one shape of an error in every API answer."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "detail": error.detail,
            "request_id": telemetry.request_id(),
        }
    }


def error_headers(error: DomainError) -> dict[str, str]:
    """Headers that go with an error: when to come back, how to sign in."""
    headers: dict[str, str] = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.kind == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def api_exception_handler(exception: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Django REST framework's hook: its own refusals take our shape, unknown errors propagate."""
    error = _as_domain_error(exception)
    if error is None:
        return None
    return Response(error_body(error), status=error.status, headers=error_headers(error))


def _as_domain_error(exception: Exception) -> DomainError | None:
    match exception:
        case DomainError():
            return exception
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return Unauthenticated(
                "key_missing",
                "Send an API key in the header “Authorization: Bearer il_…”, or sign in.",
            )
        case drf.PermissionDenied() | PermissionDenied():
            return _not_allowed()
        case drf.NotFound() | Http404():
            return _not_found()
        case OperationalError() | InterfaceError():
            return database_away(exception)
        case drf.ValidationError():
            return malformed(list(complaints(exception.detail)))
        case drf.APIException():
            return _other_refusal(exception)
        case _:
            return None


def _other_refusal(exception: drf.APIException) -> DomainError:
    """What the framework refuses before our code is asked: verb, media type, syntax."""
    codes: dict[int, tuple[str, str]] = {
        405: ("method_not_allowed", "This address does not take that method."),
        406: ("not_acceptable", "This address answers in application/json only."),
        415: ("media_type_unknown", "This address does not take that Content-Type."),
    }
    status = int(exception.status_code)
    code, message = codes.get(status, ("request_malformed", "The request cannot be read."))
    return FrameworkRefusal(code, message, status=status)


class FrameworkRefusal(DomainError):
    """A refusal whose HTTP status is the framework's and stands for no kind of ours."""

    def __init__(self, code: str, message: str, *, status: int) -> None:
        super().__init__("malformed", code, message)
        self._status = status

    @property
    def status(self) -> int:
        """The framework's own status."""
        return self._status


def database_away(error: Exception) -> DomainError:
    """The refusal of whoever needs the database while it is away."""
    _log.error("database_away", error=type(error).__name__)
    return Unavailable(
        "database_unavailable",
        "The service cannot reach its database at the moment. Nothing was lost; try again shortly.",
        retry_after=5,
    )


def _not_found() -> DomainError:
    return NotFound("not_found", "There is nothing at this address.")


def _not_allowed() -> DomainError:
    return NotAllowed("not_allowed", "You may not do this here.")


def request_too_slow() -> DomainError:
    """A request that has not arrived in the time it is given."""
    return FrameworkRefusal(
        "request_too_slow",
        "The request took too long to arrive. Check the connection and send it again.",
        status=408,
    )


def head_too_large() -> DomainError:
    """An address or headers longer than anybody needs."""
    return FrameworkRefusal(
        "head_too_large",
        "The address or the headers of the request are too long. Send less in them.",
        status=431,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if isinstance(exception, SuspiciousOperation):
        _log.info("suspicious_request", error=type(exception).__name__)
    return error_response(request, Malformed("request_malformed", "The request cannot be read."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's handler403."""
    return error_response(request, _not_allowed())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's handler404."""
    return error_response(request, _not_found())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's CSRF_FAILURE_VIEW: a page's script without cookies has lost its session, too."""
    if is_script(request) and not request.user.is_authenticated:
        return error_response(
            request,
            Unauthenticated("not_signed_in", "You are signed out. Sign in again."),
        )
    return error_response(
        request,
        NotAllowed(
            "form_expired",
            "This form is too old or came from another site: go back, reload the page and send it"
            " again.",
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: no detail, but the id that finds the log lines.

    A database that went away under a middleware arrives here, past `process_exception`.
    """
    cause = sys.exc_info()[1]
    if isinstance(cause, _DATABASE_AWAY):
        return error_response(request, database_away(cause))
    message = "Something went wrong on our side. It has been noted; please try again."
    return error_response(request, FrameworkRefusal("server_error", message, status=500))


def register_ready_check(name: str, check: ReadyCheck) -> None:
    """Adds a condition to /readyz: `check` gives a sentence when it is not met, else None."""
    _checks[name] = check


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Says that the process answers; looks at nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Says whether this process can serve customers, and what is missing if not."""
    checks: dict[str, ReadyCheck] = {
        "database": _database_objection,
        "redis": _redis_objection,
        **_checks,
    }
    objections = {name: check() for name, check in checks.items()}
    is_ready = not any(objections.values())
    body = {
        "status": "ok" if is_ready else "unready",
        "checks": {name: objection or "ok" for name, objection in objections.items()},
    }
    return JsonResponse(body, status=200 if is_ready else STATUS["unavailable"])


_migrated = False


def _database_objection() -> str | None:
    global _migrated  # noqa: PLW0603 - reading all migrations takes long, and they never go back
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        _log.warning("database_away", error=type(error).__name__)
        return "The database does not answer."
    return None if _migrated else "Migrations are missing: run `manage.py migrate` as the owner."


def _redis_objection() -> str | None:
    try:
        redis.client().ping()
    except (RedisError, OSError) as error:
        _log.warning("redis_away", error=type(error).__name__)
        return "Redis does not answer."
    return None


def _own_id(request: HttpRequest) -> str:
    """The caller's id for the request if it is harmless, else a new one."""
    given = request.headers.get(REQUEST_ID_HEADER, "")
    return given if _SANE_ID.fullmatch(given) else str(uuid7())


def _stamped(response: HttpResponseBase) -> HttpResponseBase:
    response[REQUEST_ID_HEADER] = telemetry.request_id()
    return response


def _page(status: int) -> int:
    """The page that stands for a status: each class has a general one."""
    if status in {400, 403, 404}:
        return status
    return 500 if status >= 500 else 400
