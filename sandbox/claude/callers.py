"""Who is calling: keys, the API version, and the headers that name the organization."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache

from sandbox.claude.errors import ApiError, bad_request
from sandbox.claude.http import Request
from sandbox.claude.validation import VERSIONS

KEY_PREFIX = "sk-ant-"
REVOKED_PREFIX = "sk-ant-revoked"


@dataclass(frozen=True, slots=True)
class Caller:
    """One authenticated caller. Every key is an organization of its own."""

    key: str
    organization: str
    workspace: str
    version: str

    def headers(self, request_id: str) -> tuple[tuple[str, str], ...]:
        """The headers every reply to this caller carries."""
        return (
            ("request-id", request_id),
            ("anthropic-organization-id", self.organization),
            ("anthropic-workspace-id", self.workspace),
        )


def identify(request: Request) -> Caller:
    """The caller of a request. Raises a 401 for the key, a 400 for the version."""
    key = _key(request.headers)
    if not key.startswith(KEY_PREFIX) or key.startswith(REVOKED_PREFIX):
        raise ApiError(401, "invalid x-api-key")
    version = request.headers.get("anthropic-version")
    if version is None:
        raise bad_request("anthropic-version: header is required")
    if version not in VERSIONS:
        raise bad_request(f"anthropic-version: {version!a} is not a valid version")
    organization, workspace = _ids(key)
    named = request.headers.get("anthropic-workspace-id", "")
    if named.isascii() and named.isprintable() and 0 < len(named) <= 64:
        workspace = named
    return Caller(key, organization, workspace, version)


def _key(headers: dict[str, str]) -> str:
    if "x-api-key" in headers:
        return headers["x-api-key"]
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, "a key is required, as 'Authorization: Bearer' or x-api-key")
    return token.strip()


@lru_cache(maxsize=1_000)
def _ids(key: str) -> tuple[str, str]:
    organization = uuid.uuid5(uuid.NAMESPACE_OID, key)
    return str(organization), f"wrkspc_{uuid.uuid5(organization, 'default').hex[:24]}"
