"""What tests of webhooks share: a clock that is set, an endpoint, deliveries while any are due."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from standardwebhooks.webhooks import Webhook

from tests.translation.receivers import Got

ALL = ("job.finished", "job.failed", "job.needs_review", "document.deleted")
NOT_BEFORE = """
select min(greatest(d.ready_at, e.paused_until, e.leased_until)) as at
  from translation_webhookdelivery d join translation_webhookendpoint e on e.id = d.endpoint_id
 where d.state = 'pending' and e.state = 'enabled'
"""


class Clock:
    """A time that only passes when it is told to."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **units: float) -> datetime:
        self.now += timedelta(**units)
        return self.now


def endpoint(person: Any, url: str, events: Any = ALL, **values: Any) -> Any:
    from translation.services.webhooks import create_endpoint

    return create_endpoint(actor=person.actor, url=url, events=events, **values)


def happen(
    person: Any, kind: str = "job.finished", *, now: datetime | None = None, **told: Any
) -> UUID | None:
    """Something of this kind happens, as far as webhooks can tell; its event, if any heard."""
    from accounts.tenancy import organization_scope
    from translation.services import telling

    with organization_scope(person.organization_id):
        listeners = telling._listeners(person.organization_id, kind)
        if not listeners:
            return None
        moment = now or datetime.now(UTC)
        made = telling.write_event(person.organization_id, kind, told, listeners, moment)
    return made[0].event_id


def deliver(clock: Callable[[], datetime] | None = None, **options: Any) -> int:
    """Delivers what is due, in this thread."""
    from translation.services.delivering import drain

    if clock is not None:
        options["clock"] = clock
    return drain(stop=threading.Event(), **options)


def live_through(rows: Any, clock: Clock, until: datetime, **options: Any) -> int:
    """Delivers at every moment at which something is due, until that time; how many calls."""
    calls = 0
    while True:
        calls += deliver(clock, **options)
        at = rows(NOT_BEFORE)[0]["at"]
        if at is None or at >= until:
            clock.now = max(clock.now, until)
            return calls
        clock.now = max(clock.now + timedelta(milliseconds=1), at)


def verified(got: Got, secret: str) -> Any:
    """What the reference library makes of a request, now; raises where the signature is wrong."""
    return Webhook(secret).verify(got.body, got.headers)


def signatures(got: Got, secret: str) -> bool:
    """Whether the reference library would have signed a request of any time this way."""
    at = datetime.fromtimestamp(int(got.headers["webhook-timestamp"]), UTC)
    signed = Webhook(secret).sign(got.headers["webhook-id"], at, got.body.decode())
    return signed in got.headers["webhook-signature"].split(" ")


class Killed(BaseException):
    """What a worker does not survive."""


def killed_after(sending: Any) -> Any:
    def send_and_die(*given: Any, **options: Any) -> Any:
        sending(*given, **options)
        raise Killed

    return send_and_die
