"""The tables of models, tiers, prices and calls."""

import django.db.models.deletion
from django.db import migrations, models

import common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]  # whose default privileges grant these tables

    operations = [
        migrations.CreateModel(
            name="Model",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("max_input_tokens", models.IntegerField()),
                ("max_output_tokens", models.IntegerField()),
                ("min_cache_tokens", models.IntegerField()),
                ("effort", models.TextField(blank=True, default="")),
                ("thinking", models.TextField(blank=True, default="")),
                ("active", models.BooleanField(default=True)),
                ("note", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_input_tokens__gt", 0),
                            ("max_output_tokens__gt", 0),
                            ("min_cache_tokens__gte", 0),
                        ),
                        name="claude_model_limits",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effective_from", models.DateField()),
                ("prompt_band", models.IntegerField(blank=True, null=True)),
                ("input_rate", models.DecimalField(decimal_places=6, max_digits=12)),
                ("output_rate", models.DecimalField(decimal_places=6, max_digits=12)),
                ("cache_write_5m_rate", models.DecimalField(decimal_places=6, max_digits=12)),
                ("cache_write_1h_rate", models.DecimalField(decimal_places=6, max_digits=12)),
                ("cache_read_rate", models.DecimalField(decimal_places=6, max_digits=12)),
                ("source", models.TextField(blank=True, default="")),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="claude.model"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CallRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organization_id", models.UUIDField()),
                ("run_id", models.UUIDField()),
                ("pack_id", models.UUIDField()),
                ("purpose", models.TextField()),
                ("attempt", models.IntegerField()),
                ("model_asked", models.TextField()),
                ("model_returned", models.TextField(db_default="")),
                ("state", models.TextField(db_default="started")),
                ("error", models.TextField(db_default="")),
                ("http_status", models.IntegerField(null=True)),
                ("request_id", models.TextField(db_default="")),
                ("input_tokens", models.IntegerField()),
                ("output_tokens", models.IntegerField()),
                ("cache_read_tokens", models.IntegerField(db_default=0)),
                ("cache_write_5m_tokens", models.IntegerField(db_default=0)),
                ("cache_write_1h_tokens", models.IntegerField(db_default=0)),
                ("thinking_tokens", models.IntegerField(db_default=0)),
                ("cost", models.DecimalField(decimal_places=8, max_digits=12)),
                ("estimated", models.BooleanField(db_default=True)),
                ("latency_ms", models.IntegerField(null=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "price",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="claude.price",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                ("slug", models.TextField(primary_key=True, serialize=False)),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="claude.model"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(
                fields=("model", "effective_from", "prompt_band"),
                name="claude_price_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cache_read_rate__gte", 0),
                    ("cache_write_1h_rate__gte", 0),
                    ("cache_write_5m_rate__gte", 0),
                    ("input_rate__gte", 0),
                    ("output_rate__gte", 0),
                ),
                name="claude_price_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="callrecord",
            index=models.Index(fields=["run_id"], name="claude_call_run"),
        ),
        migrations.AddIndex(
            model_name="callrecord",
            index=models.Index(
                condition=models.Q(("state", "started")),
                fields=["started_at"],
                name="claude_call_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="callrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["started", "done", "failed", "lost"])),
                name="claude_call_state",
            ),
        ),
    ]
