from django.db import migrations, models

from accounts.tenancy import schema


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_answers_by_effect"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="auditevent", name="accounts_auditevent_time"),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["organization", "-at", "-id"], name="accounts_auditevent_time"
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["organization", "user_id", "-at", "-id"], name="accounts_auditevent_person"
            ),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["organization", "action", "-at", "-id"], name="accounts_auditevent_action"
            ),
        ),
        # The nightly cleaning finds whose invitations are past.
        schema.system_grant("accounts_invitation", select=["organization_id", "expires_at"]),
    ]
