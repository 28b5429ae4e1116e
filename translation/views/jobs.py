"""One document in one language: its page, its report, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import acting, for_people
from accounts.services import Permission
from common import paging
from common.errors import DomainError
from translation import editor_page
from translation.queries.report import report_page
from translation.report_rows import report_rows
from translation.responses import file_response
from translation.services import archive, documents, pausing, retry

_SECTIONS = (
    ("findings", "With findings"),
    ("held", "Held back"),
    ("repaired", "Repaired"),
    ("dismissed", "Dismissed"),
)


@require_GET
@for_people
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The editor: one document in one language, its segments, and what can be done with them."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    opened = editor_page.open_job(actor.organization_id, job_id)
    context = {"page": opened.page, "editor": editor_page.script_data(opened, actor, request.user)}
    return render(request, "translation/job.html", context)


@require_GET
@for_people
def job_report(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What a job came to: counts, cost and every finding, a page at a time."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    report = report_page(
        actor.organization_id,
        job_id,
        section=request.GET.get("show", "") or "findings",
        check=request.GET.get("check", "")[:50],
        after=paging.whole_number("after", request.GET.get("after"), default=-1),
    )
    rows = report_rows(report.rows, dismissed=report.section == "dismissed")
    sections = [
        {"name": name, "title": title, "size": report.sizes[name]} for name, title in _SECTIONS
    ]
    context = {"report": report, "rows": rows, "sections": sections, "page": report.page}
    return render(request, "translation/report.html", context)


@require_GET
@for_people
def download(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The translated file; on the job's page, the reason why there is none yet."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    try:
        kind = request.GET.get("as", archive.TARGET)
        return file_response(archive.download(actor=actor, job_id=job_id, kind=kind))
    except DomainError as refused:
        return _explained(request, job_id, refused)


@require_POST
@for_people
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stops a running job."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: documents.cancel_job(actor=actor, job_id=job_id))


@require_POST
@for_people
def pause(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Holds a running job back."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: pausing.pause_job(actor=actor, job_id=job_id))


@require_POST
@for_people
def resume(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Lets a paused job go on."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: pausing.resume_job(actor=actor, job_id=job_id))


@require_POST
@for_people
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Starts another run over what failed."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: retry.retry_failed(actor=actor, job_id=job_id))


def _act(request: HttpRequest, job_id: UUID, action: Callable[[], object]) -> HttpResponse:
    try:
        action()
    except DomainError as refused:
        return _explained(request, job_id, refused)
    return redirect("job", job_id=job_id)


def _explained(request: HttpRequest, job_id: UUID, refused: DomainError) -> HttpResponse:
    """Shows on the job's page what stood in the way, where there is such a page."""
    if refused.kind not in {"conflict", "over_allowance"}:
        raise refused
    messages.error(request, refused.message)
    return redirect("job", job_id=job_id)
