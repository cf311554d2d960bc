from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_commission_moves")]

    operations = [
        migrations.AddField(
            model_name="sitting", name="not_current", field=models.TextField(blank=True, default="")
        ),
    ]
