"""Addresses of a person's own pages."""

from __future__ import annotations

from django.urls import path

from accounts import views

urlpatterns = [
    path("preferences", views.preferences_page, name="preferences"),
    path("preferences/theme", views.preferences_theme, name="preferences_theme"),
    path("preferences/shortcuts", views.preferences_shortcuts, name="preferences_shortcuts"),
    path("organizations/switch", views.organization_switch, name="organization_switch"),
]
