"""Around the sign-in: browsers we know, changes of e-mail, mails. Platform tables."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from common.ids import uuid7


class Device(models.Model):
    """A browser a person has signed in with: a cookie's digest. Another one is told of by mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE)
    digest = models.TextField(editable=False)
    agent = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="accounts_device_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SignUp(models.Model):
    """Somebody who has signed up and not confirmed yet: what their organization will be called.

    Goes in the transaction that makes the organization.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE)
    organization_name = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.id)


class EmailChange(models.Model):
    """A person's wish for another e-mail address, which both addresses have to confirm.

    Digests are of the secrets in the two links. At most one wish a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE)
    email = models.EmailField()
    old_digest = models.TextField(unique=True, editable=False)
    new_digest = models.TextField(unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True)
    new_confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class Mail(models.Model):
    """A mail on its way. The row is the truth: written with what it tells of, emptied when sent.

    `ready_at` is when it may be tried next; a try takes a lease by moving it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.EmailField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["ready_at"],
                name="accounts_mail_ready",
                condition=Q(sent_at=None, failed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
