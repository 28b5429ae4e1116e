"""Where a person is signed in, and how that ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from accounts.addresses import client_address
from accounts.models import User
from accounts.reading import browser

SEEN_KEY: Final = "seen_at"
SEEN_EVERY: Final = timedelta(minutes=5)
MAX_AGENT_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """One browser in which a person is signed in. `browser` is how it names itself, in words."""

    id: int
    browser: str
    address: str
    since: datetime
    seen_at: datetime
    is_current: bool


def note(request: HttpRequest, *, user: User, now: datetime | None = None) -> None:
    """Keeps when and from where a session was last used, at most once in five minutes."""
    moment = now or timezone.now()
    noted = request.session.get(SEEN_KEY)
    if isinstance(noted, int) and moment.timestamp() - noted < SEEN_EVERY.total_seconds():
        return
    if not request.session.session_key:
        return
    request.session[SEEN_KEY] = int(moment.timestamp())
    # Now, not with the answer: a stream has given its connection back by then.
    request.session.save()
    request.session.modified = False
    seen = UserSession(
        session_key=request.session.session_key,
        user=user,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", "")[:MAX_AGENT_CHARS],
        last_seen_at=moment,
    )
    UserSession.objects.bulk_create(
        [seen],
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["user", "ip", "user_agent", "last_seen_at"],
    )


def sessions_of(user: User, *, current: SessionBase) -> list[SignedIn]:
    """Where a person is signed in, this browser first, then the last seen first."""
    alive = UserSession.objects.purge_and_list(user)
    found = [
        SignedIn(
            id=one.pk,
            browser=browser(one.user_agent),
            address=one.ip,
            since=one.created_at,
            seen_at=one.last_seen_at,
            is_current=one.session_key == current.session_key,
        )
        for one in alive
    ]
    return sorted(found, key=lambda one: (not one.is_current, -one.seen_at.timestamp()))


def end(*, user_id: UUID, session_id: int) -> bool:
    """Signs a person out of one browser; False where it is none of theirs."""
    found = UserSession.objects.filter(user_id=user_id, pk=session_id).first()
    if found is None:
        return False
    found.end()
    return True


def end_all(*, user_id: UUID, but: str | None = None) -> int:
    """Signs a person out everywhere, but in the session with the key `but`; of how many."""
    ended = 0
    for one in UserSession.objects.filter(user_id=user_id).exclude(session_key=but or ""):
        one.end()
        ended += 1
    return ended
