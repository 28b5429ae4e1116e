"""What the audit trail notes, in words: one table, which a test compares with what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# By action, in the groups in which people look for them.
ACTIONS: Final[Mapping[str, str]] = {
    "person.sign_in": "Signed in",
    "person.sign_in_failed": "Wrong password or code",
    "person.new_device": "Signed in with a new browser",
    "person.password_change": "Changed the password",
    "person.password_reset": "Set the password anew by mail",
    "person.email_change": "Changed the e-mail address",
    "person.second_step_on": "Switched the second step on",
    "person.second_step_off": "Switched the second step off",
    "person.recovery_codes_new": "Made new recovery codes",
    "person.delete": "Deleted the account",
    "invitation.send": "Invited somebody",
    "invitation.resend": "Sent an invitation again",
    "invitation.withdraw": "Withdrew an invitation",
    "invitation.accept": "Accepted an invitation",
    "member.add": "Added a member",
    "member.change_role": "Changed a role",
    "member.remove": "Removed a member",
    "member.leave": "Left the organization",
    "organization.create": "Made the organization",
    "organization.change": "Changed the organization's settings",
    "organization.close": "Deleted the organization",
    "retention.delete": "Deleted what was kept long enough",
    "staff.enter": "Looked in as staff",
    "staff.leave": "Left as staff",
    "key.issue": "Made an API key",
    "key.change": "Changed an API key",
    "key.revoke": "Revoked an API key",
    "webhook.create": "Set up a webhook",
    "webhook.change": "Changed a webhook",
    "webhook.rotate": "Gave a webhook a new secret",
    "webhook.show_secret": "Looked at a webhook's secret",
    "webhook.test": "Sent a test to a webhook",
    "webhook.replay": "Sent events to a webhook again",
    "webhook.enable": "Switched a webhook on",
    "webhook.disable": "Switched a webhook off",
    "webhook.delete": "Deleted a webhook",
    "glossary.create": "Made a glossary",
    "glossary.change": "Renamed a glossary",
    "glossary.delete": "Deleted a glossary",
    "glossary.import": "Imported a file into a glossary",
    "concept.create": "Added a concept to a glossary",
    "concept.change": "Changed concepts of a glossary",
    "concept.restore": "Restored a concept of a glossary",
    "concept.delete": "Deleted concepts of a glossary",
    "profile.create": "Made a domain profile",
    "profile.change": "Changed a domain profile",
    "profile.delete": "Deleted a domain profile",
    "document.upload": "Uploaded a document",
    "document.revise": "Uploaded a new revision",
    "document.cancel": "Cancelled a document",
    "document.pause": "Paused a document",
    "document.resume": "Resumed a document",
    "document.delete": "Deleted a document",
    "document.restore": "Restored a document",
    "job.cancel": "Cancelled a translation",
    "job.pause": "Paused a translation",
    "job.resume": "Resumed a translation",
    "job.retry": "Retried a translation",
    "job.download": "Downloaded a translation",
}
# What a filter by group means: the part of an action before its dot.
GROUPS: Final[Mapping[str, str]] = {
    "person": "Signing in",
    "invitation": "Invitations",
    "member": "Members",
    "organization": "Organization",
    "retention": "Retention",
    "staff": "Staff",
    "key": "API keys",
    "webhook": "Webhooks",
    "glossary": "Glossaries",
    "concept": "Concepts",
    "profile": "Profiles",
    "document": "Documents",
    "job": "Translations",
}


def actions_of(group: str) -> list[str]:
    """The actions of one group."""
    return [action for action in ACTIONS if action.split(".")[0] == group]
