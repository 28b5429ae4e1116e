"""What the housekeeping worker does for accounts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts.services import mail, organizations, retention
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


@shared_task(name="accounts.clean", ignore_result=True)
def clean(**_: object) -> None:
    """Deletes what nobody wants kept any more, and goes on in another message if much is left."""
    if not retention.clean(now=timezone.now()):
        queue.enqueue("accounts.clean", queue="sweep")


@shared_task(name="accounts.erase_organization", ignore_result=True)
def erase_organization(*, organization_id: str, **_: object) -> None:
    """Removes all of an organization that was closed."""
    organizations.erase_organization(organization_id=UUID(organization_id))
