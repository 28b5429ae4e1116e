"""Newcomers, closed organizations, and audit trails that go with theirs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.ids
from accounts.tenancy import schema


def vouch(apps, _schema_editor):
    """Whoever could sign in before addresses had to be confirmed still can."""
    # Not by the ORM's bulk methods: the library's table asks for nothing else.
    _schema_editor.execute(
        'insert into account_emailaddress (user_id, email, verified, "primary")'
        " select u.id, u.email, true, true from accounts_user u"
        " where not exists (select from account_emailaddress a where a.user_id = u.id)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_doors_and_calls"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="closed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="accounts.organization",
            ),
        ),
        migrations.CreateModel(
            name="SignUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_name", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        schema.owner_key("accounts_auditevent"),
        schema.platform_grant("accounts_organization", select=["closed_at"]),
        migrations.RunPython(vouch, migrations.RunPython.noop),
    ]
