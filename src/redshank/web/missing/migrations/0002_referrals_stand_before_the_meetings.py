"""A referral to MACE stands before the meetings, with all else that is raised."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("missing", "0001_initial"), ("meetings", "0003_from_matrix_and_missing")]
    operations = [
        migrations.DeleteModel(name="ReferralAct"),
        migrations.DeleteModel(name="Referral"),
    ]
