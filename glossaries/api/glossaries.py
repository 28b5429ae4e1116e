"""Glossaries: listed, made, renamed, deleted."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Actor, Permission, actor_of, require
from common.rest import tags
from common.rest.endpoints import Endpoint
from glossaries.models import Glossary
from glossaries.queries import glossaries as reads
from glossaries.serializers.concepts import (
    GlossaryChange,
    GlossaryList,
    GlossaryRequest,
    GlossaryShape,
)
from glossaries.services import glossaries


def reader(request: Request) -> Actor:
    """Whoever asks, known to be allowed to read glossaries."""
    return require(actor_of(request), Permission.GLOSSARIES_READ)


def writer(request: Request) -> Actor:
    """Whoever asks, known to be allowed to write glossaries."""
    return require(actor_of(request), Permission.GLOSSARIES_WRITE)


class GlossariesView(Endpoint):
    """Glossaries of the organization."""

    takes = {"POST": GlossaryRequest}

    @extend_schema(operation_id="list_glossaries", responses=GlossaryList)
    def get(self, request: Request) -> Response:
        """List glossaries, by name."""
        found = reads.glossaries_of(reader(request).organization_id)
        return Response(GlossaryList({"glossaries": found}).data)

    @extend_schema(operation_id="create_glossary", responses={201: GlossaryShape})
    def post(self, request: Request) -> Response:
        """Make an empty glossary."""
        actor = writer(request)
        made = glossaries.create_glossary(actor=actor, **self.body())
        return _told(made, 201)


class GlossaryView(Endpoint):
    """One glossary."""

    takes = {"PATCH": GlossaryChange}

    @extend_schema(operation_id="get_glossary", responses=GlossaryShape)
    def get(self, request: Request, glossary_id: UUID) -> Response:
        """Ask for a glossary; the ETag is for changes of its name."""
        return _told(reads.glossary_of(reader(request).organization_id, glossary_id))

    @extend_schema(operation_id="change_glossary", responses={200: GlossaryShape})
    def patch(self, request: Request, glossary_id: UUID) -> Response:
        """Change the name or the description."""
        actor = writer(request)
        reads.glossary_of(actor.organization_id, glossary_id)
        changed = glossaries.change_glossary(
            actor=actor,
            glossary_id=glossary_id,
            check=lambda one: tags.require_match(request, _tag(one)),
            **self.body(),
        )
        return _told(changed)

    @extend_schema(operation_id="delete_glossary", responses={204: None})
    def delete(self, request: Request, glossary_id: UUID) -> Response:
        """Delete a glossary with all its concepts. There is no way back."""
        glossaries.delete_glossary(actor=writer(request), glossary_id=glossary_id)
        return Response(status=204)


def _told(glossary: Glossary, status: int = 200) -> Response:
    return tags.tagged(GlossaryShape(glossary).data, _tag(glossary), status=status)


def _tag(glossary: Glossary) -> str:
    """Of what can be changed."""
    return tags.tag(glossary.pk, glossary.name, glossary.description)
