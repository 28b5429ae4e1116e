"""Who may see a page, and how a page's script is told of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from accounts.models import User
from accounts.services import Actor, Permission, actor_of, require
from common.errors import DomainError, NotAllowed, Unauthenticated
from common.http import error_body

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_people(view: Page[P]) -> Page[P]:
    """Sends strangers to the sign-in and back; what people see stays out of shared caches."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if actor_of(request) is None:
            if request.user.is_authenticated:
                if request.method == "GET":
                    return redirect("organization_new")
                raise NotAllowed(
                    "organization_missing",
                    "You are in no organization yet: ask an owner to invite you, or found one.",
                )
            is_page = request.method == "GET"
            return redirect_to_login(request.get_full_path() if is_page else reverse("home"))
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return guarded


def for_signed_in(view: Page[P]) -> Page[P]:
    """As `for_people`, and open to those who are in no organization: an account is theirs alone."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            is_page = request.method == "GET"
            return redirect_to_login(request.get_full_path() if is_page else reverse("home"))
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def for_scripts(view: Page[P]) -> Page[P]:
    """Tells a page's script of a refusal as JSON, for it follows no redirect to a sign-in.

    What it is told stays out of shared caches.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            response = view(request, *args, **kwargs)
        except DomainError as refused:
            response = JsonResponse(error_body(refused), status=refused.status)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return guarded


def acting(request: HttpRequest, permission: Permission) -> Actor:
    """The request's actor, known to hold the permission; raises Unauthenticated or NotAllowed."""
    return require(actor_of(request), permission)


def acting_anyhow(request: HttpRequest) -> Actor:
    """The request's actor, whatever they may do; raises Unauthenticated."""
    actor = actor_of(request)
    if actor is None:
        raise Unauthenticated("not_signed_in", "You are signed out. Sign in again.")
    return actor


def person_of(request: HttpRequest) -> User:
    """The person who is signed in; raises Unauthenticated."""
    if not isinstance(request.user, User):
        raise Unauthenticated("not_signed_in", "You are signed out. Sign in again.")
    return request.user
