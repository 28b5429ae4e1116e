"""Plants the models, tiers and prices known on 2026-11-22."""

from typing import Any

from django.db import migrations

from claude import seeds


def plant(_apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        seeds.plant(cursor, "2026-11-22")


class Migration(migrations.Migration):
    dependencies = [("claude", "0001_initial")]
    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
