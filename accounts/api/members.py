"""REST API v1: who is in an organization, and who is asked in."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import members as reads
from accounts.roles import Actor, Permission, Role, actor_of, require
from accounts.services import invitations, members
from common import paging
from common.paging import PageQuery
from common.rest import tags
from common.rest.endpoints import Endpoint
from common.shapes import Moment, Strict

ROLES = [role.value for role in Role]


class MemberShape(serializers.Serializer):  # type: ignore[type-arg]
    """Somebody in the organization."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ROLES)
    joined_at = Moment()
    second_step = serializers.BooleanField(help_text="Whether a code is asked at their sign-in.")


class MemberPage(serializers.Serializer):  # type: ignore[type-arg]
    """Members in the order in which they joined."""

    members = MemberShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RoleChange(Strict):
    """What a member is to be."""

    role = serializers.ChoiceField(choices=ROLES)


class InvitationShape(serializers.Serializer):  # type: ignore[type-arg]
    """Somebody asked in. The link is in the mail, and nowhere else."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ROLES)
    state = serializers.CharField(help_text="open or expired")
    invited_by = serializers.UUIDField(allow_null=True)
    invited_by_name = serializers.CharField(allow_blank=True)
    sent_at = Moment()
    expires_at = Moment()


class InvitationPage(serializers.Serializer):  # type: ignore[type-arg]
    """Invitations that wait, newest first."""

    invitations = InvitationShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class InvitationRequest(Strict):
    """Whom to ask in, and as what."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=ROLES)


class MembersView(Endpoint):
    """Who is in the organization."""

    asks = {"GET": PageQuery}

    @extend_schema(operation_id="list_members", responses=MemberPage)
    def get(self, request: Request) -> Response:
        """List the organization's members, whoever joined first at the top."""
        actor = require(actor_of(request), Permission.MEMBERS_READ)
        limit = self.query["limit"]
        after = paging.read_place("members", self.query.get("cursor"))
        found = reads.members_page(actor.organization_id, limit=limit + 1, after=after)
        shown, more = paging.page(
            found, limit=limit, of="members", place=lambda one: [one.joined_at, one.id]
        )
        return Response(MemberPage({"members": shown, "next_cursor": more}).data)


class MemberView(Endpoint):
    """One member."""

    takes = {"PATCH": RoleChange}

    @extend_schema(operation_id="get_member", responses=MemberShape)
    def get(self, request: Request, membership_id: UUID) -> Response:
        """Ask for a member."""
        actor = require(actor_of(request), Permission.MEMBERS_READ)
        return _member(actor, membership_id)

    @extend_schema(operation_id="change_member", responses=MemberShape)
    def patch(self, request: Request, membership_id: UUID) -> Response:
        """Give a member another role. Only owners make and unmake owners; one owner stays."""
        actor = _manager(request)
        reads.member(actor.organization_id, membership_id)
        members.change_role(
            actor=actor,
            membership_id=membership_id,
            check=lambda kept: tags.require_match(request, tags.tag(kept.pk, kept.role)),
            **self.body(),
        )
        return _member(actor, membership_id)

    @extend_schema(operation_id="remove_member", responses={204: None})
    def delete(self, request: Request, membership_id: UUID) -> Response:
        """Take somebody out of the organization. They have no access from this moment on."""
        members.remove_member(actor=_manager(request), membership_id=membership_id)
        return Response(status=204)


class InvitationsView(Endpoint):
    """Who is asked in."""

    asks = {"GET": PageQuery}
    takes = {"POST": InvitationRequest}

    @extend_schema(operation_id="list_invitations", responses=InvitationPage)
    def get(self, request: Request) -> Response:
        """List invitations that nobody has accepted yet, newest first, expired ones included."""
        actor = _manager(request)
        limit = self.query["limit"]
        before = paging.read_place("invitations", self.query.get("cursor"))
        found = reads.invitations_page(
            actor.organization_id, now=timezone.now(), limit=limit + 1, before=before
        )
        shown, more = paging.page(
            found, limit=limit, of="invitations", place=lambda one: [one.created_at, one.id]
        )
        return Response(InvitationPage({"invitations": shown, "next_cursor": more}).data)

    @extend_schema(operation_id="invite", responses={201: InvitationShape})
    def post(self, request: Request) -> Response:
        """Ask somebody in by mail. The link works for seven days, once, for this address alone."""
        actor = _manager(request)
        made = invitations.invite(actor=actor, **self.body())
        answer = _told(actor, made.pk, 201)
        answer["Location"] = reverse("api_invitation", args=[made.pk])
        return answer


class InvitationView(Endpoint):
    """One invitation."""

    @extend_schema(operation_id="get_invitation", responses=InvitationShape)
    def get(self, request: Request, invitation_id: UUID) -> Response:
        """Ask for an invitation that waits."""
        return _told(_manager(request), invitation_id, 200)

    @extend_schema(operation_id="withdraw_invitation", responses={204: None})
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        """Withdraw an invitation. Its link opens nothing any more."""
        invitations.withdraw(actor=_manager(request), invitation_id=invitation_id)
        return Response(status=204)


class InvitationResendView(Endpoint):
    """An invitation's mail, once more."""

    @extend_schema(operation_id="resend_invitation", responses=InvitationShape)
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Send an invitation again, with a new link for seven more days. The old link is void."""
        actor = _manager(request)
        invitations.resend(actor=actor, invitation_id=invitation_id)
        return _told(actor, invitation_id, 200)


def _manager(request: Request) -> Actor:
    return require(actor_of(request), Permission.MEMBERS_MANAGE)


def _member(actor: Actor, membership_id: UUID) -> Response:
    found = reads.member(actor.organization_id, membership_id)
    return tags.tagged(MemberShape(found).data, tags.tag(found.id, found.role))


def _told(actor: Actor, invitation_id: UUID, status: int) -> Response:
    found = reads.invitation(actor.organization_id, invitation_id, now=timezone.now())
    return Response(InvitationShape(found).data, status=status)
