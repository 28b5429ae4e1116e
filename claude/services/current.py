"""What this process calls Claude with: the shared client, and the catalogue as of lately."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from claude.catalogue import Catalogue
from claude.exchange import CallFailed
from claude.queries import read_catalogue
from engine.values import ModelErrorKind

if TYPE_CHECKING:
    from claude.client import Client

log = structlog.get_logger(__name__)

# An operator's change of models or prices takes effect within this time everywhere.
CATALOGUE_SECONDS: Final = 60.0
VENDOR_URL: Final = "https://api.anthropic.com"
# The sandbox wants some key, and a real one must never reach it.
SANDBOX_KEY: Final = "sk-ant-sandbox"

_lock = threading.Lock()
_known: tuple[Catalogue, float] | None = None


def current_client() -> Client:
    """The client of this process. Raises CallFailed where there is nobody to call."""
    from claude.client import Endpoint, shared_client

    base_url = settings.ANTHROPIC_BASE_URL
    if not base_url and not settings.ANTHROPIC_API_KEY:
        raise CallFailed(
            ModelErrorKind.AUTHENTICATION,
            "Neither ANTHROPIC_API_KEY nor ANTHROPIC_BASE_URL is set: set the key, or start the "
            "sandbox with `make serve`.",
        )
    return shared_client(
        Endpoint(
            base_url=base_url or VENDOR_URL,
            api_key=settings.ANTHROPIC_API_KEY or SANDBOX_KEY,
            timeout_seconds=float(settings.CALL_TIMEOUT_SECONDS),
            connections=settings.WORKER_CALL_SLOTS,
        )
    )


def warm_up() -> None:
    """Loads the SDK, the client and the catalogue now, so that the first caller need not wait.

    Loading the SDK takes a second or two. What is missing or away is left to the first call to say.
    """
    try:
        current_client()
        current_catalogue()
    except (CallFailed, DatabaseError) as error:
        log.warning("warm_up_failed", error=type(error).__name__)
    finally:
        connection.close()


def current_catalogue() -> Catalogue:
    """Models and prices, at most a minute old."""
    known = _known
    if known is not None and time.monotonic() - known[1] < CATALOGUE_SECONDS:
        return known[0]
    with _lock:
        if _known is not known and _known is not None:
            return _known[0]  # another thread has just read it
        return _read()


def refresh_catalogue() -> Catalogue:
    """Reads models and prices anew, so that a change takes effect in this process at once."""
    with _lock:
        return _read()


def _read() -> Catalogue:
    global _known  # noqa: PLW0603 - one catalogue per process, read once a minute
    catalogue = read_catalogue()
    _known = catalogue, time.monotonic()
    return catalogue
