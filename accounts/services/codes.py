"""Codes of the second step: their secrets encrypted at rest, each code good for one sign-in."""

from __future__ import annotations

import base64
import secrets
from typing import Any, Final

import structlog
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from accounts.models import User
from common.database import atomic

_log = structlog.get_logger(__name__)

_PURPOSE: Final = b"interlinear second factor"
_SECRET_BYTES: Final = 20


def encrypt(text: str) -> str:
    """A secret as it may lie in a row: readable only with SECRET_KEY."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The secret behind `encrypt`.

    After a change of SECRET_KEY nobody can read it any more: a random one is given instead, so that
    no code fits. Something empty or constant would be a secret everybody knows.
    """
    try:
        return _cipher().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        _log.warning("second_factor_unreadable")
        return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def spend(*, authenticator: Authenticator, code: str) -> bool:
    """Takes a code of an app that has just been found right; False where it was taken before.

    The library remembers codes in the cache, for less time than they are taken: the row remembers
    which half minute was the last, and none before it counts again.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    with atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        counter = _counter_of(row.data, code)
        if counter is None or counter <= int(row.data.get("last_counter", 0)):
            return False
        row.data["last_counter"] = counter
        row.save(update_fields=["data"])
    return True


def left_of(user: User) -> int | None:
    """How many recovery codes a person has left; None without a second step."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return None if row is None else len(row.wrap().get_unused_codes())


def is_on(user: User) -> bool:
    """Whether a person signs in with a second step."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def _counter_of(data: dict[str, Any], code: str) -> int | None:
    secret = decrypt(str(data["secret"]))
    wanted = normalize_user_code(code)
    for counter in map(int, totp.yield_hotp_counters_from_time()):
        shown = str(totp.format_hotp_value(totp.hotp_value(secret, counter)))
        if secrets.compare_digest(shown.encode(), wanted.encode()):
            return counter
    return None


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
