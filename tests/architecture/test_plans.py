"""The hot queries, explained as the app role among 100,000 foreign rows: none reads a table whole.

Under row-level security an index serves only leakproof operators; a query that lost its index shows
here and nowhere else, because the owner's plans look fine.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from tests.claude_sandbox import Sandbox, running_sandbox

FOREIGN_ROWS = 100_000
BIG = [
    *("document", "revision", "segment", "job", "run", "target", "finding", "pack"),
    *("targetversion", "notification"),
]
FILL = """
set session_replication_role = replica;
create temp table foreigner as
  select gen_random_uuid() as id, n from generate_series(1, {rows}) n;
create temp table few as select * from foreigner where n <= {rows} / 10;
insert into translation_document
  (id, organization_id, kind, name, format, source_language, created_at)
  select id, '{org}', 'file', 'a.txt', 'text', 'en', now() from few;
insert into translation_revision
  (id, organization_id, document_id, number, storage_name, size_bytes, sha256, segments, chars,
   created_at)
  select id, '{org}', id, 1, 'x', 1, 'x', 1, 1, now() from few;
insert into translation_segment
  (id, organization_id, revision_id, ordinal, unit, starts_at, ends_at, key, syntax, flags, labels,
   forms, context, note, source_key, chars)
  select id, '{org}', id, n, n, 0, 1, 'k', 'text', '{{}}', '{{""}}', '{{"a"}}', '', '', id, 1
    from foreigner;
insert into translation_job (id, organization_id, revision_id, target_language, created_at)
  select id, '{org}', id, 'de', now() from few;
insert into translation_run
  (id, organization_id, job_id, number, state, lane, brief, reserved_chars, billed_chars, segments,
   prefilled, repeats, passed, repaired, needs_review, failed, created_at, finished_at)
  select id, '{org}', id, 1, 'finished', 'standard', '{{}}', 1, 1, 1, 0, 0, 1, 0, 0, 0,
         now() - n * interval '1 minute', now() - n * interval '1 minute' from few;
insert into translation_target
  (id, organization_id, job_id, segment_id, ordinal, state, sub_state, origin, forms, draft, round,
   deliverable, repaired, repeats, chars, billed_chars, version)
  select id, '{org}', id, id, n, 'translated', '', 'model', '{{"a"}}', '{{}}', 0, true, false, 0, 1,
         1, 1 from foreigner;
insert into translation_finding
  (id, organization_id, target_id, code, category, severity, blocking, form, spans, evidence,
   check_version)
  select id, '{org}', id, 'x', 'x', 'minor', false, '', '[]', '{{}}', 1 from foreigner;
insert into translation_targetversion
  (id, organization_id, target_id, version, forms, state, sub_state, origin)
  select id, '{org}', id, 1, '{{"a"}}', 'translated', '', 'model' from foreigner;
insert into translation_notification (id, organization_id, user_id, run_id, kind, created_at)
  select id, '{org}', id, id, 'finished', now() from few;
insert into translation_pack
  (id, organization_id, run_id, lane, tag, tokens, round, segments, state, ready_at, fence,
   attempts, retries, last_error, passed, repaired, needs_review, failed, created_at, finished_at)
  select id, '{org}', id, 'standard', n, 1, 0, 1, 'done', now(), 1, 1, 0, '', 1, 0, 0, 0,
         now() - n * interval '1 minute', now() - n * interval '1 minute' from foreigner;
set session_replication_role = origin;
analyze;
"""
WHOLE = re.compile(r"Seq Scan on translation_(" + "|".join(BIG) + r")\b")
EXPLAINED = ("select", "with", "update", "delete")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=0) as server:
        yield server


@pytest.fixture
def crowded(transactional_db: None, outsider: Any, admin: psycopg.Connection[Any]) -> None:
    admin.execute(FILL.format(rows=FOREIGN_ROWS, org=outsider.organization_id))


@contextmanager
def explained() -> Iterator[dict[str, str]]:
    """Explains every statement of this thread before it runs; plans by statement."""
    from django.db import connection

    plans: dict[str, str] = {}

    def explain(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if sql.lstrip().lower().startswith(EXPLAINED) and sql not in plans:
            plans[sql] = ""
            with connection.cursor() as cursor:
                cursor.execute(f"explain {sql}", params)
                plans[sql] = "\n".join(row[0] for row in cursor.fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plans


@pytest.mark.timeout(180)
def test_it_reads_no_big_table_whole(
    crowded: None, owner: Any, sandbox: Sandbox, settings: Any
) -> None:
    settings.ANTHROPIC_BASE_URL = sandbox.url
    settings.ANTHROPIC_API_KEY = ""
    sandbox.faults(seed=3, segment={"lose_placeholder": 0.5})
    with explained() as plans:
        the_way_of_a_document(owner.actor, then=a_day_in_the_editor)
    read_whole = {sql.strip()[:300]: plan for sql, plan in plans.items() if WHOLE.search(plan)}
    assert len(plans) > 40
    assert read_whole == {}


def a_day_in_the_editor(actor: Any, job_id: Any) -> None:
    """Everything the editor, its report and notifications ask."""
    from engine.replacing import Search
    from translation.queries import editor, history, notices, report
    from translation.services import findings, repeats, replacing, targets
    from translation.services import notices as notify

    organization = actor.organization_id
    for state in ("", "findings", "needs_review"):
        editor.index(organization, job_id, editor.Wanted(state=state, text="press"))
    editor.index(organization, job_id, editor.Wanted(severity="critical", origin="model"))
    [row, *_] = editor.rows_from(organization, job_id, start=0, limit=50)
    editor.rows_at(organization, job_id, [3, 4, 5])
    editor.changes(organization, job_id, since="0")
    saved = targets.save_target(
        actor=actor,
        target_id=row.id,
        version=row.version,
        action=targets.Action.CONFIRM,
        forms=["Drücke {key0}, halte Hebel 1."],
        draft_id="d",
    ).row
    targets.save_target(
        actor=actor,
        target_id=row.id,
        version=row.version,
        action=targets.Action.SAVE,
        forms=["Drücke {key0}."],
        draft_id="e",
    )
    [found, *_] = saved.findings
    findings.dismiss_finding(actor=actor, finding_id=found.id, dismissed=True)
    repeats.propagate(actor=actor, target_id=row.id, version=saved.version)
    history.versions_of(organization, row.id)
    search = Search(find="Hebel")
    seen = replacing.preview(actor=actor, job_id=job_id, search=search, replacement="Griff")
    replacing.apply(
        actor=actor,
        job_id=job_id,
        search=search,
        replacement="Griff",
        versions={one.row.id: one.row.version for one in seen.hits},
    )
    for section in report.SECTIONS:
        report.report_page(organization, job_id, section=section, after=-1)
    report.report_page(organization, job_id, check="placeholder_set", after=3)
    notices.notices_for(organization, actor.user_id)
    notices.unread_count(organization, actor.user_id)
    notify.mark_read(actor=actor)


def the_way_of_a_document(actor: Any, *, then: Callable[[Any, Any], None]) -> None:
    """Everything that is asked often: intake, work, repair, end, pages, sweep, deletion."""
    from billing.queries import month_of_use
    from translation.queries import narrowing, overview, pages
    from translation.queries.home import home_work
    from translation.queries.notices import notices_for, unread_count
    from translation.queries.progress import changed_since, database_now
    from translation.services import deletion, documents, intake, retry, sweep, work

    text = "\n\n".join(f"Press {{key{n}}} and hold the lever {n}." for n in range(60))
    twice = f"{text}\n\n{text}"
    [stored] = intake.submit_files(
        actor=actor,
        uploads=[intake.Upload(name="a.txt", data=twice.encode())],
        source_language="en",
        target_languages=["de", "fr"],
    )
    german, french = stored.job_ids["de"], stored.job_ids["fr"]
    moment = database_now()
    work.drain("standard", stop=threading.Event())
    work.heartbeat.renew()
    sweep.sweep()
    changed_since(moment)
    narrowed = narrowing.Narrowed(
        state="ready", source_language="en", target_language="de", name="a", format="text"
    )
    for one in (narrowing.Narrowed(), narrowed):
        narrowing.documents_page(actor.organization_id, one, limit=50)
    for state, finding in (("", ""), ("translated", ""), ("failed", ""), ("", "length_ratio")):
        overview.segments(
            actor.organization_id, german, after=-1, limit=50, state=state, finding=finding
        )
    home_work(actor.organization_id, now=timezone.now())
    month_of_use(actor.organization_id, now=timezone.now())
    notices_for(actor.organization_id, actor.user_id)
    unread_count(actor.organization_id, actor.user_id)
    pages.job_page(actor.organization_id, german, after=-1, limit=100)
    overview.report(actor.organization_id, german)
    overview.run_counters(actor.organization_id, list(stored.run_ids.values()))
    then(actor, german)
    documents.download_job(actor=actor, job_id=french)
    documents.cancel_document(actor=actor, document_id=stored.document_id)
    with pytest.raises(Exception, match="Nothing of this translation failed"):
        retry.retry_failed(actor=actor, job_id=german)
    deletion.delete_document(actor=actor, document_id=stored.document_id)
