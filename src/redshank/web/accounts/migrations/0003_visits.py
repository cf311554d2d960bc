from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_handover_once")]
    operations = [
        migrations.AddField("user", "visited_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("user", "before_at", models.DateTimeField(null=True, blank=True)),
    ]
