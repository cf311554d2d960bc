"""Indexes in the order of the lists: with a run's number before it, a list of a million records was sorted whole."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("heads", "0002_everything_the_pages_read")]
    operations = [
        migrations.RemoveIndex("child", "heads_child_valid_t_38cf16_idx"),
        migrations.RemoveIndex("record", "heads_recor_valid_t_c56b6b_idx"),
        migrations.RemoveIndex("record", "heads_recor_kind_f4608c_idx"),
        migrations.AddIndex("child", models.Index(fields=["place", "valid_to"], name="child_place")),
        migrations.AddIndex(
            "child", models.Index(condition=~models.Q(rising=""), fields=["place"], name="child_rising")
        ),
        migrations.AddIndex("record", models.Index(fields=["-known_at", "key"], name="record_newest")),
        migrations.AddIndex(
            "record", models.Index(fields=["kind", "-known_at", "key"], name="record_kind_newest")
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                condition=models.Q(signals__gt=0), fields=["-known_at", "key"], name="record_hit_newest"
            ),
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                condition=models.Q(missing_from__isnull=False, returned_at__isnull=True),
                fields=["kind", "-missing_from", "key"],
                name="record_missing_now",
            ),
        ),
        migrations.AddIndex(
            "record",
            models.Index(fields=["valid_to", "valid_from", "in_full", "in_open"], name="record_standing"),
        ),
        migrations.AddIndex(
            "signal", models.Index(fields=["indicator", "status", "record_key"], name="signal_indicator")
        ),
    ]
