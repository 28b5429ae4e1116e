"""Another e-mail address for a person: it counts once both addresses have said yes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from accounts.models import EmailChange, User
from accounts.reading import in_full
from accounts.services import mail
from accounts.services.audit import record_everywhere
from accounts.services.sessions import end_all
from common.database import atomic
from common.errors import Invalid, NotFound

VALID_FOR: Final = timedelta(days=1)
SECRET_BYTES: Final = 24
MAX_EMAIL_CHARS: Final = 254


class Side(StrEnum):
    """Whose word a link is."""

    OLD = "old"
    NEW = "new"


def ask(
    *,
    user: User,
    email: str,
    now: datetime | None = None,
    randomness: Callable[[int], str] = secrets.token_urlsafe,
) -> None:
    """Asks both addresses by mail; an earlier wish is given up. Raises Invalid for no address.

    An address that belongs to somebody else is told so itself; here nothing shows.
    """
    moment = now or timezone.now()
    address = email.strip().lower()
    _check(user, address)
    old, new = randomness(SECRET_BYTES), randomness(SECRET_BYTES)
    with atomic():
        EmailChange.objects.update_or_create(
            user=user,
            defaults={
                "email": address,
                "old_digest": _digest(old),
                "new_digest": _digest(new),
                "created_at": moment,
                "expires_at": moment + VALID_FOR,
                "old_confirmed_at": None,
                "new_confirmed_at": None,
            },
        )
        context = {"name": user.name, "new_email": address, "link": _link(old)}
        mail.post(to=user.email, name="email_change_old", context=context, now=moment)
        if _is_taken(address):
            told = {"name": "", "sign_in": mail.address("/accounts/login/")}
            mail.post(to=address, name="email_taken", context=told, now=moment)
        else:
            told = {"name": "", "link": _link(new)}
            mail.post(to=address, name="email_change_new", context=told, now=moment)


def pending_of(user_id: UUID, *, now: datetime | None = None) -> EmailChange | None:
    """A person's wish that still waits for one of the addresses."""
    moment = now or timezone.now()
    return EmailChange.objects.filter(user_id=user_id, expires_at__gt=moment).first()


def withdraw(*, user_id: UUID) -> None:
    """Gives the wish up; both links are void."""
    EmailChange.objects.filter(user_id=user_id).delete()


def side_of(secret: str, *, now: datetime | None = None) -> tuple[EmailChange, Side]:
    """What a link belongs to; raises NotFound for one that is used, too old or unknown."""
    digest = _digest(secret)
    found = EmailChange.objects.filter(
        Q(old_digest=digest) | Q(new_digest=digest), expires_at__gt=now or timezone.now()
    ).first()
    if found is None:
        raise NotFound(
            "link_void", "This link does nothing any more: it was used, or it is older than a day."
        )
    return found, Side.OLD if found.old_digest == digest else Side.NEW


def confirm(*, secret: str, keep: str | None = None, now: datetime | None = None) -> bool:
    """Takes one address's yes; True once both have said it and the address is changed.

    All sessions but the one with the key `keep` end. Saying yes twice changes nothing. Raises
    NotFound for a void link, Invalid where the address has got another account meanwhile.
    """
    moment = now or timezone.now()
    with atomic():
        found, side = side_of(secret, now=moment)
        wish = EmailChange.objects.select_for_update().filter(pk=found.pk).first()
        if wish is None:
            # The other address's yes was faster by a moment, and has changed it.
            return True
        if side is Side.OLD:
            wish.old_confirmed_at = wish.old_confirmed_at or moment
        else:
            wish.new_confirmed_at = wish.new_confirmed_at or moment
        wish.save(update_fields=["old_confirmed_at", "new_confirmed_at"])
        if not (wish.old_confirmed_at and wish.new_confirmed_at):
            return False
        user_id = wish.user_id
        _change(wish, keep, moment)
    record_everywhere(user_id=user_id, action="person.email_change", now=moment)
    return True


def _change(wish: EmailChange, keep: str | None, moment: datetime) -> None:
    person = User.objects.select_for_update().get(pk=wish.user_id)
    old, new = person.email, wish.email
    try:
        with atomic():
            EmailAddress.objects.filter(user=person).delete()
            EmailAddress.objects.create(user=person, email=new, verified=True, primary=True)
            User.objects.filter(pk=person.pk).update(email=new)
    except IntegrityError as error:
        raise Invalid(
            "email_change_taken", "This address has an account of its own by now. Choose another."
        ) from error
    wish.delete()
    end_all(user_id=person.pk, but=keep)
    context = {"name": person.name, "new_email": new, "moment": in_full(moment)}
    mail.post(to=old, name="email_changed", context=context, now=moment)


def _check(user: User, address: str) -> None:
    try:
        validate_email(address)
        is_address = len(address) <= MAX_EMAIL_CHARS
    except ValidationError:
        is_address = False
    if not is_address:
        raise Invalid(
            "email_invalid",
            "This is not an e-mail address. Check its spelling.",
            detail={"field": "email"},
        )
    if address == user.email:
        raise Invalid("email_same", "This is your address already.", detail={"field": "email"})


def _is_taken(address: str) -> bool:
    known = User.objects.filter(email=address).exists()
    return known or EmailAddress.objects.filter(email=address, verified=True).exists()


def _link(secret: str) -> str:
    return mail.address(f"/settings/profile/email/{secret}")


def _digest(secret: str) -> str:
    key = f"email change:{settings.SECRET_KEY}".encode()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()
