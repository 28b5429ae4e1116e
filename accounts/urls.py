"""Addresses of a person's own pages, of settings, and of the REST API of accounts."""

from __future__ import annotations

from django.urls import path, re_path

from accounts.api import keys as keys_api
from accounts.api import me
from accounts.api import members as members_api
from accounts.api import organization as organization_api
from accounts.views import audit, keys, members, organization, preferences, profile, staff
from accounts.views.invitation import invitation

urlpatterns = [
    path("preferences", preferences.preferences_page, name="preferences"),
    path("preferences/theme", preferences.preferences_theme, name="preferences_theme"),
    path("preferences/shortcuts", preferences.preferences_shortcuts, name="preferences_shortcuts"),
    path("organizations/switch", preferences.organization_switch, name="organization_switch"),
    path("settings/profile", profile.profile_page, name="profile"),
    path("settings/profile/name", profile.profile_name, name="profile_name"),
    path("settings/profile/email", profile.profile_email, name="profile_email"),
    path("settings/profile/sessions/end", profile.session_end, name="session_end"),
    path("settings/profile/export", profile.profile_export, name="profile_export"),
    path("settings/profile/delete", profile.profile_delete, name="profile_delete"),
    path("api/v1/me", me.MeView.as_view(), name="api_me"),
    # The secret is random: whoever has the link has the mailbox.
    re_path(r"^invitations/(?P<secret>[-\w]{1,100})$", invitation, name="invitation"),
    path("organizations/new", organization.organization_new, name="organization_new"),
    path(
        "organizations/<uuid:organization_id>/leave",
        organization.organization_leave,
        name="organization_leave",
    ),
    path("settings/organization", organization.organization_page, name="organization"),
    path(
        "settings/organization/delete",
        organization.organization_delete,
        name="organization_delete",
    ),
    path("settings/members", members.members_page, name="members"),
    path("settings/members/invite", members.member_invite, name="member_invite"),
    path("settings/members/<uuid:membership_id>/role", members.member_role, name="member_role"),
    path(
        "settings/members/<uuid:membership_id>/remove",
        members.member_remove,
        name="member_remove",
    ),
    path(
        "settings/invitations/<uuid:invitation_id>/resend",
        members.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "settings/invitations/<uuid:invitation_id>/withdraw",
        members.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("settings/roles", members.roles_page, name="roles"),
    path("settings/audit", audit.audit_page, name="audit"),
    path("settings/audit.csv", audit.audit_export, name="audit_export"),
    path("staff", staff.staff_page, name="staff"),
    path("staff/leave", staff.staff_leave, name="staff_leave"),
    path(
        "api/v1/organization", organization_api.OrganizationView.as_view(), name="api_organization"
    ),
    path(
        "api/v1/organization/leave",
        organization_api.LeaveView.as_view(),
        name="api_organization_leave",
    ),
    path("api/v1/audit", organization_api.AuditView.as_view(), name="api_audit"),
    path("api/v1/members", members_api.MembersView.as_view(), name="api_members"),
    path(
        "api/v1/members/<uuid:membership_id>", members_api.MemberView.as_view(), name="api_member"
    ),
    path("api/v1/invitations", members_api.InvitationsView.as_view(), name="api_invitations"),
    path(
        "api/v1/invitations/<uuid:invitation_id>",
        members_api.InvitationView.as_view(),
        name="api_invitation",
    ),
    path(
        "api/v1/invitations/<uuid:invitation_id>/resend",
        members_api.InvitationResendView.as_view(),
        name="api_invitation_resend",
    ),
    path("settings/keys", keys.keys_page, name="keys"),
    path("settings/keys/new", keys.key_new, name="key_new"),
    path("settings/keys/<uuid:key_id>", keys.key_page, name="key"),
    path("settings/keys/<uuid:key_id>/revoke", keys.key_revoke, name="key_revoke"),
    path("api/v1/keys", keys_api.KeysView.as_view(), name="api_keys"),
    path("api/v1/keys/<uuid:key_id>", keys_api.KeyView.as_view(), name="api_key"),
    path(
        "api/v1/keys/<uuid:key_id>/revoke",
        keys_api.KeyRevokeView.as_view(),
        name="api_key_revoke",
    ),
    path(
        "api/v1/keys/<uuid:key_id>/requests",
        keys_api.KeyRequestsView.as_view(),
        name="api_key_requests",
    ),
]
