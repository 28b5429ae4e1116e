"""Secrets that have to lie in rows for a while, readable only with API_KEY_PEPPER."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings


def sealed(text: str, *, purpose: str) -> str:
    """The text as it may lie in a row."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def opened(text: str, *, purpose: str) -> str:
    """What was sealed for this purpose; raises InvalidToken after a change of API_KEY_PEPPER."""
    return _cipher(purpose).decrypt(text.encode()).decode()


def _cipher(purpose: str) -> Fernet:
    pepper = settings.API_KEY_PEPPER.encode()
    key = hmac.new(pepper, f"seal {purpose}".encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
