"""Domain profiles: listed, made, changed, deleted, and what counts where one is named."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest import tags
from common.rest.endpoints import Endpoint
from glossaries.api.glossaries import reader, writer
from glossaries.models import Profile
from glossaries.queries import profiles as reads
from glossaries.serializers.profiles import (
    ProfileList,
    ProfileRequest,
    ProfileShape,
    SettledShape,
    profile_shape,
    profile_wish,
    settled_shape,
)
from glossaries.services import profiles


class ProfilesView(Endpoint):
    """Domain profiles of the organization."""

    takes = {"POST": ProfileRequest}

    @extend_schema(operation_id="list_profiles", responses=ProfileList)
    def get(self, request: Request) -> Response:
        """List domain profiles, by name."""
        found = reads.profiles_of(reader(request).organization_id)
        return Response(ProfileList({"profiles": [profile_shape(one) for one in found]}).data)

    @extend_schema(operation_id="create_profile", responses={201: ProfileShape})
    def post(self, request: Request) -> Response:
        """Make a domain profile."""
        made = profiles.create_profile(actor=writer(request), wish=profile_wish(self.body()))
        return _told(made, 201)


class ProfileView(Endpoint):
    """One domain profile."""

    takes = {"PUT": ProfileRequest}

    @extend_schema(operation_id="get_profile", responses=ProfileShape)
    def get(self, request: Request, profile_id: UUID) -> Response:
        """Ask for a domain profile; the ETag is for changes of it."""
        return _told(reads.profile(reader(request).organization_id, profile_id))

    @extend_schema(operation_id="change_profile", responses={200: ProfileShape})
    def put(self, request: Request, profile_id: UUID) -> Response:
        """Put a whole profile in place of what was read."""
        actor = writer(request)
        there = reads.profile(actor.organization_id, profile_id)
        tags.require_match(request, _tag(there))
        changed = profiles.change_profile(
            actor=actor,
            profile_id=profile_id,
            version=there.version,
            wish=profile_wish(self.body()),
        )
        return _told(changed)

    @extend_schema(operation_id="delete_profile", responses={204: None})
    def delete(self, request: Request, profile_id: UUID) -> Response:
        """Delete a domain profile. Runs that began with it keep what it said."""
        profiles.delete_profile(actor=writer(request), profile_id=profile_id)
        return Response(status=204)


class EffectiveProfileView(Endpoint):
    """What a profile comes to."""

    @extend_schema(operation_id="get_effective_profile", responses=SettledShape)
    def get(self, request: Request, profile_id: UUID) -> Response:
        """Ask what counts where this profile is named, and where each value comes from."""
        organization_id = reader(request).organization_id
        reads.profile(organization_id, profile_id)
        found = reads.settled_of(organization_id, profile_id)
        return Response(SettledShape(settled_shape(found)).data)


def _told(row: Profile, status: int = 200) -> Response:
    return tags.tagged(ProfileShape(profile_shape(row)).data, _tag(row), status=status)


def _tag(row: Profile) -> str:
    return tags.tag(row.pk, row.version)
