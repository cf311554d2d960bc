"""What is raised from an edition stands before the meetings, with all else that is raised."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("matrix", "0002_what_became_of_it"), ("meetings", "0003_from_matrix_and_missing")]
    operations = [
        migrations.DeleteModel(name="Move"),
        migrations.DeleteModel(name="Raised"),
    ]
