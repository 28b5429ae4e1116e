"""Tells people in the app how what they had asked for has ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.services import Actor
from accounts.tenancy import organization_scope
from translation.models import Notification, Run


def notify(run: Run, *, needs_review: int, failed: int, now: datetime) -> None:
    """Leaves a notification for the person who asked for a run, once however often it is called.

    Part of the transaction that ends the run. Nobody is told of what a program asked for, nor of
    what somebody cancelled, nor of a text: who asked for that is looking at it.
    """
    if run.user_id is None or run.lane == "interactive":
        return
    kind = Notification.FINISHED
    if needs_review:
        kind = Notification.NEEDS_REVIEW
    if failed:
        kind = Notification.FAILED
    notification = Notification(
        organization_id=run.organization_id,
        user_id=run.user_id,
        run=run,
        kind=kind,
        created_at=now,
    )
    Notification.objects.bulk_create([notification], ignore_conflicts=True)


def mark_read(*, actor: Actor, ids: Sequence[UUID] | None = None) -> int:
    """Takes these notifications of the actor's, or all, for read; how many were unread."""
    if actor.user_id is None:
        return 0
    with organization_scope(actor.organization_id):
        unread = Notification.objects.filter(
            organization_id=actor.organization_id, user_id=actor.user_id, read_at__isnull=True
        )
        if ids is not None:
            unread = unread.filter(pk__in=ids)
        return unread.update(read_at=timezone.now())
