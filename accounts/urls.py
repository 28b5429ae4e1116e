"""Addresses of a person's own pages."""

from __future__ import annotations

from django.urls import path

from accounts.views import preferences

urlpatterns = [
    path("preferences", preferences.preferences_page, name="preferences"),
    path("preferences/theme", preferences.preferences_theme, name="preferences_theme"),
    path("preferences/shortcuts", preferences.preferences_shortcuts, name="preferences_shortcuts"),
    path("organizations/switch", preferences.organization_switch, name="organization_switch"),
]
