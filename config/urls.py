"""Every address of the house."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from common import http
from config import openapi  # noqa: F401 - drf-spectacular knows an extension once it is imported
from config.styleguide import styleguide

urlpatterns = [
    path("healthz", http.healthz, name="healthz"),
    path("readyz", http.readyz, name="readyz"),
    path("api/schema", SpectacularAPIView.as_view(), name="api_schema"),
    # In two parts, page and script: the policy forbids scripts written into a page.
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("styleguide/", styleguide, name="styleguide"),
    path("", include("accounts.door_urls")),
    path("", include("accounts.urls")),
    path("", include("translation.urls")),
    path("", include("glossaries.urls")),
    path("", include("billing.urls")),
]

handler400 = "config.refusals.bad_request"
handler403 = "common.http.permission_denied"
handler404 = "common.http.page_not_found"
handler500 = "common.http.server_error"
