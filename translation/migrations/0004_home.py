"""What waits for people is counted for the home page without reading a job's segments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("translation", "0003_pages")]

    operations = [
        migrations.AddIndex(
            model_name="target",
            index=models.Index(
                condition=models.Q(("sub_state__in", ["needs_review", "failed", "refused"])),
                fields=["organization", "job"],
                name="translation_target_waiting",
            ),
        ),
    ]
