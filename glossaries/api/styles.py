"""Style guides: drafted, published, rolled back."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest import tags
from common.rest.endpoints import Endpoint
from engine.guide import Style
from glossaries.api.glossaries import reader, writer
from glossaries.models import StyleGuide
from glossaries.queries import styles as reads
from glossaries.serializers.styles import (
    StyleGuideChange,
    StyleGuideList,
    StyleGuideRequest,
    StyleGuideShape,
    StylePublishRequest,
    StyleRollBackRequest,
    StyleVersionList,
    guide_shape,
    style_values,
    version_shape,
)
from glossaries.services import styles
from glossaries.style_values import READY_MADE_BY_SLUG


class StyleGuidesView(Endpoint):
    """Style guides of the organization."""

    takes = {"POST": StyleGuideRequest}

    @extend_schema(operation_id="list_style_guides", responses=StyleGuideList)
    def get(self, request: Request) -> Response:
        """List style guides, by language and name."""
        found = reads.guides_of(reader(request).organization_id)
        return Response(StyleGuideList({"style_guides": map(guide_shape, found)}).data)

    @extend_schema(operation_id="create_style_guide", responses={201: StyleGuideShape})
    def post(self, request: Request) -> Response:
        """Make a style guide. It counts once it is published."""
        actor, body = writer(request), self.body()
        ready = READY_MADE_BY_SLUG.get(body.get("ready_made", ""))
        style = style_values(body["rules"]) if "rules" in body else Style()
        made = styles.create_guide(
            actor=actor,
            name=body["name"],
            language=body["language"],
            style=ready.style if ready else style,
        )
        return _told(made, 201)


class StyleGuideView(Endpoint):
    """One style guide."""

    takes = {"PUT": StyleGuideChange}

    @extend_schema(operation_id="get_style_guide", responses=StyleGuideShape)
    def get(self, request: Request, guide_id: UUID) -> Response:
        """Ask for a style guide; the ETag is for changes of its draft."""
        return _told(reads.guide_of(reader(request).organization_id, guide_id))

    @extend_schema(operation_id="change_style_guide", responses={200: StyleGuideShape})
    def put(self, request: Request, guide_id: UUID) -> Response:
        """Put a draft in place of the one read. What is published stays as it is."""
        actor = writer(request)
        there = reads.guide_of(actor.organization_id, guide_id)
        tags.require_match(request, _tag(there))
        body = self.body()
        changed = styles.change_guide(
            actor=actor,
            guide_id=guide_id,
            version=there.version,
            name=body["name"],
            style=style_values(body["rules"]),
            is_standard=body["standard"],
        )
        return _told(changed)

    @extend_schema(operation_id="delete_style_guide", responses={204: None})
    def delete(self, request: Request, guide_id: UUID) -> Response:
        """Delete a style guide with its versions."""
        styles.delete_guide(actor=writer(request), guide_id=guide_id)
        return Response(status=204)


class StylePublishView(Endpoint):
    """A draft that is to count."""

    takes = {"POST": StylePublishRequest}

    @extend_schema(operation_id="publish_style_guide", responses=StyleGuideShape)
    def post(self, request: Request, guide_id: UUID) -> Response:
        """Publish the draft: it counts from the next translation on."""
        actor = writer(request)
        reads.guide_of(actor.organization_id, guide_id)
        styles.publish_guide(actor=actor, guide_id=guide_id, note=self.body()["note"])
        return _told(reads.guide_of(actor.organization_id, guide_id))


class StyleVersionsView(Endpoint):
    """What a guide said."""

    @extend_schema(operation_id="list_style_versions", responses=StyleVersionList)
    def get(self, request: Request, guide_id: UUID) -> Response:
        """List what a guide said each time it was published, newest first."""
        organization_id = reader(request).organization_id
        reads.guide_of(organization_id, guide_id)
        found = reads.versions_of(organization_id, guide_id)
        return Response(StyleVersionList({"versions": map(version_shape, found)}).data)


class StyleRollBackView(Endpoint):
    """An earlier version that is to count again."""

    takes = {"POST": StyleRollBackRequest}

    @extend_schema(operation_id="roll_back_style_guide", responses=StyleGuideShape)
    def post(self, request: Request, guide_id: UUID) -> Response:
        """Publish an earlier version anew."""
        actor = writer(request)
        reads.guide_of(actor.organization_id, guide_id)
        styles.roll_back_guide(actor=actor, guide_id=guide_id, number=self.body()["number"])
        return _told(reads.guide_of(actor.organization_id, guide_id))


def _told(row: StyleGuide, status: int = 200) -> Response:
    return tags.tagged(StyleGuideShape(guide_shape(row)).data, _tag(row), status=status)


def _tag(row: StyleGuide) -> str:
    return tags.tag(row.pk, row.version, row.published)
