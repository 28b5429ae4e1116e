"""The second step of signing in, as allauth.mfa asks for it: its secrets lie encrypted."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from accounts.services import codes


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts what the library stores, and speaks the language of the house."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code does not fit. Type the one the app shows now.",
        "unverified_email": "Confirm your e-mail address first.",
    }

    def encrypt(self, text: str) -> str:
        """See `codes.encrypt`."""
        return codes.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """See `codes.decrypt`."""
        return codes.decrypt(encrypted_text)
