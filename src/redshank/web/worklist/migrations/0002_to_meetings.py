"""What was raised is a matter of the meetings now (``meetings.0002`` copies it)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("worklist", "0001_initial"), ("meetings", "0002_from_the_worklist")]
    operations = [
        migrations.RemoveField(model_name="raised", name="act"),
        migrations.RemoveField(model_name="raised", name="owner"),
        migrations.DeleteModel(name="Move"),
        migrations.DeleteModel(name="Raised"),
    ]
