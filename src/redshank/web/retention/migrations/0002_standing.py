"""A home that stands already has its standing notice from here on."""

from django.db import migrations

from redshank.web.retention.standing import make


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
