"""What every page knows of the house it is in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """Whether the stand-in for Claude answers, and which page this is."""
    match = request.resolver_match
    return {
        "claude_sandbox": settings.CLAUDE_SANDBOX,
        "page_name": match.url_name if match else "",
    }
