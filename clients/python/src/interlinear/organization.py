"""The organization of the key: who is in it, and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import cast
from uuid import UUID

from interlinear.resources import Resource
from interlinear.shapes import EventShape, MemberShape, OrganizationShape


class Organization(Resource):
    """Reads; changes are for people."""

    def get(self) -> OrganizationShape:
        """Name, usual languages and retention."""
        return cast(OrganizationShape, self._call("GET", "/api/v1/organization"))

    def members(self) -> Iterator[MemberShape]:
        """Who is in, in the order in which they joined."""
        return cast(Iterator[MemberShape], self._pages("/api/v1/members", "members"))

    def member(self, membership_id: str | UUID) -> MemberShape:
        """One member."""
        path = "/api/v1/members/{membership_id}"
        return cast(MemberShape, self._call("GET", path, membership_id=str(membership_id)))

    def audit(
        self,
        *,
        user_id: str | UUID | None = None,
        api_key_id: str | UUID | None = None,
        action: str | None = None,
        group: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[EventShape]:
        """Events, newest first, in `[since, until)`; moments have a time zone."""
        query = {
            "user_id": user_id,
            "api_key_id": api_key_id,
            "action": action,
            "group": group,
            "since": since.isoformat() if since else None,
            "until": until.isoformat() if until else None,
        }
        asked = {name: str(value) for name, value in query.items() if value is not None}
        return cast(Iterator[EventShape], self._pages("/api/v1/audit", "events", asked))
