"""Who may do what: the one table of roles, and the value that says who is asking. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from common.errors import Invalid, NotAllowed, Unauthenticated


class Permission(StrEnum):
    """One right. Those in `SCOPES` can be given to an API key under the same name."""

    TRANSLATE = "translate"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    REVIEW_APPROVE = "review:approve"
    GLOSSARIES_READ = "glossaries:read"
    GLOSSARIES_WRITE = "glossaries:write"
    USAGE_READ = "usage:read"
    MEMBERS_READ = "members:read"
    MEMBERS_MANAGE = "members:manage"
    KEYS_MANAGE = "keys:manage"
    WEBHOOKS_MANAGE = "webhooks:manage"
    AUDIT_READ = "audit:read"
    ORGANIZATION_MANAGE = "organization:manage"
    ORGANIZATION_OWN = "organization:own"


class Role(StrEnum):
    """What a person is in an organization."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    LINGUIST = "linguist"
    VIEWER = "viewer"
    BILLING = "billing"


_P = Permission
# In the order in which people read them: everyday work first, the keys of the house last.
MEANINGS: Mapping[Permission, str] = {
    _P.TRANSLATE: "Translate texts",
    _P.DOCUMENTS_READ: "See and download documents and translations",
    _P.DOCUMENTS_WRITE: "Upload, edit, cancel and delete documents",
    _P.REVIEW_APPROVE: "Approve translations",
    _P.GLOSSARIES_READ: "See glossaries",
    _P.GLOSSARIES_WRITE: "Make and change glossaries and their terms",
    _P.USAGE_READ: "See usage and plan",
    _P.MEMBERS_READ: "See who is in the organization",
    _P.MEMBERS_MANAGE: "Invite and remove people, change roles",
    _P.KEYS_MANAGE: "Make and revoke API keys",
    _P.WEBHOOKS_MANAGE: "Set up webhooks",
    _P.AUDIT_READ: "Read the audit trail",
    _P.ORGANIZATION_MANAGE: "Change the organization's settings",
    _P.ORGANIZATION_OWN: "Make and unmake owners, delete the organization",
}
LABELS: Mapping[Role, tuple[str, str]] = {
    Role.OWNER: ("Owner", "May do everything, and decides who owns the organization."),
    Role.ADMIN: ("Admin", "Runs the organization: people, keys, webhooks, settings."),
    Role.MANAGER: ("Manager", "Gets documents translated, approves them and keeps the glossaries."),
    Role.LINGUIST: ("Linguist", "Translates and edits; a manager approves."),
    Role.VIEWER: ("Viewer", "Reads and downloads, and changes nothing."),
    Role.BILLING: ("Billing", "Sees usage and plan, and none of the content."),
}
_LINGUIST = frozenset({_P.TRANSLATE, _P.DOCUMENTS_READ, _P.DOCUMENTS_WRITE, _P.GLOSSARIES_READ})
RIGHTS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission) - {_P.ORGANIZATION_OWN},
    Role.MANAGER: _LINGUIST
    | {_P.REVIEW_APPROVE, _P.GLOSSARIES_WRITE, _P.USAGE_READ, _P.MEMBERS_READ},
    Role.LINGUIST: _LINGUIST,
    Role.VIEWER: frozenset({_P.DOCUMENTS_READ, _P.GLOSSARIES_READ}),
    Role.BILLING: frozenset({_P.USAGE_READ}),
}
# What the operator's staff may do inside an organization they have entered: look.
STAFF_RIGHTS: frozenset[Permission] = frozenset(
    {_P.DOCUMENTS_READ, _P.GLOSSARIES_READ, _P.USAGE_READ, _P.MEMBERS_READ, _P.AUDIT_READ}
)
# What only people may do is missing: a key that makes keys or members would outlive its limits.
SCOPES: tuple[Permission, ...] = (
    _P.TRANSLATE,
    _P.DOCUMENTS_READ,
    _P.DOCUMENTS_WRITE,
    _P.REVIEW_APPROVE,
    _P.GLOSSARIES_READ,
    _P.GLOSSARIES_WRITE,
    _P.USAGE_READ,
    _P.MEMBERS_READ,
    _P.WEBHOOKS_MANAGE,
    _P.AUDIT_READ,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking: a person or an API key, in one organization, with these rights.

    Neither a person nor a key: the house itself, such as its nightly work. `is_staff` marks a
    person who is no member and looks in on the operator's behalf.
    """

    organization_id: UUID
    user_id: UUID | None = None
    api_key_id: UUID | None = None
    permissions: frozenset[Permission] = frozenset()
    is_staff: bool = False


def actor_of(request: object) -> Actor | None:
    """The actor that middleware or authentication put on a request."""
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else None


def require(actor: Actor | None, permission: Permission) -> Actor:
    """The actor, known to hold `permission`; raises Unauthenticated or NotAllowed."""
    if actor is None:
        raise Unauthenticated(
            "key_missing",
            "Sign in, or send an API key in the header “Authorization: Bearer il_…”.",
        )
    if permission in actor.permissions:
        return actor
    detail = {"missing": permission.value}
    if actor.api_key_id is not None and permission not in SCOPES:
        raise NotAllowed(
            "scope_missing",
            f"Only people may do this: no API key can have “{permission.value}” as a scope. Sign in"
            " and do it on the page.",
            detail=detail,
        )
    if actor.api_key_id is not None:
        raise NotAllowed(
            "scope_missing",
            f"This API key lacks the scope “{permission.value}”: use one that has it.",
            detail=detail,
        )
    raise NotAllowed(
        "permission_missing",
        f"Your role lacks the right “{permission.value}”: ask an owner or admin of your"
        " organization.",
        detail=detail,
    )


def role_called(name: str) -> Role:
    """The role of this name; raises Invalid for one there is not, or no longer."""
    try:
        return Role(name)
    except ValueError:
        raise Invalid(
            "role_unknown",
            f"Choose one of the roles {', '.join(role.value for role in Role)}.",
            detail={"field": "role", "choices": [role.value for role in Role]},
        ) from None


def roles_given_by(permissions: frozenset[Permission]) -> tuple[Role, ...]:
    """The roles that somebody with these rights may give and take: owners are made by owners."""
    if _P.MEMBERS_MANAGE not in permissions:
        return ()
    is_owner = _P.ORGANIZATION_OWN in permissions
    return tuple(role for role in Role if is_owner or role is not Role.OWNER)


def as_markdown() -> str:
    """The table of roles as docs/roles.md shows it."""
    roles = list(Role)
    head = f"| right | what it allows | {' | '.join(LABELS[role][0] for role in roles)} |"
    rows = [
        f"| `{right.value}` | {meaning} |"
        f" {' | '.join('yes' if right in RIGHTS[role] else '-' for role in roles)} |"
        for right, meaning in MEANINGS.items()
    ]
    return "\n".join([head, "|---|---|" + ":-:|" * len(roles), *rows])


def parse_scopes(names: Iterable[str]) -> tuple[Permission, ...]:
    """The scopes called `names`, each once, in the order of the table; raises Invalid."""
    wanted = set(names)
    known = {scope.value for scope in SCOPES}
    if not wanted or wanted - known:
        raise Invalid(
            "scope_unknown",
            f"An API key takes one or more of these scopes: {', '.join(sorted(known))}.",
            detail={"unknown": sorted(wanted - known), "field": "scopes"},
        )
    return tuple(scope for scope in SCOPES if scope.value in wanted)
