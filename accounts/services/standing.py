"""Asks again who somebody is while everything that could change it holds still."""

from __future__ import annotations

from accounts.models import Organization
from accounts.queries import membership_of
from accounts.roles import Actor, Permission, require
from common.errors import NotAllowed, NotFound


def standing(actor: Actor, permission: Permission) -> Actor:
    """The actor with the rights of this moment, known to hold `permission`.

    Holds the organization's row until the end of the transaction, in the scope that the caller has
    opened. So changes of who belongs where happen one after another, and what a page or a queue
    knew of somebody counts for nothing. Raises NotAllowed.
    """
    require(actor, permission)
    hold(actor)
    return require(as_of_now(actor), permission)


def hold(actor: Actor) -> Organization:
    """The actor's organization, its row held; raises NotFound once it is closed."""
    # Without the key: who refers to the organization (every insert does) need not wait.
    organization = (
        Organization.objects.select_for_update(no_key=True)
        .filter(pk=actor.organization_id, closed_at=None)
        .first()
    )
    if organization is None:
        raise NotFound("organization_not_found", "You are in no organization of this id.")
    return organization


def as_of_now(actor: Actor) -> Actor:
    """The actor's own membership read anew; raises NotAllowed where it has ended."""
    membership = (
        membership_of(actor.organization_id, actor.user_id) if actor.user_id is not None else None
    )
    if membership is None:
        raise NotAllowed("membership_ended", "You are no longer in this organization.")
    return membership.as_actor()
