"""Where everybody starts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's shape
    """Documents are where everybody starts."""
    return redirect("documents")
