from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AddField("handover", "once", models.CharField(max_length=40, null=True, unique=True)),
    ]
