"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

import ipaddress
from typing import Final

from django.conf import settings
from django.http import HttpRequest

NOWHERE: Final = "0.0.0.0"  # noqa: S104 - no address to listen on: a socket that has none


def client_address(request: HttpRequest) -> str:
    """The address of the client; what it says itself of where it is counts for nothing.

    Each of TRUSTED_PROXIES has added one entry to X-Forwarded-For, at its end.
    """
    given = str(request.META.get("REMOTE_ADDR", ""))
    passed = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(passed):
        given = passed[-settings.TRUSTED_PROXIES].strip()
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return NOWHERE
