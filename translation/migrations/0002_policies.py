"""Puts documents under row-level security and ties every row to its own organization's parent."""

from django.db import migrations

from accounts.tenancy.schema import composite_key, platform_grant, protect, system_grant

TENANT_TABLES = ("document", "revision", "segment", "job", "run", "target", "finding")


class Migration(migrations.Migration):
    dependencies = [("translation", "0001_initial")]

    operations = [
        *(protect(f"translation_{name}") for name in TENANT_TABLES),
        composite_key("translation_revision", "document_id", "translation_document"),
        composite_key("translation_segment", "revision_id", "translation_revision"),
        composite_key("translation_job", "revision_id", "translation_revision"),
        composite_key("translation_run", "job_id", "translation_job"),
        composite_key("translation_target", "job_id", "translation_job"),
        composite_key("translation_target", "segment_id", "translation_segment"),
        composite_key("translation_target", "leader_id", "translation_target"),
        composite_key("translation_finding", "target_id", "translation_target"),
        system_grant(
            "translation_run",
            select=(
                "id",
                "organization_id",
                "job_id",
                "state",
                "segments",
                "prefilled",
                "created_at",
                "finished_at",
            ),
        ),
        platform_grant(
            "translation_pack",
            select=(
                "id",
                "run_id",
                "state",
                "passed",
                "repaired",
                "needs_review",
                "failed",
                "finished_at",
            ),
        ),
    ]
