"""Puts usage under row-level security, makes the ledger append-only, and stores the free plan."""

from django.db import migrations

from accounts.tenancy.schema import append_only, composite_key, protect


def store_plans(apps, schema_editor):
    apps.get_model("billing", "Plan").objects.create(
        code="free", name="Free", included_chars=500_000
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        protect("billing_usageperiod"),
        protect("billing_reservation"),
        protect("billing_ledgerline"),
        composite_key("billing_reservation", "period_id", "billing_usageperiod"),
        composite_key("billing_ledgerline", "period_id", "billing_usageperiod", "restrict"),
        append_only("billing_ledgerline"),
        migrations.RunPython(store_plans, migrations.RunPython.noop),
    ]
