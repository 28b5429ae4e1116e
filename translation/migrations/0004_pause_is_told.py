"""Lets progress across organizations see that a run is paused."""

from django.db import migrations

from accounts.tenancy.schema import platform_grant


class Migration(migrations.Migration):
    dependencies = [("translation", "0003_pages")]

    operations = [platform_grant("translation_run", select=("paused_at",))]
