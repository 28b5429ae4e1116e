"""Every table of the database, on one of two lists; a test compares them with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TENANT: Final = frozenset(
    {
        "accounts_apikey",
        "accounts_apirequest",
        "accounts_auditevent",
        "accounts_idempotentcall",
        "accounts_invitation",
        "accounts_membership",
        "accounts_organization",
        "billing_ledgerline",
        "billing_reservation",
        "billing_usageperiod",
        "glossaries_concept",
        "glossaries_conceptversion",
        "glossaries_glossary",
        "glossaries_glossaryimport",
        "glossaries_profile",
        "glossaries_styleguide",
        "glossaries_styleguideversion",
        "glossaries_term",
        "translation_document",
        "translation_finding",
        "translation_job",
        "translation_notification",
        "translation_revision",
        "translation_run",
        "translation_segment",
        "translation_target",
        "translation_targetversion",
        "translation_webhookattempt",
        "translation_webhookdelivery",
        "translation_webhookendpoint",
        "translation_webhookevent",
    }
)

# No policy, no customer's text. The value says why the table stands outside.
PLATFORM: Final[Mapping[str, str]] = {
    "accounts_device": "browsers of people, whatever the organization",
    "accounts_emailchange": "addresses of people, whatever the organization",
    "accounts_mail": "mails to people on their way, emptied when sent",
    "accounts_signup": "newcomers who have not confirmed their address, before there is a tenant",
    "accounts_user": "one person may belong to several organizations",
    "account_emailaddress": "addresses of people, kept by the sign-in library",
    "account_emailconfirmation": "addresses of people, kept by the sign-in library",
    "axes_accessattempt": "failed sign-ins, before anybody is known",
    "axes_accessattemptexpiration": "failed sign-ins, before anybody is known",
    "axes_accessfailurelog": "failed sign-ins, before anybody is known",
    "axes_accesslog": "failed sign-ins, before anybody is known",
    "auth_group": "made by Django's sign-in, unused",
    "auth_group_permissions": "made by Django's sign-in, unused",
    "auth_permission": "names of Django's own rights",
    "billing_plan": "what every organization can choose",
    "claude_callrecord": "our own accounts of model calls: ids, counts and costs",
    "claude_model": "which models there are",
    "claude_price": "what the vendor asks",
    "claude_tier": "which model serves a tier",
    "django_content_type": "names of our models",
    "django_migrations": "what has been migrated",
    "django_session": "who is signed in, before an organization is known",
    "mfa_authenticator": "second factors of people, kept by the sign-in library",
    "usersessions_usersession": "where people are signed in, kept by the sign-in library",
    "translation_flow": "places in the fair queue: ids and numbers",
    "translation_pack": "the work queue, claimed across organizations: ids, states and counts",
}
