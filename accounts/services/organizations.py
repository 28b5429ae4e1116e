"""An organization's own settings, making a further one, and closing one for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from accounts import erasure
from accounts.models import ApiKey, Invitation, Organization
from accounts.roles import Actor, Permission, require
from accounts.services.audit import record
from accounts.services.founding import checked_name, tidy
from accounts.services.standing import hold, standing
from accounts.tenancy import organization_scope
from common import queue
from common.errors import Invalid
from engine.languages import LANGUAGES, SOURCE_ONLY

MAX_RETENTION_DAYS: Final = 3650
MAX_TARGETS: Final = 20
FIELDS: Final = ("name", "source_language", "target_languages", "retention_days")
_TARGETS: Final = frozenset(language.code for language in LANGUAGES)
_SOURCES: Final = _TARGETS | {language.code for language in SOURCE_ONLY}


def change_organization(
    *,
    actor: Actor,
    wanted: Mapping[str, Any],
    check: Callable[[Organization], None] | None = None,
) -> Organization:
    """Keeps what `wanted` names of `FIELDS`; raises Invalid, naming the field, and keeps nothing.

    `check` sees what is kept now, held so that nobody else changes it, and may raise.

    A `retention_days` of None keeps documents for good; else the next night deletes what is older.
    """
    values = _checked(wanted)
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.ORGANIZATION_MANAGE)
        organization = hold(current)
        if check is not None:
            check(organization)
        changed = [name for name in FIELDS if name in values]
        changed = [name for name in changed if getattr(organization, name) != values[name]]
        for name in changed:
            setattr(organization, name, values[name])
        if changed:
            organization.save(update_fields=changed)
            days = {"retention_days": organization.retention_days}
            record(
                actor=current,
                action="organization.change",
                object_kind="organization",
                object_id=organization.pk,
                detail={
                    "fields": ", ".join(changed),
                    **(days if "retention_days" in changed else {}),
                },
            )
    return organization


def count_overdue(*, actor: Actor, retention_days: int, now: datetime | None = None) -> int:
    """How many documents the next night would delete if this were kept; changes nothing."""
    require(actor, Permission.ORGANIZATION_MANAGE)
    days = _days(retention_days)
    assert days is not None
    moment = now or timezone.now()
    return erasure.count_overdue(actor.organization_id, moment - timedelta(days=days))


def counted(*, actor: Actor) -> Mapping[str, int]:
    """How much would go if the organization were deleted, by a word in the plural."""
    require(actor, Permission.ORGANIZATION_OWN)
    return erasure.count_all(actor.organization_id)


def close_organization(*, actor: Actor, typed_name: str, now: datetime | None = None) -> None:
    """Ends an organization: nobody gets in from here on, and a worker erases what it had.

    `typed_name` is its name, typed to show that it is meant. Raises Invalid or NotAllowed.
    """
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.ORGANIZATION_OWN)
        organization = hold(current)
        if tidy(typed_name) != tidy(organization.name):
            raise Invalid(
                "organization_name_differs",
                f"Type the organization's name, {organization.name}, to delete it.",
                detail={"field": "typed_name"},
            )
        organization.closed_at = moment
        organization.save(update_fields=["closed_at"])
        ApiKey.objects.filter(organization_id=organization.pk, revoked_at=None).update(
            revoked_at=moment
        )
        Invitation.objects.filter(
            organization_id=organization.pk, accepted_at=None, withdrawn_at=None
        ).update(withdrawn_at=moment)
        record(
            actor=current,
            action="organization.close",
            object_kind="organization",
            object_id=organization.pk,
            now=moment,
        )
        queue.enqueue("accounts.erase_organization", queue="sweep", organization_id=organization.pk)


def _checked(wanted: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "name" in wanted:
        values["name"] = checked_name(str(wanted["name"]))
    if "source_language" in wanted:
        values["source_language"] = _source(str(wanted["source_language"] or ""))
    if "target_languages" in wanted:
        values["target_languages"] = _targets(wanted["target_languages"])
    if "retention_days" in wanted:
        values["retention_days"] = _days(wanted["retention_days"])
    return values


def _source(code: str) -> str:
    if code and code not in _SOURCES:
        raise _unknown_language("source_language", code)
    return code


def _targets(codes: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(codes))
    for code in chosen:
        if code not in _TARGETS:
            raise _unknown_language("target_languages", str(code))
    if len(chosen) > MAX_TARGETS:
        raise Invalid(
            "organization_languages_too_many",
            f"Choose at most {MAX_TARGETS} usual languages.",
            detail={"field": "target_languages", "most": MAX_TARGETS},
        )
    return chosen


def _days(days: object) -> int | None:
    if days is None:
        return None
    if not isinstance(days, int) or not 1 <= days <= MAX_RETENTION_DAYS:
        raise Invalid(
            "retention_invalid",
            f"Keep documents for 1 to {MAX_RETENTION_DAYS:,} days, or for good.",
            detail={"field": "retention_days", "least": 1, "most": MAX_RETENTION_DAYS},
        )
    return days


def _unknown_language(field: str, code: str) -> Invalid:
    return Invalid(
        "organization_language_unknown",
        f"“{code[:40]}” is no language on offer: choose one of the list.",
        detail={"field": field},
    )
