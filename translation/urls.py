"""Addresses of documents and translations: the REST API and the pages."""

from __future__ import annotations

from django.urls import path

from translation import webhook_api
from translation.api import addresses
from translation.views import (
    documents,
    editor,
    first_steps,
    home,
    jobs,
    live,
    notices,
    palette,
    preview,
    targets,
    translate,
    webhooks,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("first-steps/languages", first_steps.languages, name="first_steps_languages"),
    path("first-steps/close", first_steps.close, name="first_steps_close"),
    path("translate", translate.translate, name="translate"),
    path("translate/look", translate.look, name="translate_look"),
    path("translate/start", translate.start, name="translate_start"),
    path("translate/history", translate.history, name="translate_history"),
    path("translate/<uuid:job_id>", translate.translation, name="translation"),
    path("translate/<uuid:job_id>/state", translate.state, name="translation_state"),
    path("translate/<uuid:job_id>/stop", translate.stop, name="translation_stop"),
    path("translate/<uuid:job_id>/retry", translate.go_on, name="translation_retry"),
    path("translate/<uuid:job_id>/delete", translate.forget, name="translation_delete"),
    path("documents", documents.document_list, name="documents"),
    path("documents/upload", documents.upload, name="document_upload"),
    path("documents/estimate", documents.estimated, name="document_estimate"),
    path("documents/act", documents.act, name="document_act"),
    path("documents/download", documents.download, name="document_download"),
    path("documents/<uuid:document_id>/delete", documents.delete, name="document_delete"),
    path("jobs/<uuid:job_id>", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/report", jobs.job_report, name="job_report"),
    path("jobs/<uuid:job_id>/download", jobs.download, name="job_download"),
    path("jobs/<uuid:job_id>/cancel", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:job_id>/pause", jobs.pause, name="job_pause"),
    path("jobs/<uuid:job_id>/resume", jobs.resume, name="job_resume"),
    path("jobs/<uuid:job_id>/retry", jobs.retry_job, name="job_retry"),
    path("jobs/<uuid:job_id>/index", editor.index, name="job_index"),
    path("jobs/<uuid:job_id>/rows", editor.rows, name="job_rows"),
    path("jobs/<uuid:job_id>/changes", editor.changes, name="job_changes"),
    path("jobs/<uuid:job_id>/replace", targets.replace, name="job_replace"),
    path("targets/<uuid:target_id>", targets.save, name="target"),
    path("targets/<uuid:target_id>/propagate", targets.propagate, name="target_propagate"),
    path("targets/<uuid:target_id>/history", targets.history, name="target_history"),
    path("findings/<uuid:finding_id>/dismiss", targets.dismiss, name="finding_dismiss"),
    path("notifications", notices.notifications, name="notifications"),
    path("notifications/read", notices.notifications_read, name="notifications_read"),
    path("notifications/unread", notices.notifications_unread, name="notifications_unread"),
    path("settings/webhooks", webhooks.webhooks_page, name="webhooks"),
    path("settings/webhooks/new", webhooks.webhook_new, name="webhook_new"),
    path("settings/webhooks/<uuid:webhook_id>", webhooks.webhook_page, name="webhook"),
    path("settings/webhooks/<uuid:webhook_id>/edit", webhooks.webhook_edit, name="webhook_edit"),
    path(
        "settings/webhooks/<uuid:webhook_id>/secret", webhooks.webhook_secret, name="webhook_secret"
    ),
    path(
        "settings/webhooks/<uuid:webhook_id>/rotate", webhooks.webhook_rotate, name="webhook_rotate"
    ),
    path(
        "settings/webhooks/<uuid:webhook_id>/switch", webhooks.webhook_switch, name="webhook_switch"
    ),
    path("settings/webhooks/<uuid:webhook_id>/test", webhooks.webhook_test, name="webhook_test"),
    path(
        "settings/webhooks/<uuid:webhook_id>/delete", webhooks.webhook_delete, name="webhook_delete"
    ),
    path(
        "settings/webhooks/<uuid:webhook_id>/replay",
        webhooks.webhook_replay_failed,
        name="webhook_replay_failed",
    ),
    path(
        "settings/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>",
        webhooks.webhook_delivery,
        name="webhook_delivery",
    ),
    path(
        "settings/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay",
        webhooks.webhook_replay,
        name="webhook_replay",
    ),
    path("prompt-preview", preview.prompt_preview, name="prompt_preview"),
    path("palette", palette.palette, name="palette"),
    path("progress", live.progress, name="progress"),
    path("events", live.events, name="events"),
    *addresses.urlpatterns,
    path("api/v1/webhooks", webhook_api.WebhooksView.as_view(), name="api_webhooks"),
    path(
        "api/v1/webhooks/<uuid:webhook_id>", webhook_api.WebhookView.as_view(), name="api_webhook"
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/secret",
        webhook_api.WebhookSecretView.as_view(),
        name="api_webhook_secret",
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/rotate",
        webhook_api.WebhookRotateView.as_view(),
        name="api_webhook_rotate",
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/test",
        webhook_api.WebhookTestView.as_view(),
        name="api_webhook_test",
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/replay",
        webhook_api.WebhookReplayView.as_view(),
        name="api_webhook_replay",
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/deliveries",
        webhook_api.WebhookDeliveriesView.as_view(),
        name="api_deliveries",
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>",
        webhook_api.WebhookDeliveryView.as_view(),
        name="api_delivery",
    ),
    path(
        "api/v1/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay",
        webhook_api.WebhookDeliveryReplayView.as_view(),
        name="api_delivery_replay",
    ),
]
