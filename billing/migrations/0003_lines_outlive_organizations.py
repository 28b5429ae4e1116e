"""Ledger lines and their periods stay when their organization is erased: see decision 0016."""

import django.db.models.deletion
from django.db import migrations, models


def plain_owner() -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        to="accounts.organization",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_policies_and_plans"),
    ]

    operations = [
        migrations.AlterField(model_name="usageperiod", name="organization", field=plain_owner()),
        migrations.AlterField(model_name="ledgerline", name="organization", field=plain_owner()),
    ]
