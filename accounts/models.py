"""People, organizations, who belongs where, API keys, and the audit trail."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, JSONField, Q, Value
from django.db.models.functions import Lower

from accounts.api_models import ApiRequest, IdempotentCall
from accounts.door_models import Device, EmailChange, Mail, SignUp
from accounts.roles import RIGHTS, Actor, Permission, Role
from common.ids import uuid7

__all__ = [
    "ApiKey",
    "ApiRequest",
    "AuditEvent",
    "Device",
    "EmailChange",
    "IdempotentCall",
    "Invitation",
    "Mail",
    "Membership",
    "Organization",
    "SignUp",
    "User",
]


def new_salt() -> str:
    """An opaque value that keeps one organization's prompts from being another's cache entry."""
    return secrets.token_hex(16)


class People(BaseUserManager["User"]):
    """How people are made and found: by e-mail, in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Makes a person; without a password they cannot sign in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Finds a person by e-mail, however it was typed."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. Platform table: one person may belong to several organizations."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Kept in lower case, so that a plain unique index is unique whatever the case typed.
    email = models.EmailField(unique=True)
    name = models.TextField(blank=True, default="")
    language = models.TextField(default="en")
    time_zone = models.TextField(default="UTC")
    theme = models.TextField(default="system", db_default="system")
    density = models.TextField(default="comfortable", db_default="comfortable")
    date_format = models.TextField(default="day_month", db_default="day_month")
    # Remapped keys of the editor by action; an action that is missing keeps its own.
    shortcuts = models.JSONField(default=dict, db_default=Value({}, JSONField()))
    single_keys = models.BooleanField(default=True, db_default=True)
    recent_sources = ArrayField(models.TextField(), default=list, db_default=[])
    recent_targets = ArrayField(models.TextField(), default=list, db_default=[])
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))), name="accounts_user_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(theme__in=["system", "paper", "ink"]), name="accounts_user_theme"
            ),
            models.CheckConstraint(
                condition=Q(density__in=["comfortable", "compact"]), name="accounts_user_density"
            ),
            models.CheckConstraint(
                condition=Q(date_format__in=["day_month", "month_day", "iso"]),
                name="accounts_user_date_format",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        """Operators of the service may do everything in Django's admin, others nothing."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        """See `has_perm`."""
        return self.is_active and self.is_staff


class Organization(models.Model):
    """The tenant, and the root of everything that has an `organization`.

    `source_language` and `target_languages` are what its pages begin with; empty until somebody
    chooses. Documents older than `retention_days` are deleted; null keeps them. Once `closed_at`
    nobody gets in any more, and a sweep erases it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.TextField()
    prompt_salt = models.TextField(default=new_salt, editable=False)
    source_language = models.TextField(blank=True, default="", db_default="")
    target_languages = ArrayField(models.TextField(), default=list, db_default=[])
    retention_days = models.IntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retention_days=None) | Q(retention_days__range=(1, 3650)),
                name="accounts_organization_retention",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in an organization."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)
    # When the person closed the checklist of first steps.
    welcomed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="accounts_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="accounts_membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    def as_actor(self) -> Actor:
        """The person, acting in this organization."""
        return Actor(
            organization_id=self.organization_id,
            user_id=self.user_id,
            permissions=RIGHTS[Role(self.role)],
        )


class Invitation(models.Model):
    """Asks somebody into an organization by mail. Only a keyed digest of the link's secret is kept.

    Open until it is accepted, withdrawn, or `expires_at` has passed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    digest = models.TextField(unique=True, editable=False)
    invited_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_invitation_key"),
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="accounts_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))), name="accounts_invitation_email_lower"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="accounts_invitation_role",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ApiKey(models.Model):
    """What a program signs in with. Only `prefix` and a keyed digest of the secret are kept.

    `requests_per_minute` is the key's own limit; null takes the organization's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    name = models.TextField()
    prefix = models.TextField(editable=False)
    digest = models.TextField(unique=True, editable=False)
    scopes = ArrayField(models.TextField())
    requests_per_minute = models.IntegerField(null=True)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="accounts_apikey_key"),
            models.CheckConstraint(
                condition=Q(requests_per_minute=None) | Q(requests_per_minute__gt=0),
                name="accounts_apikey_rate",
            ),
        ]

    def __str__(self) -> str:
        return f"il_{self.prefix}"

    def as_actor(self) -> Actor:
        """The key, acting in its organization."""
        return Actor(
            organization_id=self.organization_id,
            api_key_id=self.pk,
            permissions=frozenset(Permission(scope) for scope in self.scopes),
        )

    def state(self, now: datetime) -> str:
        """Whether it opens anything: "active", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


class AuditEvent(models.Model):
    """Who did what to what. Append-only by grant; `detail` holds ids, codes and numbers only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The database's own key cascades: the app may not delete these rows, and they go with theirs.
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_constraint=False)
    at = models.DateTimeField()
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)
    action = models.TextField()
    object_kind = models.TextField(blank=True, default="")
    object_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    request_id = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="accounts_auditevent_time"),
            models.Index(
                fields=["organization", "user_id", "-at", "-id"], name="accounts_auditevent_person"
            ),
            models.Index(
                fields=["organization", "action", "-at", "-id"], name="accounts_auditevent_action"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
