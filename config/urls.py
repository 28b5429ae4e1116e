"""Every address of the house."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from common import http

urlpatterns = [
    path("healthz", http.healthz, name="healthz"),
    path("readyz", http.readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="api_schema"),
    path("", include("translation.urls")),
    path("", include("billing.urls")),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="api_schema"), name="api_docs"),
]

handler400 = "common.http.bad_request"
handler403 = "common.http.permission_denied"
handler404 = "common.http.page_not_found"
handler500 = "common.http.server_error"
