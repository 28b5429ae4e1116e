"""Addresses of the REST API of documents and translations."""

from __future__ import annotations

from django.urls import path

from translation.api import (
    bulk,
    documents,
    jobs,
    languages,
    notices,
    preview,
    replacing,
    segments,
    text_acts,
    texts,
)

urlpatterns = [
    path("api/v1/translate", texts.TranslateView.as_view(), name="api_translate"),
    path("api/v1/translate/<uuid:job_id>", texts.TranslationView.as_view(), name="api_translation"),
    path(
        "api/v1/translate/<uuid:job_id>/cancel",
        text_acts.TranslationCancelView.as_view(),
        name="api_translation_cancel",
    ),
    path(
        "api/v1/translate/<uuid:job_id>/retry",
        text_acts.TranslationRetryView.as_view(),
        name="api_translation_retry",
    ),
    path(
        "api/v1/translate/estimate",
        text_acts.TextEstimateView.as_view(),
        name="api_text_estimate",
    ),
    path("api/v1/prompt-preview", preview.PromptPreviewView.as_view(), name="api_prompt_preview"),
    path("api/v1/documents", documents.DocumentsView.as_view(), name="api_documents"),
    path("api/v1/documents/estimate", bulk.EstimateView.as_view(), name="api_estimate"),
    path("api/v1/documents/actions", bulk.BulkView.as_view(), name="api_bulk"),
    path("api/v1/documents/archive", bulk.ArchiveView.as_view(), name="api_archive"),
    path(
        "api/v1/documents/<uuid:document_id>", documents.DocumentView.as_view(), name="api_document"
    ),
    path(
        "api/v1/documents/<uuid:document_id>/cancel",
        documents.DocumentCancelView.as_view(),
        name="api_document_cancel",
    ),
    path("api/v1/jobs/<uuid:job_id>", jobs.JobView.as_view(), name="api_job"),
    path("api/v1/jobs/<uuid:job_id>/events", jobs.JobEventsView.as_view(), name="api_job_events"),
    path("api/v1/jobs/<uuid:job_id>/cancel", jobs.JobCancelView.as_view(), name="api_job_cancel"),
    path("api/v1/jobs/<uuid:job_id>/pause", jobs.JobPauseView.as_view(), name="api_job_pause"),
    path("api/v1/jobs/<uuid:job_id>/resume", jobs.JobResumeView.as_view(), name="api_job_resume"),
    path("api/v1/jobs/<uuid:job_id>/retry", jobs.JobRetryView.as_view(), name="api_job_retry"),
    path("api/v1/jobs/<uuid:job_id>/segments", jobs.JobSegmentsView.as_view(), name="api_segments"),
    path("api/v1/jobs/<uuid:job_id>/report", jobs.JobReportView.as_view(), name="api_report"),
    path("api/v1/jobs/<uuid:job_id>/download", jobs.JobDownloadView.as_view(), name="api_download"),
    path(
        "api/v1/jobs/<uuid:job_id>/segments/<int:ordinal>",
        segments.SegmentView.as_view(),
        name="api_segment",
    ),
    path(
        "api/v1/jobs/<uuid:job_id>/segments/<int:ordinal>/propagate",
        segments.SegmentPropagateView.as_view(),
        name="api_segment_propagate",
    ),
    path(
        "api/v1/jobs/<uuid:job_id>/segments/<int:ordinal>/history",
        segments.SegmentHistoryView.as_view(),
        name="api_segment_history",
    ),
    path(
        "api/v1/jobs/<uuid:job_id>/replacements/preview",
        replacing.ReplacementPreviewView.as_view(),
        name="api_replacement_preview",
    ),
    path(
        "api/v1/jobs/<uuid:job_id>/replacements",
        replacing.ReplacementView.as_view(),
        name="api_replacements",
    ),
    path(
        "api/v1/findings/<uuid:finding_id>/dismiss",
        segments.FindingDismissView.as_view(),
        name="api_finding_dismiss",
    ),
    path(
        "api/v1/findings/<uuid:finding_id>/undismiss",
        segments.FindingReviveView.as_view(),
        name="api_finding_undismiss",
    ),
    path("api/v1/notifications", notices.NotificationsView.as_view(), name="api_notifications"),
    path(
        "api/v1/notifications/read",
        notices.NotificationsReadView.as_view(),
        name="api_notifications_read",
    ),
    path("api/v1/languages", languages.LanguagesView.as_view(), name="api_languages"),
]
