"""Addresses of billing."""

from __future__ import annotations

from django.urls import path

from billing import api

urlpatterns = [path("api/v1/usage", api.UsageView.as_view(), name="api_usage")]
