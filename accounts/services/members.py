"""Who is in an organization, and as what: changed, ended, left.

Each of these holds the organization's row first and reads anew who is asking: of two owners who
demote each other at once, the second finds that they no longer may.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from accounts.models import Membership
from accounts.roles import RIGHTS, Actor, Permission, Role, require, role_called
from accounts.services.audit import record
from accounts.services.standing import as_of_now, hold, standing
from accounts.tenancy import organization_scope
from common.errors import Conflict, NotAllowed, NotFound


def change_role(
    *,
    actor: Actor,
    membership_id: UUID,
    role: str,
    check: Callable[[Membership], None] | None = None,
) -> Membership:
    """Makes a member something else; the same role again changes nothing.

    `check` sees the member as they are, held so that nobody else changes them, and may raise.

    Only owners make and unmake owners, nobody raises themselves, and one owner stays. Raises
    NotFound, NotAllowed, Conflict or Invalid.
    """
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.MEMBERS_MANAGE)
        member = _member(current, membership_id)
        if check is not None:
            check(member)
        wanted = role_called(role)
        before = Role(member.role)
        if before is wanted:
            return member
        if Role.OWNER in {before, wanted}:
            require(current, Permission.ORGANIZATION_OWN)
        if member.user_id == current.user_id and not RIGHTS[wanted] <= current.permissions:
            raise NotAllowed(
                "role_self_raised", "Nobody gives themselves more rights: ask an owner."
            )
        if before is Role.OWNER:
            _keep_an_owner(current, "Make somebody else an owner first.")
        member.role = wanted.value
        member.save(update_fields=["role"])
        _record(current, "member.change_role", member, {"from": before.value, "to": wanted.value})
    return member


def remove_member(*, actor: Actor, membership_id: UUID) -> None:
    """Takes somebody out, who has no access from this moment on.

    Raises NotFound, NotAllowed or Conflict; oneself is taken out by `leave`.
    """
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.MEMBERS_MANAGE)
        member = _member(current, membership_id)
        if member.role == Role.OWNER.value:
            require(current, Permission.ORGANIZATION_OWN)
            _keep_an_owner(current, "Make somebody else an owner first.")
        _end(current, "member.remove", member)


def leave(*, actor: Actor) -> None:
    """Ends the actor's own membership; raises Conflict for the last owner."""
    with organization_scope(actor.organization_id):
        hold(actor)
        current = as_of_now(actor)
        assert current.user_id is not None, "only people are members"
        member = Membership.objects.get(
            organization_id=actor.organization_id, user_id=current.user_id
        )
        if member.role == Role.OWNER.value:
            _keep_an_owner(
                current, "Make somebody else an owner first, or delete the organization."
            )
        _end(current, "member.leave", member)


def _member(actor: Actor, membership_id: UUID) -> Membership:
    member = (
        Membership.objects.filter(organization_id=actor.organization_id, pk=membership_id)
        .select_related("user")
        .first()
    )
    if member is None:
        raise NotFound("member_not_found", "There is no such person in your organization.")
    return member


def _keep_an_owner(actor: Actor, remedy: str) -> None:
    owners = Membership.objects.filter(
        organization_id=actor.organization_id, role=Role.OWNER.value
    ).count()
    if owners == 1:
        raise Conflict("last_owner", f"This is the organization's only owner. {remedy}")


def _end(actor: Actor, action: str, member: Membership) -> None:
    _record(actor, action, member, {"role": member.role})
    member.delete()


def _record(actor: Actor, action: str, member: Membership, detail: dict[str, str]) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="membership",
        object_id=member.pk,
        detail={"person": str(member.user_id), **detail},
    )
