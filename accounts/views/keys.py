"""Pages of API keys: the list, a new one, one with its requests, and its end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import acting, for_people
from accounts.limits import limits_of
from accounts.queries import keys as reads
from accounts.roles import MEANINGS, SCOPES, Actor, Permission
from accounts.services.keys import change_key, issue_key, revoke_key
from common import paging
from common.errors import DomainError, Invalid

# How long a new key lives: in days, or until a day that is chosen, or for ever.
EXPIRIES: Final = (
    ("30", "In 30 days"),
    ("90", "In 90 days"),
    ("365", "In a year"),
    ("date", "On a day I choose"),
    ("never", "Never"),
)
DEFAULT_EXPIRY: Final = "90"
MOST_KEYS: Final = 200
REQUESTS: Final = 50
_HELLO: Final = '{"texts": ["Hello."], "source_language": "en", "target_language": "de"}'
# What a first call looks like, by the scope it needs.
_FIRST_CALLS: Final = (
    (
        Permission.TRANSLATE,
        "api_translate",
        f" -H \"Content-Type: application/json\" -d '{_HELLO}'",
    ),
    (Permission.DOCUMENTS_READ, "api_documents", ""),
    (Permission.USAGE_READ, "api_usage", ""),
)


@require_GET
@for_people
def keys_page(request: HttpRequest) -> HttpResponse:
    """The organization's API keys."""
    actor = acting(request, Permission.KEYS_MANAGE)
    before = paging.read_place("keys", request.GET.get("cursor"))
    found = reads.keys_page(
        actor.organization_id, now=timezone.now(), limit=MOST_KEYS, before=before
    )
    older = (
        paging.cursor("keys", found[-1].created_at, found[-1].id)
        if len(found) == MOST_KEYS
        else None
    )
    context = {"keys": found, "older": older, "is_first": before is None}
    return render(request, "people/keys/list.html", context)


@require_http_methods(["GET", "POST"])
@for_people
def key_new(request: HttpRequest) -> HttpResponse:
    """Makes a key, and shows its secret this once."""
    actor = acting(request, Permission.KEYS_MANAGE)
    typed = request.POST if request.method == "POST" else None
    error: DomainError | None = None
    if typed is not None:
        try:
            issued = issue_key(actor=actor, **_wanted(typed))
        except DomainError as refused:
            error = refused
        else:
            return _shown_once(request, actor, issued.key.pk, issued.secret)
    context = {
        "scopes": [
            (one.value, MEANINGS[one], typed is not None and one.value in typed.getlist("scopes"))
            for one in SCOPES
            if one in actor.permissions
        ],
        "expiries": EXPIRIES,
        "expires": typed.get("expires", "") if typed is not None else DEFAULT_EXPIRY,
        "typed": typed or {},
        "tomorrow": timezone.localdate() + timedelta(days=1),
        "most": limits_of(actor.organization_id).requests_per_minute,
        **_refusal(error),
    }
    return render(request, "people/keys/new.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@for_people
def key_page(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One key: what it may, how often it may ask, and what it asked; its name and limit change."""
    actor = acting(request, Permission.KEYS_MANAGE)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            change_key(
                actor=actor,
                key_id=key_id,
                name=request.POST.get("name", ""),
                requests_per_minute=_own_limit(request.POST),
            )
        except DomainError as refused:
            if refused.kind != "invalid":
                raise
            error = refused
        else:
            messages.success(request, "The key is changed.")
            return redirect("key", key_id)
    key = reads.key(actor.organization_id, key_id, now=timezone.now())
    context = {
        "key": key,
        "meanings": [(one, MEANINGS[Permission(one)]) for one in key.scopes],
        "typed": request.POST if error else {},
        "most": limits_of(actor.organization_id).requests_per_minute,
        **_asked(request, actor, key_id),
        **_refusal(error),
    }
    return render(request, "people/keys/key.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@for_people
def key_revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Asks before a key is revoked, and revokes it."""
    actor = acting(request, Permission.KEYS_MANAGE)
    key = reads.key(actor.organization_id, key_id, now=timezone.now())
    if request.method == "POST":
        revoke_key(actor=actor, key_id=key_id)
        messages.success(request, f"The key “{key.name}” is revoked. Nothing opens with it now.")
        return redirect("keys")
    return render(request, "people/keys/revoke.html", {"key": key})


def _shown_once(request: HttpRequest, actor: Actor, key_id: UUID, secret: str) -> HttpResponse:
    key = reads.key(actor.organization_id, key_id, now=timezone.now())
    calls = [
        (reverse(name), rest) for scope, name, rest in _FIRST_CALLS if scope.value in key.scopes
    ]
    address, rest = calls[0] if calls else (reverse("api_languages"), "")
    first_call = (
        f'curl {request.build_absolute_uri(address)} -H "Authorization: Bearer {secret}"{rest}'
    )
    context = {"key": key, "secret": secret, "first_call": first_call}
    response = render(request, "people/keys/made.html", context)
    # The one page that holds a secret must lie in no cache, nor come back by the Back button.
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, actor: Actor, key_id: UUID) -> dict[str, Any]:
    """The page of the key's requests that is asked for."""
    status = request.GET.get("status", "")
    of = f"key-requests {key_id} {status}"
    before = paging.read_place(of, request.GET.get("cursor"))
    found = reads.requests_page(
        actor.organization_id, key_id, status=status, limit=REQUESTS, before=before
    )
    return {
        "asked": found,
        "status": status,
        "status_classes": reads.STATUS_CLASSES,
        "is_first": before is None,
        "older": paging.cursor(of, found[-1].at, found[-1].pk) if len(found) == REQUESTS else None,
    }


def _refusal(error: DomainError | None) -> dict[str, Any]:
    return {"error": error, "error_field": error.detail.get("field") if error else None}


def _wanted(typed: QueryDict) -> dict[str, Any]:
    """What the form says; raises Invalid where it cannot be read."""
    return {
        "name": typed.get("name", ""),
        "scopes": typed.getlist("scopes"),
        "expires_at": _expiry(typed),
        "requests_per_minute": _own_limit(typed),
    }


def _expiry(typed: QueryDict) -> datetime | None:
    """When the key ends; a chosen day is over at midnight, where the person is."""
    chosen = typed.get("expires", "")
    if chosen == "never":
        return None
    if chosen.isdigit() and chosen in dict(EXPIRIES):
        return timezone.now() + timedelta(days=int(chosen))
    try:
        day = date.fromisoformat(typed.get("expires_on", ""))
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    except (ValueError, OverflowError):
        raise Invalid(
            "key_expiry_invalid",
            "Choose the day on which the key ends, such as 2027-06-30.",
            detail={"field": "expires"},
        ) from None


def _own_limit(typed: QueryDict) -> int | None:
    text = typed.get("requests_per_minute", "").strip()
    if not text:
        return None
    # What is no number is none that is allowed: one sentence for both.
    return int(text) if text.isdecimal() and len(text) < 10 else 0
