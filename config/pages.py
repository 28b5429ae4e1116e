"""What every page knows of the house it is in, and who is looking at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.queries.organizations import organization_told
from accounts.reading import short
from accounts.services import LABELS, Actor, Permission, Role, actor_of
from accounts.services.preferences import CHOICES
from billing.queries import usage_now
from config.release import release
from translation.queries.notices import unread_count


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the navigation, and the pages (by name) that belong to it."""

    name: str
    label: str
    icon: str
    permission: Permission | None
    pages: frozenset[str]


PLACES: Final = (
    Place("home", "Home", "house", None, frozenset({"home"})),
    Place(
        "translate",
        "Translate",
        "languages",
        Permission.TRANSLATE,
        frozenset({"translate", "translation"}),
    ),
    Place(
        "documents",
        "Documents",
        "file-text",
        Permission.DOCUMENTS_READ,
        frozenset({"documents", "document_delete", "job", "job_report"}),
    ),
    Place(
        "glossaries",
        "Glossaries",
        "book-a",
        Permission.GLOSSARIES_READ,
        frozenset(
            {
                *("glossaries", "glossary", "glossary_new", "glossary_edit", "glossary_delete"),
                *("concept_new", "concept_edit", "concept_history"),
                *("glossary_import_new", "glossary_import"),
            }
        ),
    ),
    Place(
        "style_guides",
        "Style guides",
        "pen",
        Permission.GLOSSARIES_READ,
        frozenset(
            {
                *("style_guides", "style_guide", "style_guide_new", "style_versions"),
                "style_guide_delete",
            }
        ),
    ),
    Place(
        "domain_profiles",
        "Profiles",
        "layers",
        Permission.GLOSSARIES_READ,
        frozenset(
            {
                *("domain_profiles", "domain_profile", "domain_profile_new"),
                *("domain_profile_delete", "prompt_preview"),
            }
        ),
    ),
)


# Pages of settings, in the order of their navigation; the first is everybody's own.
SETTINGS_PLACES: Final = (
    Place("preferences", "Preferences", "sliders-horizontal", None, frozenset({"preferences"})),
    Place(
        "profile",
        "Profile & security",
        "user",
        None,
        frozenset(
            {
                *("profile", "profile_email", "profile_delete", "account_change_password"),
                *("account_set_password", "account_reauthenticate", "mfa_reauthenticate"),
                *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
                *("mfa_generate_recovery_codes", "organization_leave"),
            }
        ),
    ),
    Place(
        "organization",
        "Organization",
        "building-2",
        Permission.ORGANIZATION_MANAGE,
        frozenset({"organization", "organization_delete"}),
    ),
    Place(
        "members",
        "Members",
        "users",
        Permission.MEMBERS_READ,
        frozenset(
            {
                *("members", "member_invite", "member_role", "member_remove"),
                *("invitation_resend", "invitation_withdraw"),
            }
        ),
    ),
    Place("roles", "Roles", "table", None, frozenset({"roles"})),
    Place(
        "keys",
        "API keys",
        "key-round",
        Permission.KEYS_MANAGE,
        frozenset({"keys", "key_new", "key", "key_revoke"}),
    ),
    Place(
        "webhooks",
        "Webhooks",
        "webhook",
        Permission.WEBHOOKS_MANAGE,
        frozenset(
            {
                *("webhooks", "webhook_new", "webhook", "webhook_edit", "webhook_secret"),
                *("webhook_delete", "webhook_delivery"),
            }
        ),
    ),
    Place("audit", "Audit trail", "history", Permission.AUDIT_READ, frozenset({"audit"})),
)


def house(request: HttpRequest) -> dict[str, Any]:
    """Whether the stand-in for Claude answers, where this page stands, what its reader may do."""
    match = request.resolver_match
    theme = getattr(getattr(request, "user", None), "theme", None)
    # Not so where the REST framework has refused a session: then a stranger reads the page.
    actor = actor_of(request) if theme is not None else None
    theme = theme or "system"
    page_name = (match.url_name if match else None) or ""
    known: dict[str, Any] = {
        "claude_sandbox": settings.CLAUDE_SANDBOX,
        "release": release(),
        "page_name": page_name,
        "theme": theme,
        "theme_name": CHOICES["theme"][theme],
        "may": {
            one.name.lower(): actor is not None and one in actor.permissions for one in Permission
        },
    }
    return known if actor is None else {**known, **_shell(request, actor, page_name)}


def _shell(request: HttpRequest, actor: Actor, page_name: str) -> dict[str, Any]:
    navigation = _links(PLACES, actor, page_name)
    settings_navigation = _links(SETTINGS_PLACES, actor, page_name)
    return {
        "navigation": navigation,
        "settings_navigation": settings_navigation,
        "in_settings": any(link["is_current"] for link in settings_navigation),
        "organizations": [one.organization for one in request.memberships],  # type: ignore[attr-defined]
        **_standing(request, actor),
        "initials": _initials(request.user.name or request.user.email),  # type: ignore[union-attr]
        "allowance": SimpleLazyObject(lambda: _allowance(actor)),
        "unread": SimpleLazyObject(lambda: _unread(actor)),
        "palette_commands": _commands([*navigation, *settings_navigation], actor),
    }


def _standing(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the reader is, and where: a member, or somebody of the staff who looks in."""
    membership = request.membership  # type: ignore[attr-defined]
    if membership is None:
        name = organization_told(actor.organization_id).name
        return {
            "organization_name": name,
            "role_name": "Looking in",
            "visit": request.visit,  # type: ignore[attr-defined]
        }
    return {
        "organization_name": membership.organization.name,
        "role_name": LABELS[Role(membership.role)][0],
    }


def _links(places: Sequence[Place], actor: Actor, page_name: str) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse(one.name),
            "label": one.label,
            "icon": one.icon,
            "is_current": page_name in one.pages,
        }
        for one in places
        if not one.permission or one.permission in actor.permissions
    ]


def _initials(name: str) -> str:
    words = name.replace("@", " ").replace(".", " ").split()
    return "".join(word[0] for word in words[:2]).upper()


def _allowance(actor: Actor) -> dict[str, Any] | None:
    if Permission.USAGE_READ not in actor.permissions:
        return None
    usage = usage_now(actor.organization_id, now=timezone.now())
    share = 100 * usage.used_chars / max(usage.cap_chars, 1)
    return {
        "used_short": short(usage.used_chars),
        "cap_short": short(usage.cap_chars),
        "percent": min(100, int(share)),
    }


def _unread(actor: Actor) -> int:
    if actor.user_id is None or Permission.DOCUMENTS_READ not in actor.permissions:
        return 0
    return unread_count(actor.organization_id, actor.user_id)


def _commands(navigation: list[dict[str, Any]], actor: Actor) -> list[dict[str, str]]:
    """What the palette offers before anything is typed; `url` is gone to, `run` is done."""
    go = [{"group": "Go to", "label": f"{one['label']}", **_target(one)} for one in navigation]
    if Permission.ORGANIZATION_MANAGE in actor.permissions:
        address = f"{reverse('home')}?steps"
        go.append({"group": "Go to", "label": "First steps", "icon": "list-checks", "url": address})
    return [
        *go,
        {
            "group": "Go to",
            "label": "Notifications",
            "icon": "bell",
            "url": reverse("notifications"),
        },
        {"group": "Do", "label": "Change theme", "icon": "sun", "run": "theme"},
        {"group": "Do", "label": "Show keys", "icon": "keyboard", "run": "keys"},
    ]


def _target(place: dict[str, Any]) -> dict[str, str]:
    return {"icon": place["icon"], "url": place["url"]}
