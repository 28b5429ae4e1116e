"""What tests of the door share: forms as a browser sends them, and mails as they arrive."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail as django_mail

from accounts.services import mail

PASSWORD = "correct horse battery staple"
NEWCOMER = {
    "name": "Nora Lind",
    "email": "nora@lind.example",
    "organization": "Lind Instruments",
    "password1": PASSWORD,
}


def delivered() -> list[Any]:
    """Sends what waits; what has come new, in the order it was written."""
    before = len(django_mail.outbox)
    for mail_id in mail.due_mails():
        mail.send(mail_id=mail_id)
    return list(django_mail.outbox[before:])


def link_in(message: Any) -> str:
    """The path of the link a mail leads to."""
    found = re.search(r": http://[^/\s]+(/\S+)", message.body)
    assert found is not None, message.body
    return found.group(1)


def sign_in(client: Any, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def sign_up(client: Any, **changed: str) -> Any:
    return client.post("/accounts/signup/", NEWCOMER | changed)


def confirmed(client: Any, **changed: str) -> Any:
    """A newcomer who has confirmed and is signed in."""
    from accounts.models import User

    sign_up(client, **changed)
    [message] = delivered()
    client.post(link_in(message))
    return User.objects.get(email=changed.get("email", NEWCOMER["email"]))


def code_now(secret: str, *, step: int = 0) -> str:
    """What an app shows now, or some half minutes later."""
    import time

    from allauth.mfa.totp.internal import auth

    counter = int(time.time()) // 30 + step
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


def with_second_step(client: Any) -> str:
    """Switches the second step on for who is signed in; its secret."""
    client.post("/settings/profile/again", {"password": PASSWORD})
    page = client.get("/settings/profile/second-step/on")
    secret = str(page.context["form"].secret)
    answer = client.post("/settings/profile/second-step/on", {"code": code_now(secret)})
    assert answer["Location"] == "/settings/profile/recovery-codes", answer.content.decode()
    return secret
