"""Every route of the house has a place here: who may call it, and what a call of it sends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MARKER = "zzmarkerzz"
# Open to strangers. Nothing of any organization is behind these.
OPEN = {
    "healthz",
    "readyz",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_deleted",
    "account_signup",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_authenticate",  # for whoever has just typed the right password
    # Opened by the secret in a mail, whoever holds it: tests/accounts/test_security.py.
    "account_confirm_email",
    "account_reset_password_from_key",
    "email_change",
    "invitation",
    "styleguide",  # for staff; to others it is not there
    "api_schema",
    "api_docs",
    "api_languages",
}
# For those who are signed in, and naming no object: what a call of each sends.
WITHOUT_OBJECT: dict[str, dict[str, Any]] = {
    "home": {},
    "first_steps_languages": {"source_language": "en", "target_languages": "de"},
    "first_steps_close": {},
    "translate": {"text": "Hello.", "source_language": "en", "target_language": "de"},
    "translate_look": {},
    "translate_start": {},
    "translate_history": {"q": MARKER},
    "documents": {"source_language": "en"},
    "document_upload": {"source_language": "en"},
    "document_estimate": {"source_language": "en"},
    "document_act": {},
    "document_download": {},
    "preferences": {"theme": "ink"},
    "preferences_theme": {},
    "preferences_shortcuts": {},
    "organization_switch": {},
    "profile": {},
    "profile_name": {"name": "Ann"},
    "profile_email": {"email": "ann@acme.example"},
    "session_end": {"session": "others"},
    "profile_export": {},
    "profile_delete": {},
    "account_change_password": {},
    "account_set_password": {},
    "account_reauthenticate": {},
    "mfa_index": {},
    "mfa_reauthenticate": {},
    "mfa_activate_totp": {},
    "mfa_deactivate_totp": {},
    "mfa_view_recovery_codes": {},
    "mfa_generate_recovery_codes": {},
    "mfa_download_recovery_codes": {},
    "api_me": {},
    "palette": {"q": MARKER},
    "notifications": {},
    "notifications_read": {},
    "notifications_unread": {},
    "progress": {},
    "events": {},  # its events: tests/translation/test_streams.py
    "api_translate": {},
    "api_text_estimate": {},
    "api_documents": {},
    "api_estimate": {},
    "api_bulk": {},
    "api_archive": {},
    "api_notifications": {},
    "api_notifications_read": {},
    "api_usage": {},
    "api_webhooks": {},
    "webhooks": {},
    "webhook_new": {"url": "x"},
    "organization_new": {"name": "x"},
    "organization": {"name": "x", "keep": "for_good"},
    "organization_delete": {},
    "members": {},
    "member_invite": {},
    "roles": {},
    "audit": {"group": "person"},
    "audit_export": {},
    "staff": {},
    "staff_leave": {},
    "api_organization": {},
    "api_organization_leave": {},
    "api_members": {},
    "api_invitations": {},
    "api_audit": {},
    "keys": {},
    "key_new": {"name": "x"},
    "api_keys": {},
}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Pages' scripts ask these: they are told of a refusal and led nowhere.
FOR_SCRIPTS = {
    "document_upload",
    "document_estimate",
    "document_act",
    *("progress", "events", "palette", "preferences_theme", "preferences_shortcuts"),
    *("job_index", "job_rows", "job_changes", "job_replace", "finding_dismiss"),
    *("target", "target_propagate", "target_history", "notifications_unread"),
    *("translate_look", "translate_start", "translate_history", "translation_state"),
    *("translation_stop", "translation_retry", "translation_delete"),
}
# What a script sends to these, so that a refusal is not of its form.
SENT: dict[str, dict[str, Any]] = {
    "job_replace": {"find": MARKER, "replace": "x"},
    "target": {"version": 1, "forms": [MARKER]},
    "target_propagate": {"version": 0},
    "finding_dismiss": {"dismissed": False},
    "api_replacement_preview": {"find": MARKER, "replace": "x"},
    "api_replacements": {
        "find": MARKER,
        "replace": "x",
        "segments": [{"id": "01900000-0000-7000-8000-000000000000", "version": 1}],
    },
    "api_webhook_replay": {"since": "2026-01-01T00:00:00Z"},
}
# Each endpoint with the scope its key needs.
SCOPES = {
    ("POST", "api_translate"): "translate",
    ("GET", "api_translate"): "translate",
    ("GET", "api_translation"): "translate",
    ("DELETE", "api_translation"): "translate",
    ("POST", "api_translation_cancel"): "translate",
    ("POST", "api_translation_retry"): "translate",
    ("POST", "api_text_estimate"): "translate",
    ("GET", "api_documents"): "documents:read",
    ("POST", "api_documents"): "documents:write",
    ("POST", "api_estimate"): "documents:write",
    ("POST", "api_bulk"): "documents:write",
    ("GET", "api_archive"): "documents:read",
    ("GET", "api_document"): "documents:read",
    ("DELETE", "api_document"): "documents:write",
    ("POST", "api_document_cancel"): "documents:write",
    ("GET", "api_job"): "documents:read",
    ("GET", "api_job_events"): "documents:read",
    ("POST", "api_job_cancel"): "documents:write",
    ("POST", "api_job_pause"): "documents:write",
    ("POST", "api_job_resume"): "documents:write",
    ("POST", "api_job_retry"): "documents:write",
    ("GET", "api_segments"): "documents:read",
    ("GET", "api_segment"): "documents:read",
    ("PATCH", "api_segment"): "documents:write",
    ("POST", "api_segment_propagate"): "documents:write",
    ("GET", "api_segment_history"): "documents:read",
    ("POST", "api_finding_dismiss"): "documents:write",
    ("POST", "api_finding_undismiss"): "documents:write",
    ("POST", "api_replacement_preview"): "documents:write",
    ("POST", "api_replacements"): "documents:write",
    ("GET", "api_report"): "documents:read",
    ("GET", "api_download"): "documents:read",
    ("GET", "api_usage"): "usage:read",
    ("GET", "api_members"): "members:read",
    ("GET", "api_member"): "members:read",
    ("GET", "api_audit"): "audit:read",
    ("GET", "api_webhooks"): "webhooks:manage",
    ("POST", "api_webhooks"): "webhooks:manage",
    ("GET", "api_webhook"): "webhooks:manage",
    ("PATCH", "api_webhook"): "webhooks:manage",
    ("GET", "api_webhook_secret"): "webhooks:manage",
    ("POST", "api_webhook_rotate"): "webhooks:manage",
    ("POST", "api_webhook_test"): "webhooks:manage",
    ("POST", "api_webhook_replay"): "webhooks:manage",
    ("GET", "api_deliveries"): "webhooks:manage",
    ("GET", "api_delivery"): "webhooks:manage",
    ("POST", "api_delivery_replay"): "webhooks:manage",
    ("DELETE", "api_webhook"): "webhooks:manage",
}
# What a key may ask whatever its scopes: who it is, and that some things are for people.
ANY_KEY = {
    *("api_me", "api_organization_leave"),
    *("api_notifications", "api_notifications_read"),
}
# What no key may do, whatever its scopes.
PEOPLE_ONLY = {
    ("GET", "api_keys"): "keys:manage",
    ("POST", "api_keys"): "keys:manage",
    ("GET", "api_key"): "keys:manage",
    ("PATCH", "api_key"): "keys:manage",
    ("POST", "api_key_revoke"): "keys:manage",
    ("GET", "api_key_requests"): "keys:manage",
    ("PATCH", "api_organization"): "organization:manage",
    ("PATCH", "api_member"): "members:manage",
    ("DELETE", "api_member"): "members:manage",
    ("GET", "api_invitations"): "members:manage",
    ("POST", "api_invitations"): "members:manage",
    ("GET", "api_invitation"): "members:manage",
    ("DELETE", "api_invitation"): "members:manage",
    ("POST", "api_invitation_resend"): "members:manage",
}


def somewhere(objects: Iterable[str]) -> dict[str, str]:
    """Names of objects that nobody has, for an address."""
    nobody = "01900000-0000-7000-8000-000000000000"
    return {name: "0" if name == "ordinal" else nobody for name in objects}
