"""Concepts of a glossary: listed, made, changed, restored, deleted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import paging
from common.rest import tags
from common.rest.endpoints import Endpoint
from glossaries.api.glossaries import reader, writer
from glossaries.queries import concepts as reads
from glossaries.queries.concepts import ConceptRow
from glossaries.queries.glossaries import glossary_of
from glossaries.serializers.concepts import (
    ConceptActionRequest,
    ConceptActionShape,
    ConceptPage,
    ConceptQuery,
    ConceptRequest,
    ConceptRestoreRequest,
    ConceptShape,
    ConceptVersionList,
    concept_values,
)
from glossaries.services import concepts


class ConceptsView(Endpoint):
    """Concepts of a glossary."""

    asks = {"GET": ConceptQuery}
    takes = {"POST": ConceptRequest}

    @extend_schema(operation_id="list_concepts", responses=ConceptPage)
    def get(self, request: Request, glossary_id: UUID) -> Response:
        """List concepts by their first term, all or those that are looked for."""
        actor = reader(request)
        glossary_of(actor.organization_id, glossary_id)
        asked = self.query
        limit, of = asked["limit"], paging.listed(f"concepts {glossary_id}", asked)
        found = reads.concepts_of(
            actor.organization_id,
            glossary_id,
            reads.Wanted(
                text=asked.get("q", ""),
                language=asked.get("language", ""),
                status=asked.get("status", ""),
                do_not_translate=asked.get("do_not_translate"),
                duplicates=asked.get("duplicates", False),
            ),
            after=place(of, asked.get("cursor")),
            limit=limit + 1,
        )
        shown, more = paging.page(found, limit=limit, of=of, place=lambda one: [one.sort, one.id])
        told = {"concepts": [_shape(one) for one in shown], "next_cursor": more}
        return Response(ConceptPage(told).data)

    @extend_schema(operation_id="create_concept", responses={201: ConceptShape})
    def post(self, request: Request, glossary_id: UUID) -> Response:
        """Add a concept with its terms."""
        actor = writer(request)
        made = concepts.create_concept(
            actor=actor, glossary_id=glossary_id, values=concept_values(self.body())
        )
        return _told(reads.concept_of(actor.organization_id, glossary_id, made), 201)


class ConceptView(Endpoint):
    """One concept."""

    takes = {"PUT": ConceptRequest}

    @extend_schema(operation_id="get_concept", responses=ConceptShape)
    def get(self, request: Request, glossary_id: UUID, concept_id: UUID) -> Response:
        """Ask for a concept; the ETag is for changes."""
        actor = reader(request)
        return _told(reads.concept_of(actor.organization_id, glossary_id, concept_id))

    @extend_schema(operation_id="change_concept", responses={200: ConceptShape})
    def put(self, request: Request, glossary_id: UUID, concept_id: UUID) -> Response:
        """Put a whole concept in place of the one you have read. History keeps the old one."""
        actor = writer(request)
        there = reads.concept_of(actor.organization_id, glossary_id, concept_id)
        tags.require_match(request, _tag(there))
        concepts.change_concept(
            actor=actor,
            glossary_id=glossary_id,
            concept_id=concept_id,
            version=there.version,
            values=concept_values(self.body()),
        )
        return _told(reads.concept_of(actor.organization_id, glossary_id, concept_id))

    @extend_schema(operation_id="delete_concept", responses={204: None})
    def delete(self, request: Request, glossary_id: UUID, concept_id: UUID) -> Response:
        """Delete a concept with its history."""
        actor = writer(request)
        reads.concept_of(actor.organization_id, glossary_id, concept_id)
        concepts.delete_concepts(actor=actor, glossary_id=glossary_id, concept_ids=[concept_id])
        return Response(status=204)


class ExternalConceptView(Endpoint):
    """One concept by an id of the customer's own."""

    takes = {"PUT": ConceptRequest}

    @extend_schema(operation_id="put_concept", responses={200: ConceptShape, 201: ConceptShape})
    def put(self, request: Request, glossary_id: UUID, external_id: str) -> Response:
        """Make the concept of this id of yours, or make the one there is hold this."""
        actor = writer(request)
        made, is_new = concepts.put_concept(
            actor=actor,
            glossary_id=glossary_id,
            external_id=external_id,
            values=concept_values(self.body()),
        )
        found = reads.concept_of(actor.organization_id, glossary_id, made)
        return _told(found, 201 if is_new else 200)


class ConceptHistoryView(Endpoint):
    """What a concept has held."""

    @extend_schema(operation_id="get_concept_history", responses=ConceptVersionList)
    def get(self, request: Request, glossary_id: UUID, concept_id: UUID) -> Response:
        """Ask for everything a concept has held, newest first."""
        actor = reader(request)
        there = reads.concept_of(actor.organization_id, glossary_id, concept_id)
        versions = [
            {
                "number": one.number,
                "at": one.at,
                "user_id": one.user_id,
                "api_key_id": one.api_key_id,
                "held": one.values,
            }
            for one in reads.versions_of(actor.organization_id, there)
        ]
        return Response(ConceptVersionList({"versions": versions}).data)


class ConceptRestoreView(Endpoint):
    """A version brought back."""

    takes = {"POST": ConceptRestoreRequest}

    @extend_schema(operation_id="restore_concept", responses=ConceptShape)
    def post(self, request: Request, glossary_id: UUID, concept_id: UUID) -> Response:
        """Make a concept hold what an earlier version held."""
        actor = writer(request)
        concepts.restore_concept(
            actor=actor, glossary_id=glossary_id, concept_id=concept_id, **self.body()
        )
        return _told(reads.concept_of(actor.organization_id, glossary_id, concept_id))


class ConceptBulkView(Endpoint):
    """Several concepts at once."""

    takes = {"POST": ConceptActionRequest}

    @extend_schema(operation_id="act_on_concepts", responses=ConceptActionShape)
    def post(self, request: Request, glossary_id: UUID) -> Response:
        """Delete concepts, or give their terms of a language a status. All or nothing."""
        actor = writer(request)
        wanted = self.body()
        which: dict[str, Any] = {
            "actor": actor,
            "glossary_id": glossary_id,
            "concept_ids": wanted["concept_ids"],
        }
        if wanted["action"] == "delete":
            count = concepts.delete_concepts(**which)
        else:
            count = concepts.set_status(
                **which, language=wanted.get("language", ""), status=wanted.get("status", "")
            )
        return Response(ConceptActionShape({"concepts": count}).data)


def place(of: str, cursor: str | None) -> reads.Place | None:
    """Where the page begins that a cursor of the list `of` leads to."""
    if not cursor:
        return None
    sort, key = paging.read_cursor(of, cursor)
    return sort, UUID(key)


def _told(found: ConceptRow, status: int = 200) -> Response:
    return tags.tagged(ConceptShape(_shape(found)).data, _tag(found), status=status)


def _shape(found: ConceptRow) -> dict[str, Any]:
    return asdict(found) | asdict(found.values)


def _tag(found: ConceptRow) -> str:
    return f'"{found.version}"'
