"""Pages of webhooks: the list, one with its secret and log, a delivery, what is done there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import acting, for_people
from accounts.services import Actor, Permission
from common import paging
from common.errors import DomainError
from translation.queries import webhooks as reads
from translation.services import webhooks
from translation.webhook_rules import EVENTS

DELIVERIES: Final = 50
# How far back what failed is sent once more: days, as the log keeps them.
PERIODS: Final = (("1", "of the last day"), ("7", "of the last week"), ("30", "of 30 days"))
_STATE_NAMES: Final = (("pending", "Waiting"), ("delivered", "Delivered"), ("failed", "Failed"))


def _acting(request: HttpRequest) -> Actor:
    return acting(request, Permission.WEBHOOKS_MANAGE)


@require_GET
@for_people
def webhooks_page(request: HttpRequest) -> HttpResponse:
    """The organization's webhooks."""
    found = reads.endpoints_of(_acting(request).organization_id)
    context = {"webhooks": found, "most": webhooks.MAX_ENDPOINTS}
    return render(request, "translation/webhooks/list.html", context)


@require_http_methods(["GET", "POST"])
@for_people
def webhook_new(request: HttpRequest) -> HttpResponse:
    """Makes a webhook."""
    actor = _acting(request)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            made = webhooks.create_endpoint(actor=actor, **_wanted(request.POST))
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, "The webhook is made. Send it a test event.")
            return redirect("webhook", made.pk)
    return _form(request, None, error)


@require_http_methods(["GET", "POST"])
@for_people
def webhook_edit(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Changes a webhook's address, description and events."""
    actor = _acting(request)
    endpoint = reads.endpoint_of(actor.organization_id, webhook_id)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            webhooks.change_endpoint(actor=actor, endpoint_id=webhook_id, **_wanted(request.POST))
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, "The webhook is changed.")
            return redirect("webhook", webhook_id)
    return _form(request, endpoint, error)


@require_GET
@for_people
def webhook_page(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """One webhook and what was sent to it."""
    return _page(request, _acting(request), webhook_id)


@require_POST
@for_people
def webhook_secret(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """The same page with the secret on it."""
    actor = _acting(request)
    secret = webhooks.show_secret(actor=actor, endpoint_id=webhook_id)
    response = _page(request, actor, webhook_id, secret=secret)
    # The one page that holds a secret must lie in no cache, nor come back by the Back button.
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@for_people
def webhook_rotate(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Gives a webhook another secret."""
    webhooks.rotate_secret(actor=_acting(request), endpoint_id=webhook_id)
    messages.success(request, "There is a new secret. For 24 hours the one before signs as well.")
    return redirect("webhook", webhook_id)


@require_POST
@for_people
def webhook_switch(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Switches a webhook on where `enabled` says so, else off."""
    enabled = request.POST.get("enabled") == "true"
    webhooks.change_endpoint(actor=_acting(request), endpoint_id=webhook_id, enabled=enabled)
    told = "on. What waited goes out now" if enabled else "off. What waits is kept"
    messages.success(request, f"The webhook is switched {told}.")
    return redirect("webhook", webhook_id)


@require_POST
@for_people
def webhook_test(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Sends a test event; its own page then tells how it went."""
    sent = webhooks.send_test(actor=_acting(request), endpoint_id=webhook_id)
    messages.success(request, "A test event is on its way. Load the page anew to see how it went.")
    return redirect("webhook_delivery", webhook_id, sent.pk)


@require_http_methods(["GET", "POST"])
@for_people
def webhook_delete(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Asks before a webhook is deleted, and deletes it."""
    actor = _acting(request)
    endpoint = reads.endpoint_of(actor.organization_id, webhook_id)
    if request.method == "POST":
        webhooks.delete_endpoint(actor=actor, endpoint_id=webhook_id)
        messages.success(request, "The webhook is deleted. Nothing more is sent there.")
        return redirect("webhooks")
    return render(request, "translation/webhooks/delete.html", {"webhook": endpoint})


@require_GET
@for_people
def webhook_delivery(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """One delivery: each try, and what is sent."""
    actor = _acting(request)
    endpoint = reads.endpoint_of(actor.organization_id, webhook_id)
    detail = reads.delivery_of(actor.organization_id, webhook_id, delivery_id)
    context = {
        "webhook": endpoint,
        "delivery": detail.delivery,
        "attempts": [(one, reads.sentence_of(one.error)) for one in detail.attempts],
        "body": _indented(detail.body),
    }
    return render(request, "translation/webhooks/delivery.html", context)


@require_POST
@for_people
def webhook_replay(request: HttpRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Sends one delivery once more."""
    webhooks.replay_delivery(
        actor=_acting(request), endpoint_id=webhook_id, delivery_id=delivery_id
    )
    messages.success(request, "It is sent once more. Load the page anew to see how it went.")
    return redirect("webhook_delivery", webhook_id, delivery_id)


@require_POST
@for_people
def webhook_replay_failed(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Sends what failed within a period once more."""
    days = request.POST.get("days", "")
    known = days if days in dict(PERIODS) else PERIODS[-1][0]
    count = webhooks.replay_failed(
        actor=_acting(request),
        endpoint_id=webhook_id,
        since=timezone.now() - timedelta(days=int(known)),
    )
    told = "delivery goes" if count == 1 else "deliveries go"
    messages.success(request, f"{count:,} {told} out once more.")
    return redirect("webhook", webhook_id)


def _page(
    request: HttpRequest, actor: Actor, webhook_id: UUID, *, secret: str = ""
) -> HttpResponse:
    organization_id = actor.organization_id
    state = request.GET.get("state", "")
    of = f"deliveries {webhook_id} {state}"
    before = paging.read_place(of, request.GET.get("cursor"))
    endpoint = reads.endpoint_of(organization_id, webhook_id)
    found = reads.deliveries_of(
        organization_id, webhook_id, state=state, before=before, limit=DELIVERIES
    )
    is_full = len(found) == DELIVERIES
    context = {
        "webhook": endpoint,
        "events": [(kind, EVENTS.get(kind, "")) for kind in endpoint.events],
        "secret": secret,
        "deliveries": found,
        "state": state,
        "states": _STATE_NAMES,
        "is_first": before is None,
        "older": paging.cursor(of, found[-1].created_at, found[-1].id) if is_full else None,
        "has_failed": reads.has_failed(organization_id, webhook_id),
        "periods": PERIODS,
    }
    return render(request, "translation/webhooks/webhook.html", context)


def _form(request: HttpRequest, endpoint: Any, error: DomainError | None) -> HttpResponse:
    """The form of a new webhook or an old one; what was typed stays where it was refused."""
    typed = request.POST if error else None
    chosen = typed.getlist("events") if typed is not None else None
    if chosen is None:
        chosen = endpoint.events if endpoint else list(EVENTS)
    context = {
        "webhook": endpoint,
        "url": typed.get("url", "") if typed is not None else getattr(endpoint, "url", ""),
        "description": (
            typed.get("description", "")
            if typed is not None
            else getattr(endpoint, "description", "")
        ),
        "events": [(kind, meaning, kind in chosen) for kind, meaning in EVENTS.items()],
        "error": error,
        "error_field": error.detail.get("field") if error else None,
    }
    status = error.status if error else 200
    return render(request, "translation/webhooks/form.html", context, status=status)


def _wanted(typed: QueryDict) -> dict[str, Any]:
    return {
        "url": typed.get("url", ""),
        "description": typed.get("description", ""),
        "events": typed.getlist("events"),
    }


def _indented(body: str) -> str:
    """The body as people read it; as it is where it is none of ours."""
    try:
        return json.dumps(json.loads(body), indent=2)
    except ValueError:
        return body
