"""Which figure of a signed product evidence names: it is read from the product, no longer typed beside it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]
    operations = [
        migrations.AddField("evidence", "part", models.CharField(blank=True, default="", max_length=300)),
    ]
