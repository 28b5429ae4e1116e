"""Mails: written down with what they tell of, sent by a worker, tried again for a day.

The queue carries the id of a row. A mail may arrive twice (a crash between sending and noting it),
and never gets lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Mail
from common import queue

_log = structlog.get_logger(__name__)

# Longer than any SMTP dialogue: within it nobody else tries the same mail.
LEASE: Final = timedelta(minutes=5)
WAITS: Final = (1, 5, 15, 60, 180, 360, 720)  # minutes after each failed try; together a day
MAX_SWEPT: Final = 100


def address(path: str) -> str:
    """A path of ours as an address that works from a mail."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def post(*, to: str, name: str, context: Mapping[str, Any], now: datetime | None = None) -> UUID:
    """Writes a mail by the templates of `emails/NAME/` and has it sent once committed; its id.

    Stands or falls with the caller's transaction. `context` holds what the templates name.
    """
    moment = now or timezone.now()
    known = {"product_url": address("/"), **context}
    subject = " ".join(render_to_string(f"emails/{name}/subject.txt", known).split())
    mail = Mail.objects.create(
        to=to,
        subject=subject,
        text=render_to_string(f"emails/{name}/body.txt", known).strip() + "\n",
        html=render_to_string(f"emails/{name}/body.html", {"subject": subject, **known}),
        created_at=moment,
        ready_at=moment,
    )
    queue.enqueue("accounts.send_mail", queue="mail", mail_id=mail.pk)
    return mail.pk


def send(*, mail_id: UUID, now: datetime | None = None) -> bool:
    """Sends a mail that is due, once however many ask at the same time; whether it went out."""
    moment = now or timezone.now()
    due = Mail.objects.filter(pk=mail_id, sent_at=None, failed_at=None, ready_at__lte=moment)
    if not due.update(ready_at=moment + LEASE, attempts=F("attempts") + 1):
        return False
    mail = Mail.objects.get(pk=mail_id)
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to])
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except OSError as error:  # SMTP's errors are OSErrors, too
        _postpone(mail, moment, error)
        return False
    Mail.objects.filter(pk=mail_id).update(sent_at=timezone.now(), subject="", text="", html="")
    return True


def due_mails(*, now: datetime | None = None) -> list[UUID]:
    """Mails that wait to be tried, the longest first: repeats, and those whose message was lost."""
    waiting = Mail.objects.filter(sent_at=None, failed_at=None, ready_at__lte=now or timezone.now())
    return list(waiting.order_by("ready_at").values_list("pk", flat=True)[:MAX_SWEPT])


def _postpone(mail: Mail, moment: datetime, error: OSError) -> None:
    _log.warning(
        "mail_not_sent", mail=str(mail.pk), attempt=mail.attempts, error=type(error).__name__
    )
    mine = Mail.objects.filter(pk=mail.pk)
    if mail.attempts > len(WAITS):
        mine.update(failed_at=moment, subject="", text="", html="")
    else:
        mine.update(ready_at=moment + timedelta(minutes=WAITS[mail.attempts - 1]))
