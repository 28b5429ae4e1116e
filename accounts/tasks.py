"""What the housekeeping worker does for accounts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts.services import closing, idempotency, mail, requests, retention, sign_up
from common import queue


@shared_task(name="accounts.send_mail", ignore_result=True)
def send_mail(*, mail_id: str, **_: object) -> None:
    """Sends one mail."""
    mail.send(mail_id=UUID(mail_id))


@shared_task(name="accounts.sweep_mail", ignore_result=True)
def sweep_mail(**_: object) -> None:
    """Sends what waits: repeats, and mails whose message was lost."""
    for mail_id in mail.due_mails():
        mail.send(mail_id=mail_id)


@shared_task(name="accounts.erase_organization", ignore_result=True)
def erase_organization(*, organization_id: str, **_: object) -> None:
    """Erases one closed organization."""
    closing.erase_closed(organization_id=UUID(organization_id))


@shared_task(name="accounts.tidy", ignore_result=True)
def tidy(**_: object) -> None:
    """Erases what is closed and was interrupted, and forgets newcomers who never confirmed."""
    closing.erase_closed()
    sign_up.forget_unconfirmed(now=timezone.now())


@shared_task(name="accounts.move_notes", ignore_result=True)
def move_notes(**_: object) -> None:
    """Moves the request log of API keys from Redis into rows."""
    requests.move_notes()


@shared_task(name="accounts.purge_requests", ignore_result=True)
def purge_requests(**_: object) -> None:
    """Deletes what the request log has kept for 30 days."""
    requests.purge()


@shared_task(name="accounts.purge_calls", ignore_result=True)
def purge_calls(**_: object) -> None:
    """Deletes answers to repeat that are older than a day."""
    idempotency.purge(now=timezone.now())


@shared_task(name="accounts.clean", ignore_result=True)
def clean(**_: object) -> None:
    """Deletes what nobody wants kept any more, and goes on in another message if much is left."""
    if not retention.clean(now=timezone.now()):
        queue.enqueue("accounts.clean", queue="sweep")
