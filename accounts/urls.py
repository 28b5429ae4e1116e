"""Addresses of a person's own pages, of settings, and of the REST API of accounts."""

from __future__ import annotations

from django.urls import path

from accounts.api import keys as keys_api
from accounts.api import me
from accounts.views import keys, preferences, profile

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
