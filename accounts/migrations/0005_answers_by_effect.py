from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_people"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="idempotentcall",
            index=models.Index(
                condition=models.Q(("effect_id__isnull", False)),
                fields=["organization", "effect_id"],
                name="accounts_idempotentcall_effect",
            ),
        ),
    ]
