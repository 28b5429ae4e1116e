"""What the housekeeping worker does for accounts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from accounts.services import mail, requests


@shared_task(name="accounts.send_mail", ignore_result=True)
def send_mail(*, mail_id: str, **_: object) -> None:
    """Sends one mail."""
    mail.send(mail_id=UUID(mail_id))


@shared_task(name="accounts.sweep_mail", ignore_result=True)
def sweep_mail(**_: object) -> None:
    """Sends what waits: repeats, and mails whose message was lost."""
    for mail_id in mail.due_mails():
        mail.send(mail_id=mail_id)


@shared_task(name="accounts.move_notes", ignore_result=True)
def move_notes(**_: object) -> None:
    """Moves the request log of API keys from Redis into rows."""
    requests.move_notes()


@shared_task(name="accounts.purge_requests", ignore_result=True)
def purge_requests(**_: object) -> None:
    """Deletes what the request log has kept for 30 days."""
    requests.purge()
