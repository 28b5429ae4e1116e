"""One segment of a job: read, written, and what else people and programs do with it."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common.rest import tags
from common.rest.endpoints import Endpoint
from translation.api.actors import actor
from translation.queries import overview
from translation.queries.history import versions_of
from translation.queries.segments import SegmentRow
from translation.serializers.targets import (
    PropagatedShape,
    SegmentShape,
    TargetChange,
    VersionList,
)
from translation.services import findings, repeats, targets


class SegmentView(Endpoint):
    """One segment with its target."""

    takes = {"PATCH": TargetChange}

    @extend_schema(operation_id="get_segment", responses=SegmentShape)
    def get(self, request: Request, job_id: UUID, ordinal: int) -> Response:
        """Ask for a segment with its target and findings; the ETag is for edits."""
        who = actor(request, Permission.DOCUMENTS_READ)
        return _told(overview.segment(who.organization_id, job_id, ordinal))

    @extend_schema(operation_id="edit_segment", responses=SegmentShape)
    def patch(self, request: Request, job_id: UUID, ordinal: int) -> Response:
        """Write a target, confirm or approve it, or take that back. Checks look at it at once."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        found = overview.segment(who.organization_id, job_id, ordinal)
        tags.require_match(request, _tag(found))
        wanted = self.body()
        targets.edit_target(
            actor=who,
            target_id=found.id,
            version=found.version,
            action=targets.Action(wanted["action"]),
            forms=wanted.get("target"),
        )
        return _told(overview.segment(who.organization_id, job_id, ordinal))


class SegmentPropagateView(Endpoint):
    """A text handed on."""

    @extend_schema(operation_id="propagate_segment", responses=PropagatedShape)
    def post(self, request: Request, job_id: UUID, ordinal: int) -> Response:
        """Copy a segment's text to its repeats. What people wrote or confirmed stays."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        found = overview.segment(who.organization_id, job_id, ordinal)
        tags.require_match(request, _tag(found))
        done = repeats.propagate(actor=who, target_id=found.id, version=found.version)
        return Response(PropagatedShape(done).data)


class SegmentHistoryView(Endpoint):
    """What a target has held."""

    @extend_schema(operation_id="get_segment_history", responses=VersionList)
    def get(self, request: Request, job_id: UUID, ordinal: int) -> Response:
        """Ask for every text that a segment's target has held, newest first."""
        who = actor(request, Permission.DOCUMENTS_READ)
        found = overview.segment(who.organization_id, job_id, ordinal)
        versions = versions_of(who.organization_id, found.id)
        return Response(VersionList({"versions": versions}).data)


class FindingDismissView(Endpoint):
    """A finding that is no error."""

    @extend_schema(operation_id="dismiss_finding", responses=SegmentShape)
    def post(self, request: Request, finding_id: UUID) -> Response:
        """Say that a finding is no error. A target that only it held back is delivered then."""
        return _dismissed(request, finding_id, dismissed=True)


class FindingReviveView(Endpoint):
    """A finding that is an error after all."""

    @extend_schema(operation_id="undismiss_finding", responses=SegmentShape)
    def post(self, request: Request, finding_id: UUID) -> Response:
        """Take the dismissal of a finding back."""
        return _dismissed(request, finding_id, dismissed=False)


def _dismissed(request: Request, finding_id: UUID, *, dismissed: bool) -> Response:
    who = actor(request, Permission.DOCUMENTS_WRITE)
    saved = findings.dismiss_finding(actor=who, finding_id=finding_id, dismissed=dismissed)
    return _told(overview.segment(who.organization_id, saved.job_id, saved.row.ordinal))


def _told(found: SegmentRow) -> Response:
    return tags.tagged(SegmentShape(found).data, _tag(found))


def _tag(found: SegmentRow) -> str:
    return f'"{found.version}"'
