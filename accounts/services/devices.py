"""Browsers a person has signed in with. Another one is told of: in the audit trail and by mail."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError

from accounts.models import Device, User
from accounts.reading import browser, in_full
from accounts.services import mail
from accounts.services.audit import record_everywhere
from common.database import atomic

TOKEN_BYTES: Final = 24
MAX_AGENT_CHARS: Final = 200
# Whoever has just signed up knows of their first browser.
FRESH: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The browser's token, to be kept in its cookie, and whether the person is new in it."""

    token: str
    is_new: bool


def meet(*, user: User, token: str | None, agent: str, address: str, now: datetime) -> Met:
    """Knows the browser with this token again, or makes its acquaintance and tells the person.

    A browser without a token gets one; it keeps it whoever signs in there.
    """
    kept = token or secrets.token_urlsafe(TOKEN_BYTES)
    mine = Device.objects.filter(user=user, digest=_digest(kept))
    if mine.update(last_seen_at=now, agent=agent[:MAX_AGENT_CHARS]):
        return Met(token=kept, is_new=False)
    is_first = not Device.objects.filter(user=user).exists()
    try:
        with atomic():
            device = Device.objects.create(
                user=user,
                digest=_digest(kept),
                agent=agent[:MAX_AGENT_CHARS],
                created_at=now,
                last_seen_at=now,
            )
            if not (is_first and now - user.created_at < FRESH):
                _tell(user, agent, address, now)
    except IntegrityError:  # the same browser, twice at once
        return Met(token=kept, is_new=False)
    record_everywhere(
        user_id=user.pk,
        action="person.new_device",
        object_kind="device",
        object_id=device.pk,
        now=now,
    )
    return Met(token=kept, is_new=True)


def _tell(user: User, agent: str, address: str, now: datetime) -> None:
    mail.post(
        to=user.email,
        name="new_device",
        context={
            "name": user.name,
            "browser": browser(agent),
            "address": address,
            "moment": in_full(now),
            "link": mail.address("/settings/profile"),
        },
        now=now,
    )


def _digest(token: str) -> str:
    key = f"device:{settings.SECRET_KEY}".encode()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
